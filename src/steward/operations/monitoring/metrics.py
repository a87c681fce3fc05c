"""The facts that monitoring offers to contracts: availability, down time, outages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from steward.core.evidence.api import MetricEvent, MetricQuery, MetricResult, metric
from steward.kernel.subjects import Subject
from steward.operations.monitoring import availability as arithmetic
from steward.operations.monitoring.availability import Aggregation, Availability, UnknownPolicy
from steward.operations.monitoring.queries.figures import Outage
from steward.operations.monitoring.queries.monitors import SPAN_KIND
from steward.operations.monitoring.queries.parts import Whole, whole_in_parts

_PARAMS = {
    "unknown": "未知时间的算法：excluded 不计、up 算正常、down 算中断（默认 excluded）",
    "core_only": "只算计入合同可用性的监测项（默认 true）",
    "aggregation": "多系统汇总：mean 平均、worst 最差、union 任一中断即中断（默认 union）",
}
_NO_DATA = "这段时间没有监测数据"


def _seen(query: MetricQuery) -> Whole:
    core_only = _truth(query.params.get("core_only", True))
    unknown = arithmetic.policy_of(query.params.get("unknown", UnknownPolicy.EXCLUDED.value))
    span = (query.contract, query.start, query.end, query.as_of)
    key = ("monitoring.whole", *span, core_only, unknown)
    if key not in query.shared:
        query.shared[key] = whole_in_parts(query, core_only=core_only, unknown=unknown)
    seen: Whole = query.shared[key]
    return seen


def _truth(value: object) -> bool:
    return str(value).lower() not in ("false", "0", "no", "")


def _figure(query: MetricQuery, seen: Whole) -> Availability:
    how = arithmetic.aggregation_of(query.params.get("aggregation", Aggregation.UNION.value))
    return seen.figure(how)


def _result(
    query: MetricQuery, value: Decimal, seen: Whole, *, figure: Mapping[str, str]
) -> MetricResult:
    return MetricResult(
        value=value,
        events=_events(seen.outages),
        population=seen.monitors,
        grade="A",
        url=f"{reverse('monitoring:outages')}?{_period_query(query)}",
        detail=figure,
    )


def _period_query(query: MetricQuery) -> str:
    return urlencode(
        {
            "contract": query.contract,
            "start": query.start.isoformat(),
            "end": query.end.isoformat(),
            "core": "1" if _truth(query.params.get("core_only", True)) else "",
        }
    )


def _events(found: Sequence[Outage]) -> tuple[MetricEvent, ...]:
    """The outages as events; the address is worked out once, not two thousand times."""
    page = reverse("monitoring:span", args=[0])
    return tuple(event_of(outage, page) for outage in found)


def event_of(outage: Outage, page: str) -> MetricEvent:
    """An outage as a score counts it: its seconds, its page, and why it may not count."""
    label = f"{outage.item_name} · {outage.monitor_name}：{outage.cause}"
    counted = outage.excused_seconds if outage.excuse else outage.seconds
    return MetricEvent(
        key=f"{SPAN_KIND}:{outage.span_id}",
        subject=Subject(SPAN_KIND, str(outage.span_id), label[:200]),
        occurred_at=outage.start_at,
        label=label,
        amount=counted,
        url=page.replace("/0/", f"/{outage.span_id}/"),
        excluded=outage.excuse,
        group=outage.group,
        evidence=(str(outage.evidence_id),) if outage.evidence_id else (),
    )


def _detail(figure: Availability) -> dict[str, str]:
    return {
        "up_seconds": str(figure.up_seconds),
        "down_seconds": str(figure.down_seconds),
        "unknown_seconds": str(figure.unknown_seconds),
        "planned_seconds": str(figure.planned_seconds),
        "excluded_seconds": str(figure.excluded_seconds),
    }


@metric(code="monitoring.availability", label="系统可用性", unit="ratio", params=_PARAMS)
def availability(query: MetricQuery) -> MetricResult:
    """Up time over known time of a contract's systems (clause HA: ≥ 99.9 %)."""
    seen = _seen(query)
    figure = _figure(query, seen)
    if figure.ratio is None:
        return MetricResult.nothing(_NO_DATA)
    return _result(query, figure.ratio, seen, figure=_detail(figure))


@metric(code="monitoring.downtime", label="宕机时间", unit="seconds", params=_PARAMS)
def downtime(query: MetricQuery) -> MetricResult:
    """Down seconds that count (clause HA: ≤ 8.76 h a year without force majeure)."""
    seen = _seen(query)
    figure = _figure(query, seen)
    if figure.ratio is None:
        return MetricResult.nothing(_NO_DATA)
    return _result(query, figure.down_seconds, seen, figure=_detail(figure))


@metric(
    code="monitoring.outages",
    label="中断次数",
    unit="count",
    params={"core_only": _PARAMS["core_only"]},
)
def outage_count(query: MetricQuery) -> MetricResult:
    """How many outages count; each event is a down span, excused ones are listed as excluded."""
    seen = _seen(query)
    if not seen.has_data:
        return MetricResult.nothing(_NO_DATA)
    counted = Decimal(sum(1 for outage in seen.outages if not outage.excuse))
    return _result(query, counted, seen, figure={})
