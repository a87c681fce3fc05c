"""The availability of a long period, put together from stretches that are remembered.

What is remembered is what depends on the written line alone: seconds and outages of a stretch that
is over. Which monitors count, and to which system they belong, is looked up each time; names are
put in at the end. A stretch that an open span vouches for only by its last result is always read.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from steward.core.evidence import api as evidence
from steward.kernel.periods import Period, subtract, total
from steward.operations.monitoring import availability as arithmetic
from steward.operations.monitoring.availability import (
    Aggregation,
    Availability,
    Sums,
    UnknownPolicy,
)
from steward.operations.monitoring.models import LINE_FACTS, Monitor, Span, StateChoice, Window
from steward.operations.monitoring.models.monitors import EPOCH
from steward.operations.monitoring.queries.figures import (
    Outage,
    Picture,
    contract_monitors,
    grouped,
    picture,
    systems,
)
from steward.operations.monitoring.queries.spans import Known, Piece
from steward.operations.monitoring.registry import State
from steward.operations.monitoring.timeline import silent_at

STRETCH = timedelta(days=31)
_MICROSECOND = timedelta(microseconds=1)
_STANDING = """
SELECT m.id, m.item_id, i.system_id, i.xmin::text, i.ctid::text
FROM monitoring_monitor m JOIN cmdb_item i ON i.id = m.item_id WHERE m.id = ANY(%s) ORDER BY m.id
"""
_WINDOW_TIMES = ("recorded_at", "approved_at", "supplier_at", "client_at", "ended_early_at")


@dataclass(frozen=True, slots=True)
class Whole:
    """A contract's period: sums of each system and of all as one, and its outages.

    `has_data` False: no monitor had any line in the period.
    """

    monitors: int
    has_data: bool
    joined: Sums
    systems: dict[int, Sums]
    outages: list[Outage]

    def figure(self, how: Aggregation) -> Availability:
        figures = [arithmetic.figure_of(sums) for sums in self.systems.values()]
        return arithmetic.combine(figures, arithmetic.figure_of(self.joined), how)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every stretch of one period is asked with."""

    ids: list[int]
    as_of: datetime
    unknown: UnknownPolicy


def whole_in_parts(
    query: evidence.MetricQuery, *, core_only: bool, unknown: UnknownPolicy
) -> Whole:
    """The same as one picture of the whole period; only changed stretches are read again."""
    ids = contract_monitors(query.contract, core_only=core_only, as_of=query.as_of)
    sort = "core" if core_only else "all"
    asked = _Asked(ids, query.as_of, unknown)
    stretches = _stretches(query)
    settled = _settled(stretches, ids, query.as_of)
    reader = _Reader(asked)
    stretch = evidence.Stretch(
        f"{LINE_FACTS}/{sort}/{unknown.value}",
        query.contract,
        stretches[:settled],
        query.as_of,
        basis=_basis(ids),
    )
    data = evidence.partials(stretch, reader.measure, fresh=query.fresh)
    data += [_stretch_data(asked, period) for period in stretches[settled:]]
    return _put_together(ids, data)


def _stretches(query: evidence.MetricQuery) -> list[Period]:
    found, start = [], query.start
    while start < query.end:
        end = min(start + STRETCH, query.end)
        found.append(Period(start, end))
        start = end
    return found


def _settled(stretches: Sequence[Period], ids: Sequence[int], as_of: datetime) -> int:
    """How many stretches are over, and vouched for to their end by results that are there."""
    open_spans = Span.objects.filter(
        monitor_id__in=ids, monitor__enabled=True, end_at__isnull=True
    ).exclude(state=StateChoice.UNKNOWN)
    monitors = Monitor.objects.filter(pk__in=open_spans.values("monitor_id"))
    vouched = min((silent_at(row.track, row.rules) for row in monitors), default=as_of)
    return sum(1 for period in stretches if period.end < as_of and period.end <= vouched)


def _basis(ids: Sequence[int]) -> str:
    """A digest of the monitors asked for and of the very versions of their items' rows.

    An item that goes to another contract and comes back is another version, so that what was
    written meanwhile, which marked the other contract, is not missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(ids)])
        return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


@dataclass(slots=True)
class _Reader:
    """Reads stretches; what was recorded after `as_of` is looked up once, when one must be read."""

    asked: _Asked
    later: list[tuple[datetime, datetime]] | None = None

    def measure(self, period: Period) -> evidence.Partial:
        if self.later is None:
            self.later = list(_recorded_later(self.asked))
        until = min((at for since, at in self.later if since < period.end), default=None)
        return evidence.Partial(_stretch_data(self.asked, period), until=until)


def _recorded_later(asked: _Asked) -> Iterator[tuple[datetime, datetime]]:
    """From which instant on the line is known differently, and when that was recorded."""
    spans = Span.objects.filter(monitor_id__in=asked.ids).filter(
        Q(recorded_at__gt=asked.as_of) | Q(ended_recorded_at__gt=asked.as_of)
    )
    for start, recorded, end, ended in spans.values_list(
        "start_at", "recorded_at", "end_at", "ended_recorded_at"
    ):
        if recorded > asked.as_of:
            yield start, recorded
        if end is not None and ended is not None and ended > asked.as_of:
            yield end, ended
    later = Q(*((f"{name}__gt", asked.as_of) for name in _WINDOW_TIMES), _connector=Q.OR)
    for start, *times in Window.objects.filter(later).values_list("start_at", *_WINDOW_TIMES):
        yield from ((start, at) for at in times if at is not None and at > asked.as_of)


def _stretch_data(asked: _Asked, period: Period) -> dict[str, Any]:
    seen = picture(asked.ids, Known(period, asked.as_of))
    found = systems(seen, asked.unknown)
    joined = arithmetic.join([system.account for system in found])
    return {
        "has_data": any(seen.pieces.values()),
        "joined": astuple(arithmetic.sums_of(joined)),
        "systems": [
            [system.item_id, *astuple(arithmetic.sums_of(system.account))] for system in found
        ],
        "outages": [
            _outage_row(piece, seen)
            for line in seen.pieces.values()
            for piece in line
            if piece.state == State.DOWN
        ],
    }


def _outage_row(piece: Piece, seen: Picture) -> list[Any]:
    cover = [e for e in seen.excuses.get(piece.monitor_id, []) if e.period.overlaps(piece.period)]
    left = subtract([piece.period], [e.period for e in cover]) if cover else [piece.period]
    return [
        piece.span_id,
        piece.monitor_id,
        _number(piece.start_at),
        _number(piece.period.start),
        _number(piece.period.end),
        total(left) // _MICROSECOND,
        sorted({excuse.words for excuse in cover}),
        piece.cause,
        piece.evidence_id,
    ]


def _number(instant: datetime) -> int:
    return (instant - EPOCH) // _MICROSECOND


def _instant(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


def _put_together(ids: Sequence[int], data: Sequence[dict[str, Any]]) -> Whole:
    joined = Sums()
    by_system: dict[int, Sums] = {}
    for part in data:
        joined += Sums(*part["joined"])
        for item_id, *sums in part["systems"]:
            by_system[item_id] = by_system.get(item_id, Sums()) + Sums(*sums)
    return Whole(
        monitors=len(ids),
        has_data=any(part["has_data"] for part in data),
        joined=joined,
        systems=by_system,
        outages=_outages(row for part in data for row in part["outages"]),
    )


@dataclass(slots=True)
class _Down:
    """The parts of one down span in adjoining stretches."""

    monitor_id: int
    began: int
    start: int
    end: int
    counted: int
    words: set[str]
    cause: str
    evidence_id: int | None


def _outages(rows: Iterable[list[Any]]) -> list[Outage]:
    spans: dict[int, _Down] = {}
    for span_id, monitor_id, began, start, end, counted, words, cause, evidence_id in rows:
        down = spans.get(span_id)
        if down is None:
            spans[span_id] = _Down(
                monitor_id, began, start, end, counted, set(words), cause, evidence_id
            )
            continue
        down.end, down.counted = end, down.counted + counted
        down.words.update(words)
    monitors = Monitor.objects.filter(pk__in={down.monitor_id for down in spans.values()})
    named = {row.pk: row for row in monitors.select_related("item")}
    ordered = sorted(spans.items(), key=lambda pair: (pair[1].start, pair[0]))
    return grouped([_outage(pk, down, named[down.monitor_id]) for pk, down in ordered])


def _outage(span_id: int, down: _Down, monitor: Monitor) -> Outage:
    return Outage(
        span_id=span_id,
        monitor_id=monitor.pk,
        monitor_name=monitor.name,
        item_id=monitor.item_id,
        item_name=monitor.item.name,
        system_id=monitor.system_id,
        start_at=_instant(down.began),
        period=Period(_instant(down.start), _instant(down.end)),
        cause=down.cause,
        seconds=arithmetic.exact_seconds(down.counted),
        excused_seconds=arithmetic.exact_seconds(down.end - down.start - down.counted),
        excuse="" if down.counted else "；".join(sorted(down.words)),
        group="",
        evidence_id=down.evidence_id,
    )
