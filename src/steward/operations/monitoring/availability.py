"""Availability from states: pure arithmetic over half-open periods, exact to the microsecond.

Only time that counts as down can be excused by a window, so that one more exclusion never lowers
the figure: what was up during a window stays up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import timedelta
from decimal import Context, Decimal
from enum import StrEnum
from functools import reduce
from operator import add
from typing import TypeVar

from steward.kernel.errors import InvalidError
from steward.kernel.periods import Period, merge, total
from steward.operations.monitoring.registry import State

_EXACT = Context(prec=28)
_WIDE = Context(prec=80)
_MICROSECOND = timedelta(microseconds=1)
T = TypeVar("T", bound=StrEnum)


class UnknownPolicy(StrEnum):
    """What unknown time counts as: the contract's parameter."""

    EXCLUDED = "excluded"
    UP = "up"
    DOWN = "down"


class Aggregation(StrEnum):
    """How several systems make one figure."""

    MEAN = "mean"
    WORST = "worst"
    UNION = "union"


class UnknownParameterError(InvalidError):
    """A contract asks for a policy that does not exist."""

    code = "monitoring.unknown_parameter"


@dataclass(frozen=True, slots=True)
class Line:
    """The states of one monitor inside a period: exclusive pieces, and the windows over it."""

    pieces: Sequence[tuple[Period, State]]
    planned: Sequence[Period] = ()
    excluded: Sequence[Period] = ()

    def of(self, state: State) -> list[Period]:
        return [period for period, piece in self.pieces if piece == state]


@dataclass(frozen=True, slots=True)
class Account:
    """Disjoint sets of time.

    `planned` and `excluded` are down time that does not count, `unknown` what no policy counts.
    """

    up: list[Period] = field(default_factory=list)
    down: list[Period] = field(default_factory=list)
    unknown: list[Period] = field(default_factory=list)
    planned: list[Period] = field(default_factory=list)
    excluded: list[Period] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Availability:
    """`ratio` = up / (up + down), None when nothing is known; the rest in seconds."""

    ratio: Decimal | None
    up_seconds: Decimal
    down_seconds: Decimal
    unknown_seconds: Decimal
    planned_seconds: Decimal
    excluded_seconds: Decimal


def exact_seconds(microseconds: int) -> Decimal:
    return Decimal(microseconds).scaleb(-6, context=_EXACT)


def seconds(length: timedelta) -> Decimal:
    """Exact seconds of a duration."""
    return exact_seconds(length // _MICROSECOND)


def total_seconds(periods: Iterable[Period]) -> Decimal:
    return seconds(total(periods))


def ratio_of(up: Decimal, down: Decimal) -> Decimal | None:
    known = up + down
    return None if known == 0 else _EXACT.divide(up, known)


def account(line: Line, unknown: UnknownPolicy) -> Account:
    """Sort one monitor's time; a window moves down time out, and nothing else."""
    up, down, doubt = line.of(State.UP), line.of(State.DOWN), line.of(State.UNKNOWN)
    if unknown == UnknownPolicy.UP:
        up, doubt = up + doubt, []
    elif unknown == UnknownPolicy.DOWN:
        down, doubt = down + doubt, []
    planned = _common(down, line.planned)
    excluded = minus(_common(down, line.excluded), planned)
    return Account(
        up=merge(up),
        down=minus(down, [*planned, *excluded]),
        unknown=merge(doubt),
        planned=planned,
        excluded=excluded,
    )


def minus(periods: Iterable[Period], holes: Iterable[Period]) -> list[Period]:
    """The union of `periods` without any instant of `holes`, in one pass over both.

    A contract year of a flapping system has thousands of spans; every pair is too many.
    """
    gaps = merge(holes)
    left: list[Period] = []
    index = 0
    for period in merge(periods):
        while index < len(gaps) and gaps[index].end <= period.start:
            index += 1
        start, ahead = period.start, index
        while ahead < len(gaps) and gaps[ahead].start < period.end:
            if gaps[ahead].start > start:
                left.append(Period(start, gaps[ahead].start))
            start = gaps[ahead].end
            ahead += 1
        if start < period.end:
            left.append(Period(start, period.end))
    return left


def _common(periods: Sequence[Period], others: Sequence[Period]) -> list[Period]:
    return minus(periods, minus(periods, others))


def join(accounts: Sequence[Account]) -> Account:
    """Several as one: down when any is down, up when any is up and none is down."""
    down = merge(p for a in accounts for p in a.down)
    up = minus([p for a in accounts for p in a.up], down)
    taken = [*down, *up]
    planned = minus([p for a in accounts for p in a.planned], taken)
    excluded = minus([p for a in accounts for p in a.excluded], [*taken, *planned])
    unknown = minus([p for a in accounts for p in a.unknown], [*taken, *planned, *excluded])
    return Account(up=up, down=down, unknown=unknown, planned=planned, excluded=excluded)


@dataclass(frozen=True, slots=True)
class Sums:
    """Whole microseconds of an account; those of adjoining stretches add up to the whole's."""

    up: int = 0
    down: int = 0
    unknown: int = 0
    planned: int = 0
    excluded: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*map(add, astuple(self), astuple(other)))


def sums_of(sorted_time: Account) -> Sums:
    sets = (getattr(sorted_time, part.name) for part in fields(Sums))
    return Sums(*(total(periods) // _MICROSECOND for periods in sets))


def figure(sorted_time: Account) -> Availability:
    """The figures of one account."""
    return figure_of(sums_of(sorted_time))


def figure_of(sums: Sums) -> Availability:
    """The figures of summed time."""
    up, down = exact_seconds(sums.up), exact_seconds(sums.down)
    return Availability(
        ratio=ratio_of(up, down),
        up_seconds=up,
        down_seconds=down,
        unknown_seconds=exact_seconds(sums.unknown),
        planned_seconds=exact_seconds(sums.planned),
        excluded_seconds=exact_seconds(sums.excluded),
    )


def aggregate(systems: Sequence[Account], how: Aggregation) -> Availability:
    """One figure for several systems, as `combine` says."""
    return combine([figure(system) for system in systems], figure(join(systems)), how)


def combine(
    systems: Sequence[Availability], joined: Availability, how: Aggregation
) -> Availability:
    """One figure from those of the systems and that of all of them as one.

    mean: the mean ratio and mean seconds of the systems with data; worst: the system with the
    lowest ratio; union: any system down counts as down.
    """
    figures = [f for f in systems if f.ratio is not None]
    if how == Aggregation.UNION or not figures:
        return joined
    if how == Aggregation.WORST:
        return min(figures, key=lambda f: (f.ratio, -f.down_seconds, astuple(f)))
    return Availability(
        ratio=_mean([f.ratio for f in figures if f.ratio is not None]),
        up_seconds=_mean([f.up_seconds for f in figures]),
        down_seconds=_mean([f.down_seconds for f in figures]),
        unknown_seconds=_mean([f.unknown_seconds for f in figures]),
        planned_seconds=_mean([f.planned_seconds for f in figures]),
        excluded_seconds=_mean([f.excluded_seconds for f in figures]),
    )


def _mean(values: Sequence[Decimal]) -> Decimal:
    """Rounded once: the sum is exact, so the order of systems cannot show."""
    total_of = reduce(_WIDE.add, values, Decimal(0))
    return _EXACT.divide(total_of, Decimal(len(values)))


def policy_of(value: object) -> UnknownPolicy:
    """The policy of a contract parameter; UnknownParameterError names the allowed ones."""
    return _choice(UnknownPolicy, value, "未知时间的算法")


def aggregation_of(value: object) -> Aggregation:
    return _choice(Aggregation, value, "多系统汇总方式")


def _choice(kind: type[T], value: object, words: str) -> T:
    try:
        return kind(str(value))
    except ValueError:
        allowed = "、".join(kind)
        raise UnknownParameterError(f"{words}“{value}”不存在，可用：{allowed}") from None
