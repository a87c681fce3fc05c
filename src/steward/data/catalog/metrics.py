"""Facts of the catalogue for contracts (KA: 数据目录, 归集率)."""

from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.data.catalog.models import CATALOGUE_KIND, Catalogue, RateDay
from steward.data.catalog.rates import Rate
from steward.kernel.subjects import Subject


@evidence.metric(code="catalog.collection_rate", label="归集率", unit="ratio")
def collection_rate(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Collected ÷ listed at the last figure of the period; each uncollected one is an event."""
    rows = RateDay.objects.filter(contract=query.contract, taken_at__lt=query.as_of).filter(
        taken_at__gte=query.start, taken_at__lt=query.end
    )
    newest = rows.order_by("-day").values_list("day", flat=True).first()
    if newest is None:
        return evidence.MetricResult.nothing("期内还没有归集率统计")
    day_rows = list(rows.filter(day=newest))
    listed = {pk for row in day_rows for pk in row.listed}
    missing = listed - {pk for row in day_rows for pk in row.collected}
    value = Rate(len(listed), len(listed) - len(missing)).value
    if value is None:
        return evidence.MetricResult.nothing("没有已发布的目录")
    given = {"contract": query.contract, "day": newest.isoformat()}
    return evidence.MetricResult(
        value=value,
        events=tuple(_events(missing, day_rows)),
        population=len(listed),
        url=f"/data/catalog/uncollected/?{urlencode(given)}",
        detail={"day": newest.isoformat()},
    )


def _events(missing: Iterable[int], days: list[RateDay]) -> Iterable[evidence.MetricEvent]:
    at = max(row.taken_at for row in days)
    for row in Catalogue.objects.filter(pk__in=missing).order_by("code"):
        yield evidence.MetricEvent(
            key=f"{CATALOGUE_KIND}:{row.pk}",
            subject=Subject(CATALOGUE_KIND, str(row.pk), row.name),
            occurred_at=at,
            label=f"{row.name} 未归集",
            amount=Decimal(1),
            url=f"/data/catalog/{row.pk}/",
        )
