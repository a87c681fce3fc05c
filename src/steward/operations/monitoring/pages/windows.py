from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of, get_users
from steward.core.ui.api import page, render_page
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import now
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Window, WindowKind
from steward.operations.monitoring.pages.forms import WindowForm
from steward.operations.monitoring.queries.scope import visible_items, visible_windows

PAGE_SIZE = 50


@page("monitoring.window.view")
def window_list(request: HttpRequest) -> HttpResponse:
    """Maintenance and exclusions, newest first, with who approved or confirmed them."""
    kind = request.GET.get("kind", "")
    rows = visible_windows(request.user).prefetch_related("targets__item", "targets__monitor")
    if kind in WindowKind.values:
        rows = rows.filter(kind=kind)
    shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    windows: list[Window] = list(shown.object_list)
    people = get_users(sorted({pk for w in windows for pk in _people(w) if pk is not None}))
    moment = now()
    context: dict[str, Any] = {
        "page": shown,
        "rows": [_row(window, people, moment=moment, user=request.user) for window in windows],
        "kind": kind,
        "kinds": WindowKind.choices,
        "may_register": request.user.has_perm("monitoring.window.register"),
    }
    return render_page(request, "monitoring/windows.html", context, title="维护与除外")


def _people(window: Window) -> tuple[int | None, ...]:
    return window.approved_by_id, window.supplier_id, window.client_id


def _row(window: Window, people: Any, *, moment: datetime, user: Any) -> dict[str, Any]:
    name = {pk: people[pk].name for pk in _people(window) if pk in people}
    is_over = window.ended_early_at is not None or window.end_at <= moment
    waits = window.kind == WindowKind.MAINTENANCE and window.approved_at is None
    claim = window.kind == WindowKind.FORCE_MAJEURE
    return {
        "window": window,
        "targets": [str(t.monitor or t.item) for t in window.targets.all()],
        "approver": name.get(window.approved_by_id, "") if window.approved_by_id else "",
        "supplier": name.get(window.supplier_id, "") if window.supplier_id else "",
        "client": name.get(window.client_id, "") if window.client_id else "",
        "state": _state(window, is_over=is_over),
        "may_approve": waits and user.has_perm("monitoring.window.approve")
        and window.recorded_by_id != user.pk,
        "may_supplier": claim and window.supplier_id is None
        and user.has_perm("monitoring.window.confirm_supplier") and window.client_id != user.pk,
        "may_client": claim and window.client_id is None
        and user.has_perm("monitoring.window.confirm_client") and window.supplier_id != user.pk,
        "may_end": not is_over and user.has_perm("monitoring.window.register"),
    }  # fmt: skip


def _state(window: Window, *, is_over: bool) -> tuple[str, str]:
    """A colour and words."""
    if window.kind == WindowKind.FORCE_MAJEURE:
        agreed = window.supplier_id is not None and window.client_id is not None
        return ("g", "双方已确认，不计中断") if agreed else ("o", "待双方确认，仍计中断")
    if window.approved_at is None:
        return "o", "待批准，不生效"
    if not window.is_planned:
        return "r", "开始后才批准，仍计中断"
    return ("", "已结束，抵扣中断") if is_over else ("g", "已批准，抵扣中断")


@page("monitoring.window.register")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Register a maintenance for approval, or claim force majeure."""
    if kind not in WindowKind.values:
        raise NotFoundError("没有这种时段")
    form = WindowForm(
        request.POST or None,
        items=visible_items(request.user),
        initial={"item_ids": request.GET.getlist("item")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _register(request, form.cleaned_data, kind)
        except (monitoring.InvalidWindowError, monitoring.SamePersonError) as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记")
            return redirect("monitoring:windows")
    label = WindowKind(kind).label
    context = {"form": form, "kind": kind, "label": label}
    return render_page(
        request, "monitoring/window_form.html", context, title=f"登记{label}",
        status=422 if form.errors else 200,
    )  # fmt: skip


def _register(request: HttpRequest, values: dict[str, Any], kind: str) -> None:
    write = (
        monitoring.request_maintenance
        if kind == WindowKind.MAINTENANCE
        else monitoring.propose_exclusion
    )
    write(
        monitoring.Targets(item_ids=values["item_ids"]),
        values["start"],
        values["end"],
        grounds=monitoring.Grounds(values["reason"], values["document"]),
        by=actor_of(request.user),
        now=now(),
    )


def _visible(request: HttpRequest, window_id: int) -> int:
    rows: QuerySet[Window] = visible_windows(request.user)
    if not rows.filter(pk=window_id).exists():
        raise NotFoundError("没有这个维护或除外时段")
    return window_id


@require_POST
@page("monitoring.window.approve")
def approve(request: HttpRequest, window_id: int) -> HttpResponse:
    is_planned = monitoring.approve_maintenance(
        _visible(request, window_id), by=actor_of(request.user), now=now()
    )
    if is_planned:
        messages.success(request, "已批准，时段内的中断不计入")
    else:
        messages.warning(request, "已批准，但维护已经开始，时段内的中断仍计入")
    return redirect("monitoring:windows")


@require_POST
@page("monitoring.window.view")
def confirm(request: HttpRequest, window_id: int, side: str) -> HttpResponse:
    """One side confirms; each side has its own permission."""
    if not request.user.has_perm(f"monitoring.window.confirm_{side}"):
        raise NotFoundError("没有这个页面")
    monitoring.confirm_exclusion(
        _visible(request, window_id), side=side, by=actor_of(request.user), now=now()
    )
    messages.success(request, "已确认")
    return redirect("monitoring:windows")


@require_POST
@page("monitoring.window.register")
def end(request: HttpRequest, window_id: int) -> HttpResponse:
    monitoring.end_window(_visible(request, window_id), by=actor_of(request.user), now=now())
    messages.success(request, "已提前结束")
    return redirect("monitoring:windows")
