"""Facts of the catalogue for contracts (KA: 数据目录, 数据归集), each from the last day kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.data.catalog.models import CATALOGUE_KIND, Catalogue, RateDay
from steward.data.catalog.rates import Rate
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True)
class _Day:
    """The newest figures of a contract in a period: all its departments."""

    rows: list[RateDay]

    def ids(self, name: str) -> set[int]:
        return {pk for row in self.rows for pk in getattr(row, name)}


def _newest(query: evidence.MetricQuery) -> _Day | None:
    rows = RateDay.objects.filter(contract=query.contract, taken_at__lt=query.as_of).filter(
        taken_at__gte=query.start, taken_at__lt=query.end
    )
    day = rows.order_by("-day").values_list("day", flat=True).first()
    return None if day is None else _Day(list(rows.filter(day=day)))


@evidence.metric(code="catalog.collection_rate", label="归集率", unit="ratio")
def collection_rate(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Collected ÷ listed at the last figure of the period; each uncollected one is an event."""
    found = _newest(query)
    if found is None:
        return evidence.MetricResult.nothing("期内还没有归集率统计")
    listed = found.ids("listed")
    missing = listed - found.ids("collected")
    return _share(query, found, ids=(listed, missing), words=("uncollected", "未归集"))


@evidence.metric(code="catalog.compliance_rate", label="编目合格率", unit="ratio")
def compliance_rate(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Listed catalogues that keep the cataloguing standard ÷ listed; each other is an event."""
    found = _newest(query)
    if found is None:
        return evidence.MetricResult.nothing("期内还没有目录统计")
    listed = found.ids("listed")
    missing = listed & found.ids("faulty")
    return _share(query, found, ids=(listed, missing), words=("faulty", "不符合编目标准"))


@evidence.metric(code="catalog.update_rate", label="按周期更新率", unit="ratio")
def update_rate(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Collected catalogues updated within their cycle ÷ collected; each late one is an event."""
    found = _newest(query)
    if found is None:
        return evidence.MetricResult.nothing("期内还没有目录统计")
    collected = found.ids("collected")
    if not collected:
        return evidence.MetricResult.nothing("没有已归集的目录")
    late = collected & found.ids("stale")
    return _share(query, found, ids=(collected, late), words=("stale", "更新逾期"))


def _share(
    query: evidence.MetricQuery,
    found: _Day,
    *,
    ids: tuple[set[int], set[int]],
    words: tuple[str, str],
) -> evidence.MetricResult:
    """What is not missing ÷ everything; the page opens exactly what is missing."""
    (every, missing), only = ids, words[0]
    value = Rate(len(every), len(every) - len(missing)).value
    if value is None:
        return evidence.MetricResult.nothing("没有已发布的目录")
    day = found.rows[0].day.isoformat()
    given = {"contract": query.contract, "day": day}
    if only != "uncollected":
        given["only"] = only
    return evidence.MetricResult(
        value=value,
        events=tuple(_events(missing, found.rows, words)),
        population=len(every),
        url=f"/data/catalog/uncollected/?{urlencode(given)}",
        detail={"day": day},
    )


def _events(
    missing: Iterable[int], days: list[RateDay], words: tuple[str, str]
) -> Iterable[evidence.MetricEvent]:
    only, label = words
    at = max(row.taken_at for row in days)
    for row in Catalogue.objects.filter(pk__in=missing).order_by("code"):
        yield evidence.MetricEvent(
            key=f"{CATALOGUE_KIND}:{row.pk}" + ("" if only == "uncollected" else f":{only}"),
            subject=Subject(CATALOGUE_KIND, str(row.pk), row.name),
            occurred_at=at,
            label=f"{row.name} {label}",
            amount=Decimal(1),
            url=f"/data/catalog/{row.pk}/",
        )
