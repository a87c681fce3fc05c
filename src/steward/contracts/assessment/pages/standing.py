"""How a contract stands, in the few figures that lists, cards and the home page show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from steward.contracts.assessment import api as assessment
from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.desk.tickets import api as desk
from steward.desk.tickets.api import Somebody
from steward.kernel.canonical import decimal_text
from steward.kernel.errors import StewardError
from steward.kernel.instants import local
from steward.kernel.money import format_yuan, round_ratio

_BOX = 28
_DUTIES = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the spark: its place and height in a box of 28, and the words of it."""

    x: int
    y: int
    height: int
    words: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Health:
    """How a contract does in one word, and why: `tone` is a class (g, o, r)."""

    tone: str
    label: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The promises of a contract together: clocks judged, met and run out; `percent` may be None."""

    judged: int
    late: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that comes next, with its page and the last day for it."""

    title: str
    url: str
    last_day: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One contract on a list; `result` None when it cannot be scored yet, with the reason.

    `late` counts the open tickets that ran out and that this person sees; `days_left` is 0 after the term; `settled` the settled years.
    """

    contract: packs.ContractInfo
    progress: int
    days_left: int
    result: assessment.ScoreResult | None
    outlook: assessment.ScoreResult | None
    why_not: str
    lost: Decimal
    at_risk: Decimal
    kept: Kept
    late: int
    duties: tuple[Duty, ...]
    settled: int
    health: Health
    spark: tuple[Bar, ...]


def standing_of(contract: packs.ContractInfo, *, user: Somebody, at: datetime) -> Standing:
    """The standing as of the present minute, so that lists and cards share one computation."""
    minute = at.replace(second=0, microsecond=0)
    term = contract.end - contract.start
    zero = Decimal(0)
    result, outlook, why_not = None, None, ""
    try:
        result = assessment.cached_score(contract.code, as_of=minute, now=at)
        if result.has_table and at < contract.end:
            outlook = assessment.cached_score(contract.code, as_of=minute, now=at, kind="projected")
    except StewardError as error:
        why_not = error.message
    late = desk.count_late(user, contract.code)
    return Standing(
        contract=contract,
        progress=max(0, min(100, (at - contract.start) * 100 // term)),
        days_left=max(0, (contract.end - at).days),
        result=result,
        outlook=outlook,
        why_not=why_not,
        lost=result.pay.amount - result.pay.possible if result else zero,
        at_risk=result.pay.possible - result.pay.payable if result else zero,
        kept=kept_of(result),
        late=late,
        duties=_duties(user, contract.code, at),
        settled=sum(1 for row in assessment.settlements(contract.code) if not row.corrects_id),
        health=health_of(result, outlook, late=late),
        spark=_spark(contract.code),
    )


def _duties(user: Somebody, code: str, at: datetime) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            title=f"{row.title} {row.label}",
            url=row.url,
            last_day=obligations.last_day_words(row.planned_at or row.due_at),
            is_overdue=row.due_at <= at,
        )
        for row in obligations.next_duties(user, code, _DUTIES, now=at)
    )


def kept_of(result: assessment.ScoreResult | None) -> Kept:
    """All time limits of a contract in one figure; what is excused counts on neither side."""
    promises = result.promises if result else ()
    judged = sum(promise.judged for promise in promises)
    late = sum(promise.late for promise in promises)
    share = round_ratio(Decimal(judged - late) * 100 / judged, 1) if judged else None
    return Kept(judged, late, share)


def health_of(
    result: assessment.ScoreResult | None,
    outlook: assessment.ScoreResult | None,
    *,
    late: int,
) -> Health:
    """Red for money that is lost, orange for what threatens it, green for the rest.

    Money is lost by a veto, by an agreed penalty of the supplier, or when even the best outcome
    stays below the line of full payment.
    """
    if result is None:
        return Health("", "未开始", ())
    bad, warn = list(_losses(result)), list(_threats(result, outlook))
    if result.pay.deducted:
        bad.append(f"乙方违约金 {format_yuan(result.pay.deducted)}")
    warn += [f"{late} 张在办工单已超时"] if late else []
    if bad:
        return Health("r", "已扣付款" if not result.pay.vetoed else "否决", (*bad, *warn))
    return Health("o", "需关注", tuple(warn)) if warn else Health("g", "正常", ())


def _losses(result: assessment.ScoreResult) -> Iterator[str]:
    yield from (f"否决：{v.title}" for v in result.vetoes if v.status == "triggered")
    full_at = result.pay.full_at
    if full_at is not None and result.possible < full_at:
        best, line = decimal_text(result.possible), decimal_text(full_at)
        yield f"最高只能到 {best} 分，低于全额线 {line} 分"


def _threats(
    result: assessment.ScoreResult, outlook: assessment.ScoreResult | None
) -> Iterator[str]:
    full_at = result.pay.full_at
    if full_at is not None and outlook is not None and outlook.possible < full_at:
        yield f"按目前频率年末最高 {decimal_text(outlook.possible)} 分，低于全额线"
    if not result.has_table and (late := sum(promise.late for promise in result.promises)):
        yield f"时限超时 {late} 次"
    if result.unscored:
        yield f"{len(result.unscored)} 项指标未评"


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
