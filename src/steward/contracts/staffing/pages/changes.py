from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.choices import ChangeState
from steward.contracts.staffing.pages.forms import ChangeForm, ComingForm
from steward.contracts.staffing.pages.frame import REQUEST, contract_of, rights
from steward.contracts.staffing.pages.team import as_xlsx
from steward.contracts.staffing.queries.changes import change_row, changes_of, to_change
from steward.contracts.staffing.queries.team import VIEW
from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.kernel.errors import StewardError
from steward.kernel.instants import local_date
from steward.kernel.instants import now as wall_clock


@page(VIEW)
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """人员变更 of a contract, newest first, by state."""
    contract = contract_of(request, code)
    rows = changes_of(code)
    choices: list[tuple[str, str, QuerySet[Any]]] = [
        ("", "全部", rows),
        ("submitted", "待甲方同意", rows.filter(state=ChangeState.SUBMITTED)),
        ("accepted", "待生效", rows.filter(state=ChangeState.ACCEPTED)),
        ("applied", "已生效", rows.filter(state=ChangeState.APPLIED)),
        (
            "refused",
            "未同意与撤回",
            rows.filter(state__in=(ChangeState.REJECTED, ChangeState.WITHDRAWN)),
        ),
        ("failed", "未能生效", rows.filter(state=ChangeState.FAILED)),
    ]
    chosen = request.GET.get("state", "")
    shown = next((found for value, _, found in choices if value == chosen), rows)
    piece = slice_of(shown, request)
    context = {
        "contract": contract,
        "tab": "changes",
        "tabs": tabs_of(request, "state", choices),
        "slice": piece,
        "rows": [to_change(row) for row in piece.rows],
        "terms": staffing.terms_on(code, local_date(wall_clock()), known_at=wall_clock()),
        **rights(request.user, code),
    }
    return render_page(request, "staffing/changes.html", context, title="人员变更")


@page(REQUEST)
def new_change(request: HttpRequest, code: str) -> HttpResponse:
    """提出人员变更."""
    contract = contract_of(request, code, REQUEST)
    now = wall_clock()
    terms = staffing.terms_on(code, local_date(now), known_at=now)
    team = [(m.id, f"{m.name}（{m.position_title}{'，关键' if m.is_key else ''}）")
            for m in staffing.team_of(code, now)]  # fmt: skip
    initial = {"leaving": request.GET.get("leaving", ""), "effective_date": local_date(now)}
    form = ChangeForm(request.POST or None, team=team, initial=initial)
    coming = ComingForm(request.POST or None, terms=terms.staffing, prefix="in")
    if request.method == "POST" and form.is_valid() and coming.is_valid():
        info = _file(request, code, form=form, coming=coming, now=now)
        if info is not None:
            messages.success(request, f"{info.number} {info.state_label}")
            return redirect("staffing:change", code, info.id)
    context = {
        "contract": contract, "tab": "changes", "form": form, "coming": coming, "terms": terms,
    }  # fmt: skip
    return render_page(request, "staffing/change_form.html", context, title="提出人员变更")


def _file(
    request: HttpRequest, code: str, *, form: ChangeForm, coming: ComingForm, now: datetime
) -> staffing.ChangeInfo | None:
    given = form.cleaned_data
    incoming = staffing.Incoming(**coming.person()) if coming.cleaned_data["name"] else None
    draft = staffing.ChangeDraft(
        contract=code,
        leaving_id=int(given["leaving"]) if given["leaving"] else None,
        incoming=incoming,
        reason_kind=given["reason_kind"],
        reason=given["reason"],
        handover_plan=given["handover_plan"],
        effective_date=given["effective_date"],
    )
    try:
        return staffing.request_change(draft, by=actor_of(request.user), now=now)
    except StewardError as error:
        form.add_error(None, error.message)
        return None


@page(VIEW)
def change(request: HttpRequest, code: str, change_id: int) -> HttpResponse:
    """One change: who, why, how it is handed over, what the client said."""
    contract = contract_of(request, code)
    row = change_row(code, change_id)
    context = {
        "contract": contract,
        "tab": "changes",
        "row": row,
        "change": to_change(row),
        "approval": None if row.approval_id is None else approvals.get(row.approval_id),
        "history": audit.history(row.subject),
    }
    return render_page(request, "staffing/change.html", context, title=row.number)


@page(VIEW)
def statement(request: HttpRequest, code: str, change_id: int) -> HttpResponse:
    """人员变更情况说明 as .xlsx."""
    contract = contract_of(request, code)
    info = to_change(change_row(code, change_id))
    content = staffing.statement_sheet(contract.title, info)
    return as_xlsx(content, f"人员变更情况说明-{info.number}.xlsx")
