"""How a contract stands, in the few figures that lists, cards and the home page show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.kernel.canonical import decimal_text
from steward.kernel.errors import StewardError
from steward.kernel.instants import local

_BOX = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the spark: its place and height in a box of 28, and the words of it."""

    x: int
    y: int
    height: int
    words: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One contract on a list; `result` None when it cannot be scored yet, with the reason."""

    contract: packs.ContractInfo
    progress: int
    result: assessment.ScoreResult | None
    why_not: str
    lost: Decimal
    at_risk: Decimal
    spark: tuple[Bar, ...]


def standing_of(contract: packs.ContractInfo, *, at: datetime) -> Standing:
    """The standing as of the present minute, so that lists and cards share one computation."""
    minute = at.replace(second=0, microsecond=0)
    term = contract.end - contract.start
    progress = max(0, min(100, (at - contract.start) * 100 // term))
    try:
        result = assessment.cached_score(contract.code, as_of=minute, now=at)
    except StewardError as error:
        zero = Decimal(0)
        return Standing(contract, progress, None, error.message, zero, zero, ())
    return Standing(
        contract=contract,
        progress=progress,
        result=result,
        why_not="",
        lost=result.pay.amount - result.pay.possible,
        at_risk=result.pay.possible - result.pay.payable,
        spark=_spark(contract.code),
    )


def _spark(code: str) -> tuple[Bar, ...]:
    """The days' points between the lowest and the highest shown, so that a change is seen."""
    kept = assessment.daily_snapshots(code)
    low = min((row.points for row in kept), default=Decimal(0))
    spread = max((row.points for row in kept), default=Decimal(0)) - low
    heights = [8 + (int((row.points - low) * 20 / spread) if spread else 12) for row in kept]
    return tuple(
        Bar(
            x=number * 8,
            y=_BOX - height,
            height=height,
            words=f"{local(row.as_of):%m-%d} {decimal_text(row.points)} 分",
            is_last=row is kept[-1],
        )
        for number, (row, height) in enumerate(zip(kept, heights, strict=True))
    )


@dataclass(frozen=True, slots=True)
class AvailabilityCard:
    """The availability of the period: down time so far, and what is left of the allowance."""

    node: assessment.IndicatorNode
    down: timedelta | None
    left: timedelta | None
    unknown: timedelta | None


def availability_card(result: assessment.ScoreResult) -> AvailabilityCard | None:
    """The first indicator whose figure is an availability, with its allowance over the period."""
    for node in result.indicators():
        if node.unit == "ratio" and "target" in node.params and _detail(node, "down_seconds"):
            down = _span(_detail(node, "down_seconds"))
            allowed = (1 - Decimal(str(node.params["target"]))) * _seconds(result)
            left = _span(str(allowed)) - down
            return AvailabilityCard(node, down, left, _span(_detail(node, "unknown_seconds")))
    ratios = [node for node in result.indicators() if node.unit == "ratio"]
    return AvailabilityCard(ratios[0], None, None, None) if ratios else None


def _seconds(result: assessment.ScoreResult) -> Decimal:
    return Decimal((result.end - result.start) // timedelta(seconds=1))


def _detail(node: assessment.IndicatorNode, name: str) -> str:
    return node.sources[0].detail.get(name, "") if node.sources else ""


def _span(seconds: str) -> timedelta:
    return timedelta(seconds=int(Decimal(seconds or "0")))
