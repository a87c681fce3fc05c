"""Facts of quality for contracts (KA: 数据治理)."""

from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.data.quality.models import ORDER_KIND, CheckedTable
from steward.data.quality.queries import latest_runs, spells_between, total_score
from steward.kernel.subjects import Subject


@evidence.metric(code="quality.score", label="数据质量合格率", unit="ratio")
def quality_score(query: evidence.MetricQuery) -> evidence.MetricResult:
    """The score of the contract's tables by the last check of each in the period (`scoring`).

    Each table below full marks is an event with its failing rows as the amount.
    """
    end = min(query.end, query.as_of)
    tables = CheckedTable.objects.filter(contract=query.contract)
    runs = [
        run
        for run in latest_runs(tables, before=end)
        if run.finished_at is not None and run.finished_at >= query.start
    ]
    value = total_score(runs)
    if value is None:
        return evidence.MetricResult.nothing("期内没有完成的质量检查")
    events = tuple(
        evidence.MetricEvent(
            key=f"quality.run:{run.pk}",
            subject=Subject("quality.table", str(run.table_id), run.table.title),
            occurred_at=run.finished_at or run.requested_at,
            label=f"{run.table.title}：{run.rows} 行中 {run.failing_rows} 行不合格",
            url=f"/data/quality/runs/{run.pk}/",
        )
        for run in runs
        if run.failing_rows
    )
    given = {"contract": query.contract, "start": query.start.isoformat(), "end": end.isoformat()}
    return evidence.MetricResult(
        value=value,
        events=events,
        population=len(runs),
        url=f"/data/quality/runs/?{urlencode(given)}",
    )


@evidence.metric(code="quality.orders_settled", label="问题数据整改率", unit="ratio")
def orders_settled(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Settled ÷ dispatched: of the times that problem orders were open in the period, the share
    that a passing check ended before its end. Each that is still open is an event."""
    end = min(query.end, query.as_of)
    spells = spells_between(query.contract, query.start, end)
    total = spells.count()
    if not total:
        return evidence.MetricResult.nothing("期内没有问题数据工单")
    left = list(
        spells.exclude(closed_at__lt=end)
        .select_related("order__table", "order__organization")
        .order_by("opened_at", "pk")
    )
    events = tuple(
        evidence.MetricEvent(
            key=f"quality.spell:{row.pk}",
            subject=Subject(ORDER_KIND, str(row.order_id), str(row.order)),
            occurred_at=row.opened_at,
            label=f"{row.order.number} {row.order}：{row.failing_rows} 行未整改完",
            url=f"/data/quality/orders/{row.order_id}/",
        )
        for row in left
    )
    given = {"contract": query.contract, "start": query.start.isoformat(), "end": end.isoformat()}
    return evidence.MetricResult(
        value=(Decimal(total - len(left)) / Decimal(total)).quantize(Decimal("0.000001")),
        events=events,
        population=total,
        url=f"/data/quality/orders/?{urlencode(given)}",
    )
