"""An acceptance as a pure function of its acts: state, clocks, and what silence came to (C9).

Only the instant at which an act was recorded moves anything; the date it bears is for the papers.
So an act recorded after the days ran out but dated before changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.contracts.acceptance.choices import ENDED, ActKind, Stage
from steward.kernel.instants import at_local, local_date
from steward.kernel.worktime import (
    Calendar,
    end_of_working_day,
    is_working_day,
    shift_working_days,
    working_days_between,
    working_time,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a step may take: `days` from the day after `starts`, on a calendar."""

    id: str
    title: str
    step: str
    starts: str
    days: int
    unit: str
    calendar: Calendar
    deemed: bool = False

    def due(self, start: datetime) -> datetime:
        """The first instant at which it is too late (《民法典》第二百零一条、第二百零三条)."""
        if self.unit == "working_days":
            return end_of_working_day(self.calendar, start, self.days)
        last = local_date(start) + timedelta(days=self.days)
        if not is_working_day(self.calendar, last):
            last = shift_working_days(self.calendar, last, 1)
        return at_local(last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract says about the procedure."""

    limits: tuple[Limit, ...] = ()
    prepares: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: its kind and when it was recorded; `id` orders equal instants."""

    id: int
    kind: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One running or ended time limit of the client."""

    limit: Limit
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        return self.due_at <= (self.ended_at or now)

    def overdue_days(self, now: datetime) -> int:
        """Begun days by which the step is or was late."""
        late = (self.ended_at or now) - self.due_at
        return max(0, -(-late // timedelta(days=1))) if late >= timedelta() else 0

    def left(self, now: datetime) -> timedelta:
        """What remains: working hours for working days, else plain time; negative when late."""
        if self.limit.unit == "working_days":
            return working_time(self.limit.calendar, now, self.due_at)
        return self.due_at - now

    def working_days_left(self, now: datetime) -> int:
        """How many working days end until it is due, today's included while its hours last."""
        return working_days_between(self.limit.calendar, now, self.due_at, count_start_day=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an acceptance stands; `ignored` are acts that came after it had ended."""

    stage: str
    attempt: int = 0
    since: datetime | None = None
    deemed_at: datetime | None = None
    clocks: tuple[Clock, ...] = ()
    ignored: tuple[int, ...] = ()

    @property
    def running(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self.clocks if clock.ended_at is None)

    @property
    def is_ended(self) -> bool:
        return self.stage in ENDED


START = ""
MOVES: Mapping[str, Mapping[str, str]] = {
    START: {ActKind.REQUEST: Stage.REQUESTED},
    Stage.REQUESTED: {
        ActKind.ACCEPT: Stage.ACCEPTED,
        ActKind.RETURN: Stage.RETURNED,
        ActKind.REFUSE: Stage.REFUSED,
        ActKind.WITHDRAW: Stage.WITHDRAWN,
        ActKind.PREPARE: Stage.PREPARING,
    },
    Stage.RETURNED: {ActKind.REQUEST: Stage.REQUESTED, ActKind.WITHDRAW: Stage.WITHDRAWN},
    Stage.ACCEPTED: {
        ActKind.PREPARE: Stage.PREPARING,
        ActKind.ORGANISE: Stage.REVIEWING,
        ActKind.REFUSE: Stage.REFUSED,
        ActKind.WITHDRAW: Stage.WITHDRAWN,
    },
    Stage.PREPARING: {ActKind.PREPARED: Stage.PREPARED, ActKind.REFUSE: Stage.REFUSED},
    Stage.PREPARED: {ActKind.ORGANISE: Stage.REVIEWING, ActKind.REFUSE: Stage.REFUSED},
    Stage.REVIEWING: {ActKind.PASS: Stage.PASSED, ActKind.RECTIFY: Stage.RECTIFYING},
    Stage.RECTIFYING: {ActKind.RECTIFIED: Stage.REQUESTED},
    Stage.REFUSED: {ActKind.REQUEST: Stage.REQUESTED, ActKind.WITHDRAW: Stage.WITHDRAWN},
}
BEGINS = {
    ActKind.REQUEST: ("requested",),
    ActKind.RECTIFIED: ("requested",),
    ActKind.ACCEPT: ("accepted",),
    ActKind.PREPARED: ("prepared",),
}
EVERY_STEP = frozenset({"examine", "prepare", "organise"})
STOPS: Mapping[str, frozenset[str]] = {
    ActKind.ACCEPT: frozenset({"examine"}),
    ActKind.PREPARE: frozenset({"examine", "prepare"}),
    ActKind.ORGANISE: EVERY_STEP,
    ActKind.RETURN: EVERY_STEP,
    ActKind.REFUSE: EVERY_STEP,
    ActKind.WITHDRAW: EVERY_STEP,
}


def allowed(stage: str, terms: Terms) -> tuple[str, ...]:
    """The acts that move an acceptance on from a stage, under the contract's terms."""
    moves = MOVES.get(stage, {})
    hidden: set[str] = set()
    if not terms.prepares:
        hidden = {ActKind.PREPARE}
    elif stage == Stage.ACCEPTED:
        hidden = {ActKind.ORGANISE}
    return tuple(kind for kind in moves if kind not in hidden)


def replay(terms: Terms, acts: Iterable[Act], *, now: datetime) -> Standing:
    """Where the acts recorded until `now` lead; the same whether or not a job wrote it down."""
    standing = Standing(START)
    ignored: list[int] = []
    known = sorted((a for a in acts if a.recorded_at <= now), key=lambda a: (a.recorded_at, a.id))
    for act in known:
        standing = _silence(standing, at=act.recorded_at)
        if act.kind == ActKind.DEEM:
            continue
        if act.kind not in allowed(standing.stage, terms):
            ignored.append(act.id)
            continue
        standing = _move(standing, act, terms)
    return replace(_silence(standing, at=now), ignored=tuple(ignored))


def _silence(standing: Standing, *, at: datetime) -> Standing:
    """Deemed passed where the days of a step that says so had run out by `at`."""
    for clock in standing.running:
        if clock.limit.deemed and clock.due_at <= at:
            return _ended(standing, clock.due_at)
    return standing


def _ended(standing: Standing, at: datetime) -> Standing:
    clocks = tuple(c if c.ended_at else replace(c, ended_at=at) for c in standing.clocks)
    return replace(standing, stage=Stage.DEEMED, since=at, deemed_at=at, clocks=clocks)


def _move(standing: Standing, act: Act, terms: Terms) -> Standing:
    at = act.recorded_at
    stops = STOPS.get(act.kind, frozenset())
    clocks = [
        replace(c, ended_at=at) if c.ended_at is None and c.limit.step in stops else c
        for c in standing.clocks
    ]
    begun = BEGINS.get(ActKind(act.kind), ())
    clocks += [Clock(limit, at, limit.due(at)) for limit in terms.limits if limit.starts in begun]
    return replace(
        standing,
        stage=MOVES[standing.stage][act.kind],
        attempt=standing.attempt + ("requested" in begun),
        since=at,
        clocks=tuple(clocks),
    )
