"""Facts of quality for contracts (KA: 数据治理)."""

from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.data.quality.models import ORDER_KIND, CheckedTable, ProblemOrder
from steward.data.quality.queries import latest_runs, total_score
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


@evidence.metric(code="quality.orders_closed", label="问题数据工单销号率", unit="ratio")
def orders_closed(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Problem orders dispatched in the period that a passing check has closed ÷ dispatched.

    Each open one is an event with its failing rows as the amount; nothing dispatched is all done.
    """
    end = min(query.end, query.as_of)
    rows = ProblemOrder.objects.filter(
        table__contract=query.contract, opened_at__gte=query.start, opened_at__lt=end
    )
    left = list(
        rows.exclude(closed_at__isnull=False, closed_at__lt=end).select_related(
            "organization", "table"
        )
    )
    total = rows.count()
    value = Decimal(1) if not total else Decimal(total - len(left)) / total
    events = tuple(
        evidence.MetricEvent(
            key=f"{ORDER_KIND}:{order.pk}",
            subject=order.subject,
            occurred_at=order.opened_at,
            label=f"{order} {order.failing_rows} 行未销号",
            amount=Decimal(order.failing_rows),
            url=f"/data/quality/orders/{order.pk}/",
        )
        for order in left
    )
    given = {"contract": query.contract, "start": query.start.isoformat(), "end": end.isoformat()}
    return evidence.MetricResult(
        value=value.quantize(Decimal("0.000001")),
        events=events,
        population=total,
        url=f"/data/quality/orders/?{urlencode(given)}",
    )
