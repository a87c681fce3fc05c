import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from steward.assets.cmdb import api as cmdb
from steward.core.accounts.api import actor_of
from steward.core.evidence import api as evidence
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.core.ui.api import page, render_page
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local, now
from steward.kernel.periods import Period, month_of
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Rollup, RollupSize, Sample
from steward.operations.monitoring.queries.board import BoardFilter, BoardRow, board
from steward.operations.monitoring.queries.monitors import beat_token, editable
from steward.operations.monitoring.queries.scope import VIEW, visible_to

CHART_HOURS = 48
CHART_COLORS = ("var(--color-primary-600)", "var(--color-base-400)")
LAST_RESULTS = 12
CHART_OPTIONS = json.dumps(
    {
        "animation": False,
        "maintainAspectRatio": False,
        "scales": {
            "x": {"grid": {"display": False}, "ticks": {"maxRotation": 0, "autoSkipPadding": 24}},
            "y": {"beginAtZero": True, "grid": {}},
        },
        "plugins": {"legend": {"align": "end", "labels": {"boxHeight": 0, "boxWidth": 16}}},
    }
)
SPANS_SHOWN = timedelta(days=90)
AROUND = timedelta(minutes=10)


def visible_monitor(request: HttpRequest, monitor_id: int) -> monitoring.MonitorInfo:
    """The monitor inside the person's scope; outside it, it does not exist."""
    if not visible_to(request.user).filter(pk=monitor_id).exists():
        raise NotFoundError("没有这个监测项")
    return monitoring.get_monitor(monitor_id, now=now())


@page(VIEW)
def monitor(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """One monitor: its state, its line, its latency, its last results, its settings."""
    info, moment = visible_monitor(request, monitor_id), now()
    item = cmdb.get(info.item_id)
    may_change = request.user.has_perm("monitoring.monitor.change")
    month = month_of(local(moment).date())
    context: dict[str, Any] = {
        "monitor": info,
        "item": item,
        "settings": editable(info.id),
        "spans": monitoring.spans_between([info.id], moment - SPANS_SHOWN, moment)[:30],
        "samples": Sample.objects.filter(monitor_id=info.id)[:LAST_RESULTS],
        "chart": _latency_chart(info.id),
        "chart_options": CHART_OPTIONS,
        "month": monitoring.availability([info.id], month.start, month.end, as_of=moment),
        "month_period": month,
        "finding": _finding(info.finding_id),
        "beat_url": _beat_url(request, info) if may_change else "",
        "row": _bar(request, item),
        "may_change": may_change,
        "may_probe": request.user.has_perm("monitoring.monitor.probe"),
    }
    return render_page(request, "monitoring/monitor.html", context, title=info.name)


def _bar(request: HttpRequest, item: cmdb.ItemInfo) -> BoardRow | None:
    system = item.system_id or item.id
    seen = board(request.user, BoardFilter(item_id=system), now=now())
    return next(iter(seen.rows), None)


def _finding(finding_id: int | None) -> findings.FindingInfo | None:
    return None if finding_id is None else findings.get_many([finding_id]).get(finding_id)


def _beat_url(request: HttpRequest, info: monitoring.MonitorInfo) -> str:
    token = beat_token(info.id)
    return request.build_absolute_uri(reverse("monitoring:beat", args=[token])) if token else ""


def _latency_chart(monitor_id: int) -> str:
    """Hourly latency as JSON for Chart.js (recent raw results before the first rollup), or ''."""
    hours = list(Rollup.objects.filter(monitor_id=monitor_id, size=RollupSize.HOUR)[:CHART_HOURS])[
        ::-1
    ]
    if len(hours) > 2:
        labels = [local(row.start_at).strftime("%m-%d %H:00") for row in hours]
        lines = [
            ("中位", [row.latency_p50_us for row in hours]),
            ("95 分位", [row.latency_p95_us for row in hours]),
        ]
    else:
        rows = list(Sample.objects.filter(monitor_id=monitor_id, latency_us__gt=0)[:120])[::-1]
        labels = [local(row.at).strftime("%H:%M:%S") for row in rows]
        lines = [("耗时", [row.latency_us for row in rows])]
    if not any(any(values) for _, values in lines):
        return ""
    datasets = [
        {
            "label": name,
            "data": [_ms(v) for v in values],
            "borderColor": color,
            "type": "line",
            "pointRadius": 0,
            "borderWidth": 1.5,
        }
        for (name, values), color in zip(lines, CHART_COLORS, strict=False)
    ]
    return json.dumps({"labels": labels, "datasets": datasets}, ensure_ascii=False)


def _ms(microseconds: int | None) -> str | None:
    return None if microseconds is None else f"{microseconds / 1000:.1f}"


@page(VIEW)
def span_page(request: HttpRequest, span_id: int) -> HttpResponse:
    """One span: what happened, the results at its edges, its finding, its evidence."""
    span = monitoring.get_span(span_id)
    info = visible_monitor(request, span.monitor_id)
    moment = now()
    end = span.end_at or moment
    period = Period(span.start_at, max(end, span.start_at + timedelta(microseconds=1)))
    context = {
        "span": span,
        "monitor": info,
        "item": cmdb.get(info.item_id),
        "length": period.duration,
        "figure": monitoring.availability([info.id], period.start, period.end, as_of=moment),
        "samples": _samples_around(span),
        "finding": _finding(span.finding_id),
        "evidence": evidence.of_subject(span.subject),
    }
    return render_page(request, "monitoring/span.html", context, title=f"{span.state_label}时段")


def _samples_around(span: monitoring.SpanInfo) -> list[Sample]:
    """The results just before the span, its first ones, and those around its end."""
    rows = Sample.objects.filter(monitor_id=span.monitor_id)
    before = list(rows.filter(at__lt=span.start_at, at__gte=span.start_at - AROUND)[:3])[::-1]
    inside = list(rows.filter(at__gte=span.start_at).order_by("at")[:10])
    if span.end_at is None:
        return before + inside
    inside = [row for row in inside if row.at < span.end_at]
    known = {row.pk for row in inside}
    last = [r for r in list(rows.filter(at__lt=span.end_at, at__gte=span.start_at)[:3])[::-1]
            if r.pk not in known]  # fmt: skip
    after = list(rows.filter(at__gte=span.end_at).order_by("at")[:3])
    return before + inside + last + after


@require_POST
@page("monitoring.monitor.probe")
def probe_now(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Queue a look at the target at once."""
    info = visible_monitor(request, monitor_id)
    if not info.enabled:
        messages.error(request, "监测已暂停，恢复后才能探测")
    else:
        jobs.start_job(
            "monitoring.probe_now", by=actor_of(request.user), now=now(), monitor_id=info.id
        )
        messages.success(request, "已安排立即探测，几秒后刷新本页看结果")
    return redirect("monitoring:monitor", info.id)


@require_POST
@page("monitoring.monitor.change")
def pause(request: HttpRequest, monitor_id: int) -> HttpResponse:
    info = visible_monitor(request, monitor_id)
    monitoring.pause_monitor(
        info.id, reason=request.POST.get("reason", ""), by=actor_of(request.user), now=now()
    )
    messages.success(request, f"“{info.name}”已暂停，恢复之前的时间记为未知")
    return redirect("monitoring:monitor", info.id)


@require_POST
@page("monitoring.monitor.change")
def resume(request: HttpRequest, monitor_id: int) -> HttpResponse:
    info = visible_monitor(request, monitor_id)
    monitoring.resume_monitor(info.id, by=actor_of(request.user), now=now())
    messages.success(request, f"“{info.name}”已恢复监测")
    return redirect("monitoring:monitor", info.id)
