"""Availability of monitors, systems and contracts: spans in, Decimal figures out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from steward.kernel.periods import Period, subtract
from steward.operations.monitoring import availability as arithmetic
from steward.operations.monitoring.availability import (
    Account,
    Aggregation,
    Availability,
    Line,
    UnknownPolicy,
)
from steward.operations.monitoring.models import Monitor, Standing, WindowKind
from steward.operations.monitoring.queries.spans import Excuse, Known, Piece, excuses, pieces
from steward.operations.monitoring.registry import State


@dataclass(frozen=True, slots=True)
class SystemFigure:
    """The figure of one system over the monitors asked for; `item_id` is the system's."""

    item_id: int
    item_name: str
    monitor_ids: tuple[int, ...]
    account: Account
    availability: Availability


@dataclass(frozen=True, slots=True)
class Outage:
    """A down span inside the asked period.

    `seconds` is the part that counts, `excused_seconds` the part under windows; `excuse` holds
    their words when nothing is left to count; `group` joins overlapping outages of one system.
    """

    span_id: int
    monitor_id: int
    monitor_name: str
    item_id: int
    item_name: str
    system_id: int
    start_at: datetime
    period: Period
    cause: str
    seconds: Decimal
    excused_seconds: Decimal
    excuse: str
    group: str
    evidence_id: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything known about some monitors in a period, loaded once."""

    known: Known
    monitors: dict[int, Monitor]
    pieces: dict[int, list[Piece]]
    excuses: dict[int, list[Excuse]]

    def line(self, monitor_id: int) -> Line:
        found = self.excuses.get(monitor_id, [])
        return Line(
            pieces=[(p.period, p.state) for p in self.pieces.get(monitor_id, [])],
            planned=[e.period for e in found if e.kind == WindowKind.MAINTENANCE],
            excluded=[e.period for e in found if e.kind == WindowKind.FORCE_MAJEURE],
        )


def picture(monitor_ids: Sequence[int], known: Known) -> Picture:
    """Load spans and windows of some monitors: three queries, whatever their number."""
    monitors = {
        m.pk: m for m in Monitor.objects.filter(pk__in=monitor_ids).select_related("item__system")
    }
    by_monitor: dict[int, list[Excuse]] = defaultdict(list)
    for excuse in excuses(list(monitors), known):
        by_monitor[excuse.monitor_id].append(excuse)
    return Picture(known, monitors, pieces(list(monitors), known), dict(by_monitor))


def contract_monitors(contract: str, *, core_only: bool, as_of: datetime) -> list[int]:
    """The monitors of a contract's items, as they counted at `as_of`."""
    standings = Standing.objects.filter(
        monitor__item__contract=contract, recorded_at__lte=as_of
    ).order_by("recorded_at", "id")
    latest: dict[int, bool] = dict(standings.values_list("monitor_id", "core"))
    return sorted(pk for pk, core in latest.items() if core or not core_only)


def systems(seen: Picture, unknown: UnknownPolicy) -> list[SystemFigure]:
    """One figure per system, by name: a system is down when any monitor of its parts is."""
    by_item: dict[int, list[int]] = defaultdict(list)
    for monitor_id, monitor in seen.monitors.items():
        by_item[monitor.system_id].append(monitor_id)
    figures = []
    for item_id, ids in by_item.items():
        joined = arithmetic.join([arithmetic.account(seen.line(pk), unknown) for pk in ids])
        figures.append(
            SystemFigure(
                item_id=item_id,
                item_name=_system_name(seen.monitors[ids[0]]),
                monitor_ids=tuple(sorted(ids)),
                account=joined,
                availability=arithmetic.figure(joined),
            )
        )
    return sorted(figures, key=lambda f: (f.item_name, f.item_id))


def _system_name(monitor: Monitor) -> str:
    system = monitor.item.system
    return system.name if system is not None else monitor.item.name


def availability(
    monitors: Sequence[int] | str,
    start: datetime,
    end: datetime,
    *,
    as_of: datetime,
    unknown: str = UnknownPolicy.EXCLUDED.value,
    core_only: bool = False,
    aggregation: str = Aggregation.UNION.value,
) -> Availability:
    """Availability of monitors (ids) or of a contract (its code) over [start, end).

    `ratio` is up / (up + down) as an exact Decimal, None when nothing is known; the other fields
    are seconds. Only what was recorded by `as_of` counts, so a settled figure can be made again.
    Clause HA: time under approved maintenance or agreed force majeure is not down.
    """
    known = Known(Period(start, end), as_of)
    ids = (
        contract_monitors(monitors, core_only=core_only, as_of=as_of)
        if isinstance(monitors, str)
        else list(monitors)
    )
    found = systems(picture(ids, known), arithmetic.policy_of(unknown))
    return arithmetic.aggregate(
        [system.account for system in found], arithmetic.aggregation_of(aggregation)
    )


def outages(seen: Picture) -> list[Outage]:
    """Every down span of the picture, by start; those wholly excused are listed as such."""
    found = [
        _outage(piece, seen)
        for line in seen.pieces.values()
        for piece in line
        if piece.state == State.DOWN
    ]
    return grouped(sorted(found, key=lambda o: (o.period.start, o.span_id)))


def _outage(piece: Piece, seen: Picture) -> Outage:
    monitor = seen.monitors[piece.monitor_id]
    cover = [e for e in seen.excuses.get(piece.monitor_id, []) if e.period.overlaps(piece.period)]
    left = subtract([piece.period], [e.period for e in cover])
    counted = arithmetic.total_seconds(left)
    whole = arithmetic.seconds(piece.period.duration)
    return Outage(
        span_id=piece.span_id,
        monitor_id=piece.monitor_id,
        monitor_name=monitor.name,
        item_id=monitor.item_id,
        item_name=monitor.item.name,
        system_id=monitor.system_id,
        start_at=piece.start_at,
        period=piece.period,
        cause=piece.cause,
        seconds=counted,
        excused_seconds=whole - counted,
        excuse="" if left else "；".join(sorted({e.words for e in cover})),
        group="",
        evidence_id=piece.evidence_id,
    )


def grouped(rows: list[Outage]) -> list[Outage]:
    """Overlapping outages of one system are one incident, named after its first span."""
    until: dict[int, tuple[datetime, str]] = {}
    done = []
    for row in rows:
        end, group = until.get(row.system_id, (row.period.start, ""))
        if not group or row.period.start >= end:
            end, group = row.period.end, f"monitoring.span:{row.span_id}"
        until[row.system_id] = (max(end, row.period.end), group)
        done.append(replace(row, group=group))
    return done
