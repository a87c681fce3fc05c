from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.findings import api as findings
from steward.core.ui.api import page, panels_for, render_page, slice_of, tabs_of
from steward.data.quality.choices import ChangeSetState, OrderState, RunState, Trigger
from steward.data.quality.models import ProblemOrder, RuleUse
from steward.data.quality.pages.forms import ReturnForm
from steward.data.quality.pages.runs import instant_of, rows_context
from steward.data.quality.planning import name_of
from steward.data.quality.queries import ORDERS, order_for, orders_for, spells_between
from steward.data.quality.rows import FailingRows, Wanted
from steward.data.quality.tables import request_run
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

CORRECT = "quality.order.correct"


@page(ORDERS)
def order_list(request: HttpRequest) -> HttpResponse:
    """问题数据工单 of one's own departments."""
    rows = _filtered(request, orders_for(request.user))
    states = [(state.value, state.label, rows.filter(state=state)) for state in OrderState]
    tabs = tabs_of(request, "state", [("", "全部", rows), *states])
    state = request.GET.get("state", "")
    if state in OrderState.values:
        rows = rows.filter(state=state)
    context = {
        "slice": slice_of(rows, request),
        "tabs": tabs,
        "may_exchange": request.user.has_perm("quality.irs.exchange"),
    }
    return render_page(request, "quality/orders.html", context, title="问题数据工单")


def _filtered(request: HttpRequest, rows: QuerySet[ProblemOrder]) -> QuerySet[ProblemOrder]:
    """As a figure's link says: the orders of a contract that were open in a period."""
    given = request.GET
    start, end = instant_of(given.get("start", "")), instant_of(given.get("end", ""))
    if not given.get("contract") or start is None or end is None:
        return rows
    spells = spells_between(given["contract"], start, end)
    return rows.filter(pk__in=spells.values("order"))


@page(ORDERS)
def order_page(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: its rows, the rules they break, what to do, what was done."""
    order = order_for(request.user, order_id)
    checking = order.table.runs.filter(state__in=(RunState.QUEUED, RunState.RUNNING)).exists()
    uses = RuleUse.objects.select_related("rule").filter(table=order.table_id)
    names = {use.code: name_of(use) for use in uses}
    context: dict[str, Any] = {
        "order": order,
        "table": order.table,
        "rules": [(code, names.get(code, code), rows) for code, rows in sorted(
            order.rules.items(), key=lambda item: -item[1])],
        "checking": checking,
        "finding": findings.get(order.finding_id) if order.finding_id else None,
        "rows": _rows(request, order),
        "may_correct": _may_edit(request, order) and not checking,
        "drafts": order.changes.filter(state=ChangeSetState.DRAFT)[:5],
        "changes": order.changes.annotate(total=Count("cells"))[:20],
        "spells": order.spells.select_related("closed_run")[:10],
        "return_form": ReturnForm(),
        "edit_url": reverse("quality:edit", args=[order.pk])
        if _may_edit(request, order) and not checking
        else "",
        "panels": panels_for(order.subject, request),
    }  # fmt: skip
    return render_page(request, "quality/order.html", context, title=str(order))


def _may_edit(request: HttpRequest, order: ProblemOrder) -> bool:
    return bool(request.user.has_perm(CORRECT)) and order.state == OrderState.OPEN


def _rows(request: HttpRequest, order: ProblemOrder) -> dict[str, Any] | None:
    if order.state != OrderState.OPEN:
        return None
    rule = request.GET.get("rule", "")
    rules = (rule,) if rule in order.rules else tuple(order.rules)
    wanted = Wanted(rules=rules, organization_id=order.organization_id)
    try:
        return rows_context(request, FailingRows(order.run), wanted) | {"chosen": rule}
    except StewardError as error:
        return {"gone": error.message}


@require_POST
@page(ORDERS)
def recheck(request: HttpRequest, order_id: int) -> HttpResponse:
    """申请复查: the check decides whether the order closes."""
    order = order_for(request.user, order_id)
    try:
        request_run(
            order.table_id, trigger=Trigger.RECHECK, by=actor_of(request.user), now=wall_clock()
        )
    except StewardError as error:
        messages.error(request, error.message)
    return redirect("quality:order", order.pk)
