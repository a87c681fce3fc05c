from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.choices import AccessKind, GrantState, RequestState
from steward.contracts.confidentiality.models import AccessRequest, Grant, HandbackItem, UseEntry
from steward.contracts.confidentiality.pages.forms import AccessForm, ExportForm, UseForm
from steward.contracts.confidentiality.pages.frame import (
    REQUEST,
    REVOKE,
    USE,
    contract_of,
    instant_in,
    people_for,
    rights,
)
from steward.contracts.confidentiality.queries.grants import (
    VIEW,
    VIEW_ALL,
    grant_for,
    grants_for,
    request_for,
    requests_for,
    to_grant,
)
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

SOON = timedelta(days=7)


@page(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """保密与授权 of every contract that this person may see."""
    now = wall_clock()
    contracts = packs.contracts_for(request.user, VIEW)
    codes = [c.code for c in contracts]
    whole = {c.code for c in packs.contracts_for(request.user, VIEW_ALL)}
    mine = Q(contract__in=whole) | Q(member__user_id=request.user.pk)
    grants = Grant.objects.filter(mine | Q(watcher_id=request.user.pk), contract__in=codes)
    active = _counts(grants.filter(state=GrantState.ACTIVE, ends_at__gt=now))
    waiting = _counts(
        AccessRequest.objects.filter(mine, contract__in=codes, state=RequestState.SUBMITTED)
    )
    open_items = _counts(HandbackItem.objects.filter(contract__in=codes, confirmed_at=None))
    rows = [
        {
            "contract": c,
            "active": active.get(c.code, 0),
            "waiting": waiting.get(c.code, 0),
            "unsigned": len(confidentiality.without_agreement(c.code, at=now)),
            "open_items": open_items.get(c.code, 0),
        }
        for c in contracts
    ]
    return render_page(request, "confidentiality/overview.html", {"rows": rows}, title="保密与授权")


def _counts(rows: QuerySet[Any]) -> dict[str, int]:
    found = rows.order_by().values("contract").annotate(n=Count("pk", distinct=True))
    return {row["contract"]: row["n"] for row in found}


@page(VIEW)
def grants(request: HttpRequest, code: str) -> HttpResponse:
    """访问授权: what holds, what ends soon, what is over."""
    contract = contract_of(request, code)
    now = wall_clock()
    rows = grants_for(request.user, code)
    active = rows.filter(state=GrantState.ACTIVE)
    choices: list[tuple[str, str, QuerySet[Any]]] = [
        ("", "有效", active.filter(ends_at__gt=now)),
        ("soon", "七天内到期", active.filter(ends_at__gt=now, ends_at__lte=now + SOON)),
        ("expired", "已到期", rows.filter(Q(state=GrantState.EXPIRED)
                                       | Q(state=GrantState.ACTIVE, ends_at__lte=now))),
        ("revoked", "已撤销", rows.filter(state=GrantState.REVOKED)),
        ("outside", "有超出授权的使用", rows.filter(
            pk__in=UseEntry.objects.exclude(outside="").values("grant_id"))),
        ("all", "全部", rows),
    ]  # fmt: skip
    shown = _chosen(request, "show", choices)
    context = {
        "contract": contract,
        "tab": "grants",
        "tabs": tabs_of(request, "show", choices),
        "slice": slice_of(shown.annotate(used=Count("uses")), request),
        "now": now,
        **rights(request.user, code),
    }
    return render_page(request, "confidentiality/grants.html", context, title="访问授权")


def _chosen(
    request: HttpRequest, name: str, choices: list[tuple[str, str, QuerySet[Any]]]
) -> QuerySet[Any]:
    wanted = request.GET.get(name, "")
    return next((rows for value, _, rows in choices if value == wanted), choices[0][2])


@page(VIEW)
def requests(request: HttpRequest, code: str) -> HttpResponse:
    """访问申请, newest first, by state."""
    contract = contract_of(request, code)
    rows = requests_for(request.user, code)
    choices: list[tuple[str, str, QuerySet[Any]]] = [
        ("", "全部", rows),
        *((s.value, s.label, rows.filter(state=s)) for s in RequestState),
    ]
    context = {
        "contract": contract,
        "tab": "requests",
        "tabs": tabs_of(request, "state", choices),
        "slice": slice_of(_chosen(request, "state", choices), request),
        **rights(request.user, code),
    }
    return render_page(request, "confidentiality/requests.html", context, title="访问申请")


@page(REQUEST)
def new_request(request: HttpRequest, code: str) -> HttpResponse:
    """申请访问; with `?extends=` going on from a grant."""
    contract = contract_of(request, code, REQUEST)
    now = wall_clock()
    team = people_for(request.user, code, now=now)
    old = _extended(request, code)
    form = AccessForm(request.POST or None, team=team, initial=_initial(old))
    if request.method == "POST" and form.is_valid():
        made = _ask(request, code, form=form, old=old, now=now)
        if made is not None:
            messages.success(request, "已提交，等待甲方批准")
            return redirect("confidentiality:request", code, made)
    context = {
        "contract": contract, "tab": "requests", "form": form, "old": old, "nobody": not team,
    }  # fmt: skip
    return render_page(request, "confidentiality/request_form.html", context, title="申请访问")


def _extended(request: HttpRequest, code: str) -> Grant | None:
    text = request.GET.get("extends", "")
    return grant_for(request.user, code, grant_id=int(text)) if text.isdecimal() else None


def _initial(old: Grant | None) -> dict[str, Any]:
    if old is None:
        return {}
    return {
        "member": old.member_id, "kind": old.kind, "target": old.target,
        "starts_at": old.ends_at, "purpose": old.request.purpose, "scope": old.request.scope,
        "watcher": old.watcher.get_username() if old.watcher else "",
    }  # fmt: skip


def _ask(
    request: HttpRequest, code: str, *, form: AccessForm, old: Grant | None, now: datetime
) -> int | None:
    given = form.cleaned_data
    draft = confidentiality.AccessDraft(
        contract=code,
        member_id=int(given["member"]),
        kind=given["kind"],
        target=given["target"],
        purpose=given["purpose"],
        scope=given["scope"],
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
        watcher_id=given["watcher"],
        extends_id=old.pk if old else None,
    )
    try:
        return confidentiality.request_access(draft, by=actor_of(request.user), now=now)
    except StewardError as error:
        form.add_error(None, error.message)
        return None


@page(VIEW)
def request_page(request: HttpRequest, code: str, request_id: int) -> HttpResponse:
    """One request with its approval and what came of it."""
    contract = contract_of(request, code)
    row = request_for(request.user, code, request_id=request_id)
    context = {
        "contract": contract,
        "tab": "requests",
        "row": row,
        "grant": Grant.objects.filter(request=row).first(),
        "approval": None if row.approval_id is None else approvals.get(row.approval_id),
        "history": audit.history(row.subject),
        **rights(request.user, code),
    }
    return render_page(request, "confidentiality/request.html", context, title=row.number)


@page(VIEW)
def grant(request: HttpRequest, code: str, grant_id: int) -> HttpResponse:
    """One grant: what it opens, until when, everything that was done with it."""
    return _show(request, code, grant_id)


def _show(
    request: HttpRequest, code: str, grant_id: int, *, form: UseForm | None = None,
    error: StewardError | None = None,
) -> HttpResponse:  # fmt: skip
    contract = contract_of(request, code)
    row = grant_for(request.user, code, grant_id=grant_id)
    now = wall_clock()
    if not _is_own(row, request):
        by = actor_of(request.user)
        audit.record("confidentiality.grant_read", row.subject, by=by, now=now)
    context = {
        "contract": contract,
        "tab": "grants",
        "row": row,
        "grant": to_grant(row),
        "is_over": row.state != GrantState.ACTIVE or row.ends_at <= now,
        "is_watcher": row.watcher_id == request.user.pk,
        "is_own": _is_own(row, request),
        "uses": row.uses.select_related("witness"),
        "extensions": row.extensions.all(),
        "form": form or _use_form(row)(initial={"started_at": now, "ended_at": now}),
        "error": error,
        "history": audit.history(row.subject),
        **rights(request.user, code),
    }
    status = error.status if error else 200
    return render_page(
        request, "confidentiality/grant.html", context, title=str(row), status=status
    )


def _is_own(row: Grant, request: HttpRequest) -> bool:
    return row.member.user_id == request.user.pk


def _use_form(row: Grant) -> type[UseForm]:
    return ExportForm if row.kind == AccessKind.EXPORT else UseForm


@page(USE)
def record(request: HttpRequest, code: str, grant_id: int) -> HttpResponse:
    """登记使用 of a grant: one's own, or anybody's for whoever sees all."""
    contract_of(request, code, USE)
    row = grant_for(request.user, code, grant_id=grant_id)
    if request.method != "POST":
        return redirect("confidentiality:grant", code, grant_id)
    form = _use_form(row)(request.POST)
    if not form.is_valid():
        return _show(request, code, grant_id, form=form)
    draft = confidentiality.UseDraft(grant_id=row.pk, **form.cleaned_data)
    try:
        found = confidentiality.record_use(draft, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        form.add_error(None, error.message)
        return _show(request, code, grant_id, form=form, error=error)
    if found.outside:
        messages.warning(request, f"已登记；{found.outside}，已记为问题")
    else:
        messages.success(request, "已登记")
    return redirect("confidentiality:grant", code, grant_id)


@page(VIEW)
def witness(request: HttpRequest, code: str, grant_id: int) -> HttpResponse:
    """The watcher states to have watched a use."""
    row = grant_for(request.user, code, grant_id=grant_id)
    text = request.POST.get("use", "")
    if request.method == "POST":
        if not text.isdecimal() or not row.uses.filter(pk=int(text)).exists():
            raise Http404("use")
        note, by = request.POST.get("note", ""), actor_of(request.user)
        confidentiality.witness_use(int(text), note=note, by=by, now=wall_clock())
        messages.success(request, "已确认监督")
    return redirect("confidentiality:grant", code, grant_id)


@page(REVOKE)
def revoke(request: HttpRequest, code: str, grant_id: int) -> HttpResponse:
    """提前撤销, with a reason."""
    contract_of(request, code, REVOKE)
    row = grant_for(request.user, code, grant_id=grant_id)
    if request.method == "POST":
        reason, by = request.POST.get("reason", ""), actor_of(request.user)
        try:
            confidentiality.revoke(row.pk, reason=reason, by=by, now=wall_clock())
        except StewardError as error:
            return _show(request, code, grant_id, error=error)
        messages.success(request, "已撤销")
    return redirect("confidentiality:grant", code, grant_id)


def _period(request: HttpRequest, contract: packs.ContractInfo) -> dict[str, datetime]:
    now = wall_clock()
    return {
        "start": instant_in(request.GET.get("start", "")) or contract.start,
        "end": instant_in(request.GET.get("end", "")) or contract.end,
        "as_of": min(instant_in(request.GET.get("as_of", "")) or now, now),
    }


@page(VIEW_ALL)
def uncovered(request: HttpRequest, code: str) -> HttpResponse:
    """Access without an agreement in a period: the rows behind the metric."""
    contract = contract_of(request, code, VIEW_ALL)
    when = _period(request, contract)
    rows, population = confidentiality.uncovered_between(
        code, when["start"], when["end"], as_of=when["as_of"]
    )
    context = {
        "contract": contract, "tab": "grants", "rows": rows, "population": population,
        **rights(request.user, code),
    }  # fmt: skip
    return render_page(request, "confidentiality/uncovered.html", context, title="没有协议的授权")


@page(VIEW_ALL)
def outside(request: HttpRequest, code: str) -> HttpResponse:
    """Uses outside their grant's time in a period: the rows behind the metric."""
    contract = contract_of(request, code, VIEW_ALL)
    when = _period(request, contract)
    rows, population = confidentiality.outside_between(
        code, when["start"], when["end"], as_of=when["as_of"]
    )
    context = {
        "contract": contract, "tab": "grants", "rows": rows, "population": population,
        **rights(request.user, code),
    }  # fmt: skip
    return render_page(request, "confidentiality/outside.html", context, title="超出授权的使用")
