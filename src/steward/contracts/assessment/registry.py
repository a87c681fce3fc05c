"""What a scoring rule kind is: typed parameters and a pure judgement over one reading."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from steward.core.evidence.api import MetricEvent
from steward.kernel.canonical import decimal_text as plain
from steward.kernel.money import round_ratio
from steward.kernel.registry import Extension, Registry

ZERO = Decimal(0)
_PLACES = 4

Positive = Annotated[Decimal, Field(gt=0)]
NotNegative = Annotated[Decimal, Field(ge=0)]


class RuleParams(BaseModel):
    """What every rule may say: `floor` is the fewest points, `cap` the most that is deducted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    floor: NotNegative = ZERO
    cap: NotNegative | None = None


class EventParams(RuleParams):
    """Rules that count happenings.

    `grouping` incident counts the events of one incident once; `exclusions` agreed leaves out
    what both sides agreed to exclude, none counts it all the same; `allowance` is how many are
    free.
    """

    grouping: Literal["event", "incident"] = "event"
    exclusions: Literal["agreed", "none"] = "agreed"
    allowance: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class Award:
    """Points that a reviewer gave, and why (an expert entry); `unconfirmed` as in an answer."""

    points: Decimal
    reviewer: str
    reason: str
    evidence: str = ""
    unconfirmed: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator's facts, ready to be judged: what was measured and what made it.

    `value` None means no data, with the reason in `no_data`. `claimed` maps the key of an event
    to the indicator that already deducts for its incident (exclusive groups). `ended` says that
    the period is over, so that nothing that is missing can still come.
    """

    value: Decimal | None
    unit: str = "count"
    events: tuple[MetricEvent, ...] = ()
    population: int = 0
    grade: str = "A"
    no_data: str = ""
    url: str = ""
    award: Award | None = None
    claimed: dict[str, str] = field(default_factory=dict)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One leaf: what it costs (negative) or brings, and the event that caused it."""

    label: str
    points: Decimal
    event: MetricEvent | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule makes of a reading.

    `points` are certain; `possible` what they may still become while something is open; `formula`
    the arithmetic in one line; `triggered` only speaks for vetoes; `suggestion` is what the data
    suggests to a reviewer and `suggested_by` why.
    """

    points: Decimal
    possible: Decimal
    formula: str
    explanation: str
    lines: tuple[Line, ...] = ()
    excluded: tuple[tuple[MetricEvent, str], ...] = ()
    scored: bool = True
    triggered: bool = False
    suggestion: Decimal | None = None
    suggested_by: str = ""


class RuleKind(Extension):
    """A kind of scoring rule. `judge` is pure: the same reading gives the same judgement."""

    Params: ClassVar[type[RuleParams]]
    use: ClassVar[str] = "indicator"
    units: ClassVar[tuple[str, ...]] = ("count", "ratio", "seconds", "points")
    needs_source: ClassVar[bool] = True

    @classmethod
    @abstractmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        """Points out of `full` for a reading that has data."""

    @classmethod
    def terms(cls, params: Any) -> str:  # noqa: ARG003
        """The rule in words, for people who read the contract."""
        return cls.label

    @classmethod
    def check(cls, params: Any, points: Decimal, units: tuple[str, ...]) -> list[tuple[str, str]]:
        """What the types cannot tell, as (path below the rule, Chinese words)."""
        problems = []
        if cls.needs_source and not units:
            problems.append(("", f"“{cls.label}”须有取数来源 sources"))
        problems += [
            ("kind", f"“{cls.label}”不能用于单位为 {unit} 的来源")
            for unit in units
            if unit not in cls.units
        ]
        if cls.use == "indicator" and params.floor > points:
            problems.append(("floor", f"最低分不能高于满分 {points}"))
        return problems


KINDS: Registry[RuleKind] = Registry("steward.contracts.assessment.kinds")


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """A division at fifty digits, whatever the surrounding context."""
    with localcontext() as context:
        context.prec = 50
        return dividend / divisor


def rounded(points: Decimal) -> Decimal:
    """Points to four places, half up: the one rounding of points."""
    return round_ratio(points, _PLACES)


def kept(full: Decimal, deducted: Decimal, params: RuleParams) -> Decimal:
    """Points that are left after a deduction, within its cap and above the floor."""
    capped = deducted if params.cap is None else min(deducted, params.cap)
    return max(min(params.floor, full), min(full, full - capped))


def percent(ratio: Decimal) -> str:
    """A ratio as a percentage with up to four places."""
    return f"{plain(rounded(ratio * 100))}%"


def deducted_of(lines: Iterable[Line]) -> Decimal:
    """What the leaves cost together, before any cap, as a positive number."""
    return -sum((line.points for line in lines), ZERO)


def deduction_formula(full: Decimal, deducted: Decimal, params: RuleParams) -> str:
    """The arithmetic of a deduction as the tree shows it."""
    if not deducted:
        return f"{plain(full)}，没有扣分"
    capped = "" if params.cap is None else f"（最多扣 {plain(params.cap)}）"
    taken = deducted if params.cap is None else min(deducted, params.cap)
    floor = min(params.floor, full)
    least = f"，不低于 {plain(floor)}" if full - taken < floor else ""
    return f"{plain(full)} − {plain(deducted)}{capped}{least}"
