"""What a clock says at an instant, and the segments that make the figure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from steward.kernel.clock.spec import Unit, WarningPoint
from steward.kernel.worktable import WorkTable, from_epoch


class State(StrEnum):
    """`breached` holds for a clock that still runs and for one that stopped late."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    VOID = "void"


STATE_LABELS = {
    State.PENDING: "未开始",
    State.RUNNING: "计时中",
    State.PAUSED: "已暂停",
    State.MET: "达标",
    State.BREACHED: "超时",
    State.VOID: "作废",
}


class SegmentKind(StrEnum):
    """What a stretch of time was to the clock."""

    RAN = "ran"
    PAUSED = "paused"
    EXCLUDED = "excluded"
    CLOSED = "closed"
    OUTSIDE = "outside"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch from `start` to `end` (half-open) of one kind.

    The reason is that of the pause, or the document of the exclusion. A segment that ran and
    has a reason ran although a pause was recorded: the contract does not allow that reason.
    """

    kind: SegmentKind
    start: datetime
    end: datetime
    reason: str = ""

    @property
    def duration(self) -> timedelta:
        return self.end - self.start


class WarningDue(NamedTuple):
    """A warning point and the instant at which it was reached."""

    point: WarningPoint
    at: datetime


Piece = tuple[SegmentKind, int, int, str]
"""Kind, start and end in seconds of the epoch, reason."""


class Trace(NamedTuple):
    """What the explanation is made from: pieces in order, and the hours that cut them."""

    pieces: Sequence[Piece] = ()
    table: WorkTable | None = None


@dataclass(frozen=True, kw_only=True)
class ClockStatus:
    """The clock at an instant; times are cut to the second.

    `elapsed`, `paused` and `excluded` are in the clock's own time: elapsed time of an elapsed
    clock, else working time. `remaining` is negative when overdue. A clock of working days also
    has `elapsed_days` and `remaining_days`, and only these decide.
    `due_at` of a paused clock supposes that it resumes at this instant. `breach_at` is the exact
    instant that was passed. `next_wake_at` is the first second at which the answer changes by
    itself: the next warning, or the second after the due time; None when only an event can
    change it. `provisional` says that the due time rests on a year not yet announced.
    """

    state: State
    unit: Unit
    target: int
    elapsed: timedelta = timedelta()
    paused: timedelta = timedelta()
    excluded: timedelta = timedelta()
    remaining: timedelta | None = None
    elapsed_days: int | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None
    breach_at: datetime | None = None
    stopped_at: datetime | None = None
    next_wake_at: datetime | None = None
    warnings: tuple[WarningDue, ...] = ()
    is_paused: bool = False
    provisional: bool = False
    excuse_reason: str = ""
    void_reason: str = ""
    trace: Trace = field(default=Trace(), repr=False, compare=False)

    @property
    def is_open(self) -> bool:
        """Started, and neither stopped nor void."""
        over = self.state in (State.PENDING, State.VOID)
        return not over and self.stopped_at is None

    @property
    def excused(self) -> bool:
        """The breach stands, and an adjudication excuses it."""
        return bool(self.excuse_reason)

    @property
    def remaining_days(self) -> int | None:
        """Working days left of a clock of working days; negative when overdue."""
        return None if self.elapsed_days is None else self.target - self.elapsed_days

    @cached_property
    def explanation(self) -> tuple[Segment, ...]:
        """Every second from the start to now (or the stop), in order, without gap or overlap."""
        return tuple(
            Segment(kind, from_epoch(start), from_epoch(end), reason)
            for kind, start, end, reason in _joined(_by_hours(self.trace))
        )


def _by_hours(trace: Trace) -> list[Piece]:
    if trace.table is None:
        return list(trace.pieces)
    cut: list[Piece] = []
    for kind, start, end, reason in trace.pieces:
        if kind is SegmentKind.DISCARDED:
            cut.append((kind, start, end, reason))
            continue
        cursor = start
        for opening, closing in trace.table.intervals(start, end):
            cut.append((SegmentKind.OUTSIDE, cursor, opening, ""))
            cut.append((kind, opening, closing, reason))
            cursor = closing
        cut.append((SegmentKind.OUTSIDE, cursor, end, ""))
    return cut


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for kind, start, end, reason in pieces:
        if start == end:
            continue
        if joined and joined[-1][0] is kind and joined[-1][3] == reason:
            joined[-1] = (kind, joined[-1][1], end, reason)
        else:
            joined.append((kind, start, end, reason))
    return joined
