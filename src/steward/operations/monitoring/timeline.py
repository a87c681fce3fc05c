"""From single results to a gap-free line of states: pure, so that it can be proved by properties.

A result vouches for the state until `silent_at`: two intervals and one timeout later. What comes
after without a result is unknown, never up and never down (reference: availability §5). A change
of the rhythm counts from its instant, never backwards: figures of a past cut-off stay. A down
begins at the first failed result of its streak, an up at the first success of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from steward.operations.monitoring.registry import State


class EndedBy(StrEnum):
    """Why a span ended."""

    RESULT = "result"
    SILENCE = "silence"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Rules:
    """How a monitor turns results into states."""

    interval: timedelta
    timeout: timedelta
    failures_before_down: int = 1
    successes_before_up: int = 1

    @property
    def patience(self) -> timedelta:
        """How long one result vouches for the state."""
        return 2 * self.interval + self.timeout


@dataclass(frozen=True, slots=True)
class Seen:
    """One result on the line: when, what, and the words for it."""

    at: datetime
    state: State
    message: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """Where a monitor stands: the open span and the streak that may end it.

    `rhythm_since` is when interval or timeout were last changed: the new rhythm vouches from then
    on, so that the change never takes back what the old one vouched for.
    """

    state: State
    since: datetime
    last_at: datetime | None = None
    rhythm_since: datetime | None = None
    streak_state: State | None = None
    streak_since: datetime | None = None
    streak_count: int = 0
    streak_message: str = ""

    def without_streak(self) -> "Track":
        return replace(
            self, streak_state=None, streak_since=None, streak_count=0, streak_message=""
        )


@dataclass(frozen=True, slots=True)
class Change:
    """The open span ends at `at`, and one in `state` begins there."""

    at: datetime
    state: State
    cause: str
    ended_by: EndedBy


def silent_at(track: Track, rules: Rules) -> datetime:
    """The instant from which nothing vouches for the open span any more."""
    marks = (track.since, track.last_at, track.rhythm_since)
    return max(mark for mark in marks if mark is not None) + rules.patience


def is_late(track: Track, at: datetime) -> bool:
    """Whether the line is already written past this instant (a duplicate or a straggler)."""
    return at <= track.since or (track.last_at is not None and at <= track.last_at)


def fall_silent(track: Track, rules: Rules, *, now: datetime) -> tuple[Track, tuple[Change, ...]]:
    """What follows from having no result until `now`."""
    since = silent_at(track, rules)
    if now <= since or track.state == State.UNKNOWN:
        return track, ()
    silent = replace(track.without_streak(), state=State.UNKNOWN, since=since)
    return silent, (Change(since, State.UNKNOWN, "没有收到探测结果", EndedBy.SILENCE),)


def advance(track: Track, seen: Seen, rules: Rules) -> tuple[Track, tuple[Change, ...]]:
    """Write one result on the line; late and duplicate results change nothing."""
    if is_late(track, seen.at):
        return track, ()
    if seen.at > silent_at(track, rules):
        track = track.without_streak()
    track, before = fall_silent(track, rules, now=seen.at)
    track, after = _follow(replace(track, last_at=seen.at), seen, rules)
    return track, before + after


def _follow(track: Track, seen: Seen, rules: Rules) -> tuple[Track, tuple[Change, ...]]:
    if seen.state == track.state:
        return track.without_streak(), ()
    if seen.state == track.streak_state:
        track = replace(track, streak_count=track.streak_count + 1)
    else:
        track = replace(track, streak_state=seen.state, streak_since=seen.at, streak_count=1,
                        streak_message=seen.message)  # fmt: skip
    if track.streak_count < _needed(track, rules):
        return track, ()
    since = track.streak_since or seen.at
    change = Change(since, seen.state, track.streak_message, EndedBy.RESULT)
    return replace(track.without_streak(), state=seen.state, since=since), (change,)


def _needed(track: Track, rules: Rules) -> int:
    """Doubt needs one result, trouble its streak, recovery from trouble its own."""
    if track.streak_state == State.DOWN:
        return rules.failures_before_down
    if track.streak_state == State.UP and track.state == State.DOWN:
        return rules.successes_before_up
    return 1


def follow(track: Track, results: Iterable[Seen], rules: Rules) -> tuple[Track, tuple[Change, ...]]:
    """Write many results in the order of their instants."""
    changes: list[Change] = []
    for seen in sorted(results, key=lambda s: s.at):
        track, more = advance(track, seen, rules)
        changes.extend(more)
    return track, tuple(changes)
