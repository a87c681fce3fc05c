"""Replaying a clock's events into stretches that ran, paused or lay between stop and re-opening.

A stretch ends at each event that changes what the clock does; stretches follow one another
without gap, which makes overlapping pauses a union by construction.
"""

from collections.abc import Callable, Iterable, Sequence

from steward.kernel.clock.events import ClockEvent, EventType
from steward.kernel.clock.measure import Meter, Reading, Window, cut_windows
from steward.kernel.clock.spec import ClockSpec, PriorityMode, ReopenMode
from steward.kernel.clock.status import Piece, SegmentKind

_RAN, _PAUSED, _CLOSED = SegmentKind.RAN, SegmentKind.PAUSED, SegmentKind.CLOSED


class Replay:
    """The state of a clock while its events pass by, in seconds of the epoch."""

    __slots__ = (
        "base",
        "base_index",
        "breach",
        "excuse_reason",
        "floor",
        "last",
        "meter_of",
        "open_pauses",
        "pieces",
        "spec",
        "started",
        "stopped",
        "void_reason",
        "voided",
        "waiting",
        "windows",
    )

    def __init__(
        self, spec: ClockSpec, meter_of: Callable[[ClockSpec], Meter], windows: Sequence[Window]
    ) -> None:
        self.spec = spec
        self.meter_of = meter_of
        self.windows = windows
        self.pieces: list[Piece] = []
        self.started: int | None = None
        self.stopped: int | None = None
        self.voided: int | None = None
        self.void_reason = ""
        self.base = 0
        """From where the present target counts."""
        self.base_index = 0
        """Pieces before it were discarded by a restart or a fresh start."""
        self.floor = 0
        """A breach of the present target cannot have been before this instant."""
        self.last = 0
        self.open_pauses: dict[tuple[str, str], str] = {}
        self.breach: int | None = None
        self.excuse_reason = ""
        self.waiting: list[ClockEvent] = []
        """Priority changes of a stopped clock: they count only if it is re-opened."""

    def run(self, events: Iterable[ClockEvent], at: int) -> None:
        """Apply the events in order, up to the instant."""
        for event in events:
            if event.instant > at or self.voided is not None:
                return
            _BY_RANK[event.rank](self, event)

    def close_to(self, instant: int) -> None:
        """End the present stretch of a clock that is going."""
        if self.started is None or self.stopped is not None or instant <= self.last:
            return
        kind, reason = self.present()
        self.pieces.append((kind, self.last, instant, reason))
        self.last = instant

    def present(self) -> tuple[SegmentKind, str]:
        """What the clock does now, by the pauses that are open."""
        reason = ""
        allowed = self.spec.pause_reasons
        for reason in self.open_pauses.values():
            if reason in allowed:
                return _PAUSED, reason
        return _RAN, reason

    def start(self, event: ClockEvent) -> None:
        if self.started is None:
            self.started = self.last = self.base = event.instant

    def pause(self, event: ClockEvent) -> None:
        self.close_to(event.instant)
        self.open_pauses.setdefault((event.key, event.reason), event.reason)

    def resume(self, event: ClockEvent) -> None:
        self.close_to(event.instant)
        self.open_pauses = {
            (key, reason): reason
            for key, reason in self.open_pauses
            if (event.key and event.key != key) or (event.reason and event.reason != reason)
        }

    def stop(self, event: ClockEvent) -> None:
        if self.started is not None and self.stopped is None:
            self.close_to(event.instant)
            self.stopped = event.instant
            self.open_pauses.clear()

    def reopen(self, event: ClockEvent) -> None:
        stopped, limit = self.stopped, self.spec.reopen_within_minutes
        if stopped is None or self.spec.reopen_mode is ReopenMode.FIRST_STOP_WINS:
            return
        if limit is not None and event.instant > stopped + limit * 60:
            return
        self.settle(stopped)
        if event.instant > stopped:
            self.pieces.append((_CLOSED, stopped, event.instant, event.reason))
        self.stopped = None
        self.last = self.floor = event.instant
        if self.spec.reopen_mode is ReopenMode.RESTART:
            self._count_from(event.instant)
        waiting, self.waiting = self.waiting, []
        for change in waiting:
            self._apply(change, event.instant)

    def retarget(self, event: ClockEvent) -> None:
        if self.stopped is not None:
            self.waiting.append(event)
            return
        self.close_to(event.instant)
        self.settle(event.instant)
        self._apply(event, event.instant)

    def _apply(self, change: ClockEvent, instant: int) -> None:
        mode = self.spec.priority_mode
        if mode is PriorityMode.LOCKED:
            return
        spec = change.spec or self.spec
        self.spec = spec if change.target is None else spec.with_target(change.target)
        self.floor = instant
        if mode is PriorityMode.FRESH:
            self._count_from(instant)

    def _count_from(self, instant: int) -> None:
        if self.started is not None:
            self.base, self.base_index = instant, len(self.pieces)

    def settle(self, instant: int) -> None:
        """Keep a breach of the present target that lies before the instant."""
        if self.breach is None and self.started is not None:
            pieces = cut_windows(self.pieces[self.base_index :], self.windows)
            self.keep_breach(self.meter_of(self.spec).read(self.spec, pieces, self.base), instant)

    def keep_breach(self, reading: Reading, instant: int) -> None:
        """A due time before the instant is a breach; once kept it stays."""
        due = reading.hits[-1]
        if self.breach is None and due < instant:
            self.breach = max(due, self.floor)

    def end(self, now: int) -> int:
        """The last instant that concerns the clock: its stop, its voiding or now."""
        if self.stopped is not None:
            return self.stopped
        return now if self.voided is None else self.voided

    def record_breach(self, event: ClockEvent) -> None:
        self.breach = event.instant if self.breach is None else min(self.breach, event.instant)

    def excuse(self, event: ClockEvent) -> None:
        self.excuse_reason = event.reason

    def void(self, event: ClockEvent) -> None:
        self.close_to(event.instant)
        self.voided, self.void_reason = event.instant, event.reason

    def ignore(self, event: ClockEvent) -> None:
        """Exclusions and retractions are read before the replay."""


_HANDLERS: dict[EventType, Callable[[Replay, ClockEvent], None]] = {
    EventType.START: Replay.start,
    EventType.RETARGET: Replay.retarget,
    EventType.REOPEN: Replay.reopen,
    EventType.PAUSE: Replay.pause,
    EventType.RESUME: Replay.resume,
    EventType.STOP: Replay.stop,
    EventType.BREACH: Replay.record_breach,
    EventType.EXCUSE: Replay.excuse,
    EventType.EXCLUDE: Replay.ignore,
    EventType.RETRACT: Replay.ignore,
    EventType.VOID: Replay.void,
}
_BY_RANK = tuple(_HANDLERS[kind] for kind in EventType)
