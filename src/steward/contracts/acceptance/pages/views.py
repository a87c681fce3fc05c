from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.acceptance import api as acceptance
from steward.contracts.acceptance.choices import SIDE_OF, ActKind, Side
from steward.contracts.acceptance.documents import document, kinds_of
from steward.contracts.acceptance.flow import Clock, Standing
from steward.contracts.acceptance.models import Acceptance
from steward.contracts.acceptance.pages.forms import FORMS, ActForm, PaperForm
from steward.contracts.acceptance.queries import (
    CLIENT,
    SUPPLIER,
    VIEW,
    acceptance_for,
    acceptances_for,
    allowed_acts,
    checklist,
    section_in_force,
    section_of,
    standing_of,
)
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

PERMISSION = {Side.CLIENT: CLIENT, Side.SUPPLIER: SUPPLIER}


@page(VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """验收: every visible contract with its newest acceptance, and the way to ask for one."""
    now = wall_clock()
    newest: dict[str, Acceptance] = {}
    for row in acceptances_for(request.user).order_by("id"):
        newest[row.contract] = row
    may_ask = request.user.has_perm(SUPPLIER)
    rows = [
        {
            "contract": contract,
            "row": newest.get(contract.code),
            "ended": now >= contract.end,
            "may_ask_now": may_ask
            and (now >= contract.end or _at_any_time(contract.code, now=now)),
        }
        for contract in packs.contracts_for(request.user, VIEW)
    ]
    context = {"rows": rows, "now": now, "may_ask": may_ask}
    return render_page(request, "acceptance/list.html", context, title="验收")


def _at_any_time(code: str, *, now: datetime) -> bool:
    """Whether the contract lets the supplier ask before its term has ended."""
    try:
        _, section = section_in_force(code, now=now)
    except StewardError:
        return False
    return section.request.after == "any_time"


@page(SUPPLIER)
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """提出验收申请: the contract's words, then the supplier's."""
    contract = packs.contract_for(request.user, code, SUPPLIER)
    now = wall_clock()
    _, section = section_in_force(code, now=now)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = acceptance.request_acceptance(
                code, text=given["text"], dated=given["dated"], by=actor_of(request.user), now=now
            )
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            return redirect("acceptance:detail", made.id)
    context = {"contract": contract, "section": section, "form": form}
    return render_page(request, "acceptance/ask.html", context, title="提出验收申请")


@page(VIEW)
def detail(request: HttpRequest, acceptance_id: int) -> HttpResponse:
    """One acceptance: where it stands and why, whose turn it is, what is handed over, every act."""
    return _show(request, acceptance_id)


def _show(
    request: HttpRequest, acceptance_id: int, bound: tuple[str, ActForm] | None = None, *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    row = acceptance_for(request.user, acceptance_id)
    now = wall_clock()
    acts = list(row.acts.all())
    standing = standing_of(row, now=now, acts=acts)
    section = section_of(row.contract, row.version)
    context = {
        "row": row,
        "stage_label": acceptance.Stage(standing.stage).label,
        "standing": standing,
        "section": section,
        "contract": packs.get(row.contract),
        "acts": [(act, act.pk in standing.ignored, act.details.get("items", [])) for act in acts],
        "clocks": [_clock(clock, section, now=now) for clock in standing.clocks],
        "offers": _offers(request, row, standing, bound=bound),
        "items": checklist(row, now=now),
        "papers": kinds_of(row),
        "review_files": files.of_subject(row.subject, purpose="review"),
        "may_upload": _may(request, row, SUPPLIER) and not standing.is_ended,
        "may_review": _may(request, row, CLIENT) and not standing.is_ended,
        "history": audit.history(row.subject, limit=40),
        "panels": panels_for(row.subject, request),
    }
    return render_page(request, "acceptance/detail.html", context, title=row.title, status=status)


def _may(request: HttpRequest, row: Acceptance, permission: str) -> bool:
    return acceptances_for(request.user, permission).filter(pk=row.pk).exists()


def _offers(
    request: HttpRequest,
    row: Acceptance,
    standing: Standing,
    *,
    bound: tuple[str, ActForm] | None,
) -> list[dict[str, Any]]:
    """The acts that this person's side may do now, each with its form."""
    sides = {side for side, code in PERMISSION.items() if _may(request, row, code)}
    found = []
    for kind in allowed_acts(row, standing):
        if SIDE_OF[ActKind(kind)] in sides:
            form = bound[1] if bound and bound[0] == kind else FORMS.get(kind, ActForm)()
            label = ActKind(kind).label
            found.append({"kind": kind, "label": label, "form": form, "open": bool(bound and bound[0] == kind)})  # fmt: skip
    return found


def _clock(clock: Clock, section: packs.Acceptance, *, now: datetime) -> dict[str, Any]:
    limit = next(item for item in section.limits if item.id == clock.limit.id)
    left = clock.left(now)
    return {
        "clock": clock,
        "clause": limit.clause,
        "left": left,
        "late": clock.is_overdue(now),
        "close": clock.ended_at is None and timedelta() <= clock.due_at - now < timedelta(days=3),
        "working_days": clock.working_days_left(now),
        "is_working": clock.limit.unit == "working_days",
        "deemed": clock.limit.deemed,
        "overdue_days": clock.overdue_days(now),
    }


@require_POST
@page(VIEW)
def act(request: HttpRequest, acceptance_id: int, kind: str) -> HttpResponse:
    """One act of the side that this person stands for; what is wrong is said beside its form."""
    if kind not in ActKind.values or SIDE_OF[ActKind(kind)] not in PERMISSION:
        raise NotFoundError("没有这个操作")
    row = acceptance_for(request.user, acceptance_id, PERMISSION[SIDE_OF[ActKind(kind)]])
    form = FORMS.get(kind, ActForm)(request.POST)
    if not form.is_valid():
        return _show(request, row.pk, (kind, form), status=422)
    given = form.cleaned_data
    new = acceptance.NewAct(kind, given["text"], given["dated"], form.details())
    try:
        acceptance.record_act(row.pk, new, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        form.add_error(None, error.message)
        return _show(request, row.pk, (kind, form), status=error.status)
    messages.success(request, f"已登记：{ActKind(kind).label}")
    return redirect("acceptance:detail", row.pk)


@require_POST
@page(VIEW)
def upload(request: HttpRequest, acceptance_id: int) -> HttpResponse:
    """Upload a file: the supplier under the checklist, the client as a paper of the review."""
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请选择文件")
        return redirect("acceptance:detail", acceptance_id)
    purpose = form.cleaned_data["purpose"]
    row = acceptance_for(request.user, acceptance_id, CLIENT if purpose == "review" else SUPPLIER)
    given, now, by = form.cleaned_data["file"], wall_clock(), actor_of(request.user)
    kept = files.store(given.file, given.name, by=by, now=now)
    acceptance.add_paper(row.pk, kept.id, purpose=purpose, by=by, now=now)
    messages.success(request, f"已上传“{kept.name}”")
    return redirect("acceptance:detail", row.pk)


@page(VIEW)
def printed(request: HttpRequest, acceptance_id: int, kind: str) -> HttpResponse:
    """A paper on screen, ready to print."""
    row = acceptance_for(request.user, acceptance_id)
    paper = document(row, kind)
    context = {"row": row, "document": paper}
    return render_page(request, "acceptance/paper.html", context, title=paper.title)
