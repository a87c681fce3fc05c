"""The one function of the SLA clock: events in, status out; pure, whatever the order."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from operator import attrgetter

from steward.kernel.clock.events import ClockEvent, EventType
from steward.kernel.clock.measure import (
    DayMeter,
    Meter,
    Reading,
    Window,
    cut_windows,
    future_spans,
    merge_windows,
)
from steward.kernel.clock.replay import Replay
from steward.kernel.clock.spec import ClockSpec, Unit
from steward.kernel.clock.status import ClockStatus, Piece, SegmentKind, State, Trace, WarningDue
from steward.kernel.worktable import from_epoch, to_epoch
from steward.kernel.worktime import Calendar

_ORDER = attrgetter("order")
_ELAPSED = Meter(None)
_NOTHING = timedelta()
# Looking a member up on its class costs more than the rest of a comparison.
_ELAPSED_MINUTES, _WORKING_DAYS = Unit.ELAPSED_MINUTES, Unit.WORKING_DAYS
_PAUSED = SegmentKind.PAUSED


def evaluate(
    events: Iterable[ClockEvent],
    spec: ClockSpec,
    calendar: Calendar,
    *,
    at: datetime,
    calendars: Mapping[str, Calendar] | None = None,
) -> ClockStatus:
    """What the clock says at the instant `at`.

    Events after `at` are not yet seen, save exclusions: a window agreed beforehand moves the due
    time before it begins. `calendars` holds, by the name in `ClockSpec.calendar`, those of specs
    that a priority change brings; any other spec is measured by `calendar`.

    1. Corrections and retractions replace the events they name.
    2. The replay turns the events, in the order of `occurred_at`, into consecutive pieces.
    3. Exclusions are cut out, and one meter measures what is left.
    4. What is not yet reached is projected as if the clock ran on.

    Met if and only if the stop is not after the due time. Source: clause C2.
    """

    def meter_of(wanted: ClockSpec) -> Meter:
        own = calendars.get(wanted.calendar, calendar) if calendars else calendar
        return _meter(wanted.unit, own)

    log = sorted(_standing(events), key=_ORDER)
    windows = _windows(log)
    now = to_epoch(at)
    replay = Replay(spec, meter_of, windows)
    replay.run(log, now)
    if replay.started is None:
        return _unstarted(replay)
    return _status(replay, replay.started, now)


def _standing(events: Iterable[ClockEvent]) -> list[ClockEvent]:
    """The events that no other one corrects or retracts."""
    log = list(events)
    replaced = {event.corrects for event in log if event.corrects}
    if not replaced:
        return log
    return [event for event in log if not event.id or event.id not in replaced]


def _windows(log: list[ClockEvent]) -> list[Window]:
    found = [
        (to_epoch(event.period.start), to_epoch(event.period.end), event.document)
        for event in log
        if event.period is not None and event.type is EventType.EXCLUDE
    ]
    return merge_windows(found) if found else found


def _meter(unit: Unit, calendar: Calendar) -> Meter:
    if unit is _ELAPSED_MINUTES:
        return _ELAPSED
    return DayMeter(calendar.table) if unit is _WORKING_DAYS else Meter(calendar.table)


def _unstarted(replay: Replay) -> ClockStatus:
    return ClockStatus(
        state=State.PENDING if replay.voided is None else State.VOID,
        unit=replay.spec.unit,
        target=replay.spec.target,
        void_reason=replay.void_reason,
    )


def _status(replay: Replay, started: int, now: int) -> ClockStatus:
    spec, end, windows = replay.spec, replay.end(now), replay.windows
    replay.close_to(end)
    meter = replay.meter_of(spec)
    pieces = cut_windows(replay.pieces[replay.base_index :], windows)
    reading = meter.read(spec, pieces, replay.base)
    is_open = replay.stopped is None and replay.voided is None
    waits = is_open and replay.present()[0] is _PAUSED
    reached = reading.hits[:-1] if waits else reading.hits
    if reading.reached < len(spec.thresholds):
        meter.project(spec, reading, future_spans(end, windows))
    replay.keep_breach(reading, end)
    due, breach = reading.hits[-1], replay.breach
    is_paused = waits or (is_open and bool(windows) and _inside(windows, now))
    in_days = spec.unit is _WORKING_DAYS
    left = meter.upto(due) - meter.upto(end) if in_days else spec.target * 60 - reading.counted
    return _frozen(
        state=_state(replay, is_paused=is_paused),
        unit=spec.unit,
        target=spec.target,
        elapsed=_duration(reading.ran),
        paused=_duration(reading.paused),
        excluded=_duration(reading.excluded),
        remaining=_duration(left),
        elapsed_days=reading.counted if in_days else None,
        started_at=from_epoch(started),
        due_at=from_epoch(due),
        breach_at=_instant(breach),
        stopped_at=_instant(replay.stopped),
        next_wake_at=_next_wake(reading, breach, end) if is_open and not waits else None,
        warnings=_warnings(spec, reached, end) if spec.warnings else (),
        is_paused=is_paused,
        provisional=meter.table is not None and due > meter.table.official_end,
        excuse_reason=replay.excuse_reason if breach is not None else "",
        void_reason=replay.void_reason,
        trace=Trace(_discarded(replay) + pieces if replay.base_index else pieces, meter.table),
    )


def _frozen(**fields: object) -> ClockStatus:
    """A status of all its fields, made without the frozen initialiser: it costs a seventh of all."""
    status = object.__new__(ClockStatus)
    status.__dict__.update(fields)
    return status


def _duration(seconds: int) -> timedelta:
    return timedelta(0, seconds) if seconds else _NOTHING


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else from_epoch(seconds)


def _inside(windows: Iterable[Window], instant: int) -> bool:
    return any(start <= instant < end for start, end, _ in windows)


def _state(replay: Replay, *, is_paused: bool) -> State:
    if replay.voided is not None:
        return State.VOID
    if replay.breach is not None:
        return State.BREACHED
    if replay.stopped is not None:
        return State.MET
    return State.PAUSED if is_paused else State.RUNNING


def _next_wake(reading: Reading, breach: int | None, end: int) -> datetime | None:
    """A breach is a fact in the second after the due time: a stop at the due time is met."""
    ahead = [hit for hit in reading.hits[:-1] if hit > end]
    if breach is None:
        ahead.append(reading.hits[-1] + 1)
    return from_epoch(min(ahead)) if ahead else None


def _warnings(spec: ClockSpec, hits: list[int], end: int) -> tuple[WarningDue, ...]:
    points = zip(hits, range(len(spec.warnings)), strict=False)
    due = sorted([(hit, index) for hit, index in points if hit <= end])
    return tuple([WarningDue(spec.warnings[index], from_epoch(hit)) for hit, index in due])


def _discarded(replay: Replay) -> list[Piece]:
    earlier = replay.pieces[: replay.base_index]
    return [(SegmentKind.DISCARDED, start, end, "") for _, start, end, _ in earlier]
