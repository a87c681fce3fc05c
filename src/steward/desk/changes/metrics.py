"""Facts of changes for contracts."""

from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.desk.changes.queries import executed_between
from steward.kernel.subjects import Subject


@evidence.metric(code="desk.changes_without_record", label="缺少申请或执行记录的变更", unit="count")
def changes_without_record(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Executed changes without an approval beforehand or without a record of the execution."""
    executed = executed_between(query.contract, query.start, query.end, as_of=query.as_of)
    events = tuple(
        evidence.MetricEvent(
            key=f"changes.change:{row.id}",
            subject=Subject("changes.change", str(row.id), f"{row.number} {row.title}"),
            occurred_at=row.at,
            label=f"{row.number} {row.title}：{row.missing}",
            url=f"/changes/{row.id}/",
            group=row.number,
        )
        for row in executed
        if row.missing
    )
    given = {
        "contract": query.contract,
        "start": query.start.isoformat(),
        "end": query.end.isoformat(),
        "as_of": query.as_of.isoformat(),
    }
    return evidence.MetricResult(
        value=Decimal(len(events)),
        events=events,
        population=len(executed),
        url=f"/changes/executed/?{urlencode(given)}",
    )
