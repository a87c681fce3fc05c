"""Facts of collection for contracts (KA: 数据归集)."""

from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.data.collection.choices import RunState
from steward.data.collection.models import RUN_KIND
from steward.data.collection.queries import ended_between
from steward.kernel.subjects import Subject


@evidence.metric(code="collection.on_time", label="归集任务按时完成率", unit="ratio")
def on_time(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Succeeded ÷ ended among the scheduled runs of the period; each failed one is an event."""
    end = min(query.end, query.as_of)
    runs = ended_between(query.contract, query.start, end)
    total = runs.count()
    if not total:
        return evidence.MetricResult.nothing("期内没有按计划运行的归集任务")
    failed = list(runs.filter(state=RunState.FAILED).order_by("finished_at", "pk"))
    events = tuple(
        evidence.MetricEvent(
            key=f"{RUN_KIND}:{run.pk}",
            subject=Subject(RUN_KIND, str(run.pk), str(run)),
            occurred_at=run.finished_at or run.requested_at,
            label=f"{run.task.name}：{run.error}",
            url=f"/data/collection/runs/{run.pk}/",
        )
        for run in failed
    )
    given = {
        "contract": query.contract,
        "start": query.start.isoformat(),
        "end": end.isoformat(),
        "trigger": "schedule",
    }
    ratio = (Decimal(total - len(failed)) / Decimal(total)).quantize(Decimal("0.000001"))
    return evidence.MetricResult(
        value=ratio,
        events=events,
        population=total,
        url=f"/data/collection/runs/?{urlencode(given)}",
    )
