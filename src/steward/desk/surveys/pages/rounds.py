"""The client's work surface: rounds, their population, invitations, results."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, panels_for, render_page, slice_of
from steward.desk.surveys import api as surveys
from steward.desk.surveys.choices import Basis, Formula, RoundState
from steward.desk.surveys.figures import SMALLEST_GROUP
from steward.desk.surveys.models import Recipient, Round
from steward.desk.surveys.pages.forms import DrawForm, ExtendForm, ImportForm, RoundForm, later
from steward.desk.surveys.queries import (
    RUN,
    VIEW,
    Results,
    results,
    round_for,
    rounds_for,
    standing,
    standings,
)
from steward.desk.surveys.sampling import METHOD
from steward.desk.surveys.services.inviting import by_list, by_mail, waiting
from steward.kernel.errors import StewardError
from steward.kernel.instants import local, local_date
from steward.kernel.instants import now as wall_clock

SHADES = {5: "s5", 4: "s4", 3: "s3", 2: "s2", 1: "s1"}


@page(VIEW)
def round_list(request: HttpRequest) -> HttpResponse:
    """满意度调查, newest first: how many answered, what came out."""
    rows = _filtered(request, rounds_for(request.user))
    found = slice_of(rows, request)
    there = standings([row.pk for row in found.rows])
    context = {
        "slice": found,
        "rows": [(row, there[row.pk], _figure(row)) for row in found.rows],
        "states": RoundState.choices,
        "state": request.GET.get("state", ""),
        "may_run": request.user.has_perm(RUN),
    }
    return render_page(request, "surveys/list.html", context, title="满意度调查")


def _figure(row: Round) -> Decimal | None:
    """The figure that a closed round came to, unless too few answered."""
    kept = row.result or {}
    is_enough = kept.get("value") is not None and kept["answered"] >= row.minimum
    return Decimal(kept["value"]) if is_enough else None


def _filtered(request: HttpRequest, rows: QuerySet[Round]) -> QuerySet[Round]:
    given = request.GET
    if given.get("state") in RoundState.values:
        rows = rows.filter(state=given["state"])
    if given.get("contract"):
        rows = rows.filter(contract=given["contract"])
    for name, lookup in (("from", "period_start__gte"), ("until", "period_start__lt")):
        day = _day(given.get(name, ""))
        if day is not None:
            rows = rows.filter(**{lookup: day})
    return rows.order_by("-id")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@page(RUN)
def new_round(request: HttpRequest) -> HttpResponse:
    """新建调查: what is asked about which contract, how the figure is worked out."""
    now = wall_clock()
    posts = accounts.posts_of(request.user.pk or 0, now=now)
    body = posts[0] if posts else None
    today = local_date(now)
    start = {
        "contract": request.GET.get("contract", ""),
        "asker": body.organization_name if body else "",
        "period_start": today.replace(month=1, day=1),
        "period_last": today,
        "closes_at": local(later(now, 14)),
        "formula": Formula.SHARE,
        "basis": Basis.ALL,
    }
    form = RoundForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        new = form.new_round(organization_id=body.organization_id if body else None)
        try:
            made = surveys.create_round(new, by=accounts.actor_of(request.user), now=now)
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            return redirect("surveys:round", made.id)
    return render_page(request, "surveys/new.html", {"form": form}, title="新建满意度调查")


@page(VIEW)
def round_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: the next step while it is prepared, the response while it runs, then the results."""
    row = round_for(request.user, round_id)
    runs = request.user.has_perm(RUN) and rounds_for(request.user, RUN).filter(pk=round_id).exists()
    context: dict[str, Any] = {
        "round": row,
        "there": standing(row.pk),
        "runs": runs,
        "terms": row.terms,
        "panels": panels_for(row.subject, request),
        "history": audit.history(row.subject, limit=30),
        "how": METHOD,
    }
    if row.state == RoundState.CLOSED:
        context |= _shown(request, row)
    elif runs:
        context |= _working(request, row)
    return render_page(request, "surveys/round.html", context, title=row.title)


def _working(request: HttpRequest, row: Round) -> dict[str, Any]:
    """What the client needs while the round is not over."""
    scope = access.visible_organizations(request.user, RUN)
    is_draft = row.state == RoundState.DRAFT
    inside = organizations.search("", within=scope, limit=300) if is_draft else []
    units: dict[str, int] = {}
    if is_draft:
        for unit in Recipient.objects.filter(round=row).values_list("unit", flat=True):
            units[unit] = units.get(unit, 0) + 1
    return {
        "bodies": [body for body in inside if body.is_normal and not body.is_supplier],
        "units": sorted(units.items(), key=lambda pair: (-pair[1], pair[0])),
        "import_form": ImportForm(),
        "draw_form": DrawForm(),
        "extend_form": ExtendForm(),
        "mails": by_mail(row).count(),
        "links": by_list(row).count(),
        "notices": waiting(row).exclude(user_id=None).count(),
        "problems": Recipient.objects.filter(round=row).exclude(problem="").count(),
    }


def _shown(request: HttpRequest, row: Round) -> dict[str, Any]:
    """The results by the terms of the address (a contract's) or by the round's own."""
    found = results(row, _terms(request, row))
    return {
        "results": found,
        "terms": found.terms,
        "other_terms": found.terms != row.terms,
        "bars": _bars(found),
        "smallest": SMALLEST_GROUP,
        "chart": {
            "labels": [d.title for d in found.dimensions],
            "means": [f"{d.mean:.2f}" if d.mean is not None else "" for d in found.dimensions],
        },
    }


def _terms(request: HttpRequest, row: Round) -> surveys.Terms:
    given, own = request.GET, row.terms
    formula, basis = given.get("formula", ""), given.get("basis", "")
    least, minimum = given.get("satisfied_from", ""), given.get("minimum", "")
    return surveys.Terms(
        formula if formula in Formula.values else own.formula,
        int(least) if least in {"2", "3", "4", "5"} else own.satisfied_from,
        basis if basis in Basis.values else own.basis,
        int(minimum) if minimum.isdecimal() and len(minimum) < 7 else own.minimum,
    )


def _bars(found: Results) -> list[dict[str, Any]]:
    """Each dimension as a bar of five parts; positions in per mille of its length."""
    rows = []
    for dimension in found.dimensions:
        at, parts = 0, []
        for rating, count in dimension.counts.items():
            width = count * 1000 // dimension.total if dimension.total else 0
            parts.append({"rating": rating, "count": count, "x": at, "width": width,
                          "shade": SHADES[rating]})  # fmt: skip
            at += width
        value = dimension.satisfaction(found.terms)
        rows.append({"dimension": dimension, "parts": parts, "value": value})
    return rows


@page(RUN)
def people(request: HttpRequest, round_id: int) -> HttpResponse:
    """Who is asked and who has answered; only for whoever runs the round."""
    row = round_for(request.user, round_id, RUN)
    show = request.GET.get("show", "sampled")
    rows = Recipient.objects.filter(round=row).order_by("number")
    wanted = {
        "sampled": rows.filter(is_sampled=True),
        "waiting": rows.filter(is_sampled=True, has_answered=False),
        "answered": rows.filter(has_answered=True),
        "problem": rows.exclude(problem=""),
        "all": rows,
    }
    found = slice_of(wanted.get(show, wanted["sampled"]), request, size=100)
    masked = [(person, accounts.masked_email(person.email)) for person in found.rows]
    tabs = [("sampled", "抽中"), ("waiting", "未答"), ("answered", "已答"),
            ("problem", "未送达"), ("all", "全部名单")]  # fmt: skip
    context = {"round": row, "slice": found, "people": masked, "tabs": tabs, "show": show}
    return render_page(request, "surveys/people.html", context, title=f"{row.title} · 调查对象")


def told(request: HttpRequest, problems: list[str]) -> None:
    """Say what was left out: the first ones in full, the rest as a number."""
    if problems:
        more = f"；另有 {len(problems) - 5} 行" if len(problems) > 5 else ""
        messages.warning(request, "未加入：" + "；".join(problems[:5]) + more)
