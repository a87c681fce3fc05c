from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.ui.api import page, panels_for, render_page
from steward.desk.changes import services
from steward.desk.changes.choices import ChangeState
from steward.desk.changes.pages.forms import ChangeForm, RecordForm
from steward.desk.changes.queries import ChangeInfo, change_for, changes_for, executed_between
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

PAGE = 50
SUBMIT, WINDOW = "desk.change.submit", "desk.change.window"


@page("desk.change.view")
def change_list(request: HttpRequest) -> HttpResponse:
    """变更, newest first, by state."""
    state = request.GET.get("state", "")
    rows = changes_for(request.user)
    if state in ChangeState.values:
        rows = rows.filter(state=state)
    after = request.GET.get("after", "")
    if after.isdigit():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.select_related("item").order_by("-id")[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "states": ChangeState.choices,
        "state": state,
    }
    return render_page(request, "changes/list.html", context, title="变更")


@page(SUBMIT)
def new_change(request: HttpRequest) -> HttpResponse:
    """提出变更: the assessment, then its approval begins."""
    start = {"ticket_number": request.GET.get("ticket", "")}
    form = ChangeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            info = _submit(form.cleaned_data, by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{info.number} 已提交")
            return redirect("changes:change", info.id)
    return render_page(request, "changes/form.html", {"form": form}, title="提出变更")


def _submit(data: dict[str, Any], *, by: Actor, now: datetime) -> ChangeInfo:
    item, number = data["item_code"], data["ticket_number"].strip()
    ticket = desk.find_ticket(number) if number else None
    if number and ticket is None:
        raise services.InvalidChangeError(f"没有编号为“{number}”的工单")
    parts = ("title", "category", "content", "risk", "risk_analysis", "rollback_plan",
             "feasibility", "resources", "window_start", "window_end")  # fmt: skip
    draft = services.ChangeDraft(
        **{name: data[name] for name in parts},
        contract=data["contract"].strip() or (item.contract if item is not None else ""),
        organization_id=None if item is None else item.organization_id,
        item_id=None if item is None else item.id,
        ticket_id=None if ticket is None else ticket.id,
    )
    if data["executed_record"].strip():
        return services.register_executed(draft, record=data["executed_record"], by=by, now=now)
    return services.submit_change(draft, by=by, now=now)


@page("desk.change.view")
def change_page(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: the assessment, its approval, what was really done."""
    return _show(request, change_id, RecordForm())


def _show(
    request: HttpRequest, change_id: int, form: RecordForm, *, status: int = 200
) -> HttpResponse:
    change = change_for(request.user, change_id)
    approval = None if change.approval_id is None else approvals.get(change.approval_id)
    context = {
        "change": change,
        "approval": approval,
        "records": change.records.all(),
        "form": form,
        "may_work": request.user.has_perm(SUBMIT),
        "may_open": request.user.has_perm(WINDOW)
        and change.state == ChangeState.APPROVED
        and change.maintenance_id is None
        and change.item_id is not None,
        "panels": panels_for(change.subject, request),
    }
    return render_page(request, "changes/change.html", context, title=change.number, status=status)


def _open(change_id: int, record: str, *, by: Actor, now: datetime) -> object:  # noqa: ARG001
    return services.open_window(change_id, by=by, now=now)


def _start(change_id: int, record: str, *, by: Actor, now: datetime) -> object:  # noqa: ARG001
    return services.start_change(change_id, by=by, now=now)


def _finish(change_id: int, record: str, *, by: Actor, now: datetime) -> object:
    return services.finish_change(change_id, record=record, by=by, now=now)


def _roll_back(change_id: int, record: str, *, by: Actor, now: datetime) -> object:
    return services.roll_back(change_id, record=record, by=by, now=now)


ACTIONS: dict[str, tuple[str, Callable[..., object]]] = {
    "window": (WINDOW, _open),
    "start": (SUBMIT, _start),
    "finish": (SUBMIT, _finish),
    "rollback": (SUBMIT, _roll_back),
}


@page("desk.change.view")
def act(request: HttpRequest, change_id: int, action: str) -> HttpResponse:
    """One action on a change; what is wrong is said beside the form."""
    change_for(request.user, change_id)
    if action not in ACTIONS or not request.user.has_perm(ACTIONS[action][0]):
        raise NotFoundError("没有这个操作")
    if request.method == "POST":
        form = RecordForm(request.POST)
        form.full_clean()
        try:
            ACTIONS[action][1](
                change_id,
                request.POST.get("record", ""),
                by=actor_of(request.user),
                now=wall_clock(),
            )
        except StewardError as error:
            form.errors.clear()
            form.add_error(None, error.message)
            return _show(request, change_id, form, status=error.status)
        messages.success(request, "已记录")
    return redirect("changes:change", change_id)


@page("desk.change.view")
def executed(request: HttpRequest) -> HttpResponse:
    """The executed changes behind a figure, with what each record lacks."""
    now = wall_clock()
    given = {name: _instant(request.GET.get(name, "")) for name in ("start", "end", "as_of")}
    found = executed_between(
        request.GET.get("contract", ""),
        given["start"] or datetime.min.replace(tzinfo=now.tzinfo),
        given["end"] or now,
        as_of=given["as_of"] or now,
    )
    seen = set(
        changes_for(request.user).filter(pk__in=[r.id for r in found]).values_list("pk", flat=True)
    )
    rows = [row for row in found if row.id in seen]
    return render_page(request, "changes/executed.html", {"rows": rows}, title="已执行的变更")


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
