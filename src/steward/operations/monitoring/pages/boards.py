from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from steward.core.ui.api import page, render_page
from steward.kernel.instants import local_date, now
from steward.kernel.periods import Period, day_of
from steward.operations.monitoring.availability import Aggregation, UnknownPolicy, aggregate
from steward.operations.monitoring.queries.board import BoardFilter, board
from steward.operations.monitoring.queries.figures import (
    contract_monitors,
    outages,
    picture,
    systems,
)
from steward.operations.monitoring.queries.scope import VIEW, visible_to
from steward.operations.monitoring.queries.spans import Known

STATES = [("down", "中断"), ("unknown", "未知"), ("up", "正常"), ("paused", "已暂停")]
PAGE_SIZE = 50


@page(VIEW)
def status_board(request: HttpRequest) -> HttpResponse:
    """Every system with its last 90 days, its state now, and two availability figures."""
    wanted = BoardFilter(
        contract=request.GET.get("contract", ""),
        state=request.GET.get("state", ""),
        text=request.GET.get("q", ""),
    )
    seen = board(request.user, wanted, now=now())
    context = {
        "board": seen,
        "wanted": wanted,
        "tabs": [(code, label, seen.counts[code]) for code, label in STATES],
        "total": sum(seen.counts.values()),
        "may_change": request.user.has_perm("monitoring.monitor.change"),
        "has_monitors": visible_to(request.user).exists(),
    }
    return render_page(request, "monitoring/board.html", context, title="运行状态")


@page(VIEW)
def outage_list(request: HttpRequest) -> HttpResponse:
    """The outages behind a figure: of a system, a contract, a day or any period."""
    moment = now()
    period = _period(request, moment)
    seen = picture(_monitors(request, moment), Known(period, moment))
    found = outages(seen)[::-1]
    figure = aggregate(
        [s.account for s in systems(seen, UnknownPolicy.EXCLUDED)], Aggregation.UNION
    )
    pages = Paginator(found, PAGE_SIZE)
    context: dict[str, Any] = {
        "page": pages.get_page(request.GET.get("page")),
        "period": period,
        "last_instant": period.end - timedelta(microseconds=1),
        "figure": figure,
        "down": _length(figure.down_seconds),
        "planned": _length(figure.planned_seconds + figure.excluded_seconds),
        "unknown": _length(figure.unknown_seconds),
        "counted": sum(not o.excuse for o in found),
        "excused": sum(bool(o.excuse) for o in found),
        "lost": {o.span_id: _length(o.seconds or o.excused_seconds) for o in found},
        "names": _names(request, seen.monitors),
        "monitor_count": len(seen.monitors),
        "contract": request.GET.get("contract", ""),
    }
    return render_page(request, "monitoring/outages.html", context, title="中断记录")


def _monitors(request: HttpRequest, moment: datetime) -> list[int]:
    rows = visible_to(request.user)
    item, contract = request.GET.get("item", ""), request.GET.get("contract", "")
    if item.isdigit():
        rows = rows.filter(Q(item_id=int(item)) | Q(item__system_id=int(item)))
    if request.GET.get("monitor", "").isdigit():
        rows = rows.filter(pk=int(request.GET["monitor"]))
    if contract:
        core_only = request.GET.get("core") == "1"
        rows = rows.filter(pk__in=contract_monitors(contract, core_only=core_only, as_of=moment))
    return list(rows.values_list("pk", flat=True))


def _period(request: HttpRequest, moment: datetime) -> Period:
    """`day`, or `start` and `end`; what cannot be read falls back to the last 30 days."""
    day, start, end = (request.GET.get(name, "") for name in ("day", "start", "end"))
    try:
        if day:
            return day_of(datetime.strptime(day, "%Y-%m-%d").date())  # noqa: DTZ007
        if start and end:
            return Period(_instant(start), _instant(end))
    except ValueError:
        pass
    today = day_of(local_date(moment))
    return Period(today.end - timedelta(days=30), today.end)


def _instant(text: str) -> datetime:
    """ISO 8601; a bare date begins at its midnight in Asia/Shanghai."""
    found = datetime.fromisoformat(text.replace(" ", "+"))
    return found if found.tzinfo else day_of(found.date()).start


def _length(seconds: Decimal) -> timedelta:
    return timedelta(seconds=int(seconds))


def _names(request: HttpRequest, monitors: Any) -> str:
    item = request.GET.get("item", "")
    if not item:
        return ""
    return next((str(m.item.system or m.item) for m in monitors.values()), "")
