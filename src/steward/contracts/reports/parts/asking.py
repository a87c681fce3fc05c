"""Ask metrics and say their answers: figures with their rows, tables of their events."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from steward.contracts.reports.registry import Asked
from steward.contracts.reports.sections import NO_DATA, Cell, Column, Figure, Table
from steward.core.evidence import api as evidence
from steward.kernel.clock import format_duration
from steward.kernel.instants import local
from steward.kernel.periods import Period

MOST_ROWS = 60


def ask(
    asked: Asked,
    metric: str,
    params: Mapping[str, Any] | None = None,
    *,
    period: Period | None = None,
) -> evidence.MetricResult:
    """A metric over the report's stretch, or a part of it; what no app offers is no data."""
    start, end = (period.start, period.end) if period else (asked.start, asked.end)
    if end <= start:
        return evidence.MetricResult.nothing("时段还没有开始")
    try:
        spec = evidence.metric_spec(metric)
    except evidence.UnknownMetricError:
        return evidence.MetricResult.nothing("平台还没有这项取数")
    query = evidence.MetricQuery(
        asked.contract.code, start, end, max(asked.as_of, end), dict(params or {})
    )
    return spec.compute(query)


def figure(name: str, metric: str, found: evidence.MetricResult) -> Figure:
    """The key figure of an answer, in the unit of its metric."""
    if found.value is None:
        return Figure(name, NO_DATA, None, reason=found.no_data, url=found.url)
    try:
        unit = evidence.metric_spec(metric).unit
    except evidence.UnknownMetricError:
        unit = "count"
    return Figure(
        name,
        in_words(found.value, unit),
        found.value,
        url=found.url,
        grade=found.grade,
        records=found.population,
    )


def asked_figure(
    asked: Asked, name: str, metric: str, *, params: Mapping[str, Any] | None = None
) -> Figure:
    """Ask and say at once."""
    return figure(name, metric, ask(asked, metric, params))


def in_words(value: Decimal, unit: str) -> str:
    """A value as people read it: `99.93%`, `3 h 02 min`, `12`."""
    if unit == "ratio":
        return f"{value * 100:.2f}%"
    if unit == "seconds":
        return duration(value)
    return f"{value.normalize():f}"


def duration(seconds: Decimal) -> str:
    """Seconds in words; part of a second is dropped."""
    return format_duration(timedelta(seconds=int(max(Decimal(0), seconds))))


def minute(instant: datetime | None) -> str:
    """An instant in Asia/Shanghai to the minute, a dash where there is none."""
    return "—" if instant is None else f"{local(instant):%Y-%m-%d %H:%M}"


def deadline(instant: datetime) -> str:
    """Until when: a window that ends at a midnight ends with the day before it."""
    at = local(instant)
    if (at.hour, at.minute) == (0, 0):
        return f"{at - timedelta(days=1):%Y-%m-%d}"
    return minute(instant)


def events_table(
    title: str, events: Iterable[evidence.MetricEvent], *, empty: str, url: str = ""
) -> Table:
    """The events behind a figure, the first 60 of them; each opens its record."""
    rows = list(events)
    return Table(
        title=title,
        columns=(Column("时间", width=16), Column("内容", width=50), Column("是否计入", width=24)),
        rows=tuple(
            (
                Cell(minute(event.occurred_at)),
                Cell(event.label, event.url),
                Cell(f"不计：{event.excluded}" if event.excluded else "计入"),
            )
            for event in rows[:MOST_ROWS]
        ),
        empty=empty,
        more=max(0, len(rows) - MOST_ROWS),
        url=url,
    )
