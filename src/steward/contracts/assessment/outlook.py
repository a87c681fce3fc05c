"""To the end of the period, and what would change the score most; pure.

Method of the projection. Deductions already made stay. Best case: nothing more goes wrong, and
time that remains is perfect. Present rate: events go on coming as often as until now (rounded
half up), ratios that accrue with time stay as they are. Figures taken once (a survey) stay. What
has no data stays open and is shown as a range. Both ends are scored by the same rules as the
present, so caps and floors hold.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from steward.contracts.assessment.facts import Answer, Facts
from steward.contracts.assessment.registry import ZERO, quotient, rounded
from steward.contracts.assessment.result import Change, IndicatorNode, Outlook
from steward.contracts.assessment.scoring import Rules, Scored, score_otherwise, score_pack
from steward.contracts.packs.api import Indicator
from steward.core.evidence.api import MetricEvent, MetricResult
from steward.kernel.canonical import decimal_text as plain
from steward.kernel.subjects import Subject

METHOD = (
    "已发生的扣分不再变化。最好情形：剩余时间不再出现扣分事项，可用率按全时可用计；"
    "按目前频率：事项按至今的发生频率折算到期末（四舍五入），可用率保持不变；"
    "满意度等一次性数据保持不变；未评指标不计入得分，只计入可能最高分。"
)
_MOST = 5
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """How much of the period has passed."""

    start: datetime
    end: datetime
    at: datetime

    @property
    def elapsed(self) -> Decimal:
        """The share of the period that has passed, 0 to 1."""
        passed = min(self.at, self.end) - self.start
        whole = (self.end - self.start) // timedelta(seconds=1)
        return quotient(Decimal(max(0, passed // timedelta(seconds=1))), Decimal(whole))


Grow = Callable[[Answer, Span], MetricResult]


def _best(answer: Answer, span: Span) -> MetricResult:
    result = answer.result
    if answer.source.accrues != "time" or result.value is None:
        return result
    return replace(result, value=1 - (1 - result.value) * span.elapsed)


def _at_rate(answer: Answer, span: Span) -> MetricResult:
    result = answer.result
    if answer.source.accrues != "events" or result.value is None or span.elapsed <= 0:
        return result
    counted = [event for event in result.events if not event.excluded]
    if not counted:
        return result if result.events else replace(result, value=_whole(result.value, span))
    more = int(_whole(Decimal(len(counted)), span)) - len(counted)
    typical = quotient(sum((e.amount for e in counted), ZERO), Decimal(len(counted)))
    added = tuple(_imagined(f"rate:{n}", span.end, typical) for n in range(more))
    return replace(result, events=result.events + added)


def _whole(so_far: Decimal, span: Span) -> Decimal:
    expected = quotient(so_far, span.elapsed)
    return max(so_far, expected.to_integral_value(rounding=ROUND_HALF_UP))


def _imagined(key: str, at: datetime, amount: Decimal = Decimal(1)) -> MetricEvent:
    subject = Subject("assessment.projected", key, "推算")
    return MetricEvent(f"projected:{key}", subject, at, "按目前频率推算", amount)


def grown(facts: Facts, span: Span, grow: Grow) -> Facts:
    """The facts as they would be at the end of the period."""
    answers = {k: replace(a, result=grow(a, span)) for k, a in facts.answers.items()}
    return replace(facts, answers=answers)


def outlook_of(rules: Rules, facts: Facts, span: Span) -> tuple[Scored, Outlook]:
    """The score at the end of the period at the present rate, and the range it lies in."""
    best = score_pack(rules, grown(facts, span, _best))
    rate = score_pack(rules, grown(facts, span, _at_rate))
    rows = tuple(
        {"id": b.id, "title": b.title, "full": plain(b.full), "status": b.status,
         "best": plain(b.points), "rate": plain(r.points), "possible": plain(b.possible)}
        for b, r in zip(_indicators(best), _indicators(rate), strict=True)
    )  # fmt: skip
    return rate, Outlook(
        best_points=best.points,
        best_possible=best.possible,
        rate_points=rate.points,
        rate_possible=rate.possible,
        best_payable=best.pay.payable,
        rate_payable=rate.pay.payable,
        elapsed=rounded(span.elapsed),
        method=METHOD,
        rows=rows,
    )


def _indicators(scored: Scored) -> list[IndicatorNode]:
    return [node for group in scored.groups for node in group.indicators]


def changes_of(rules: Rules, facts: Facts, now_scored: Scored) -> tuple[Change, ...]:
    """What would change the score most: by money first, then by points; each scored anew."""
    found: list[Change] = []
    for node, indicator in zip(_indicators(now_scored), rules.pack.indicators(), strict=True):
        gain = _gain(rules, (node, indicator, now_scored))
        risk = _risk(rules, facts, (node, indicator, now_scored))
        found += [change for change in (gain, risk) if change is not None and change.points]
    found.sort(key=lambda c: (-abs(c.money), -abs(c.points), c.kind, c.indicator))
    return tuple(found[:_MOST])


Standing = tuple[IndicatorNode, Indicator, Scored]


def _gain(rules: Rules, standing: Standing) -> Change | None:
    """Points that can still be won: something unscored, or a figure that may be taken again."""
    node, indicator, before = standing
    again = bool(indicator.sources) and all(s.accrues == "once" for s in indicator.sources)
    if node.status == "unscored":
        action = indicator.remedy or "补齐数据或完成评分"
    elif node.lost and again:
        action = indicator.remedy or "重新测得达标数据"
    else:
        return None
    target = node.possible if node.status == "unscored" else node.full
    after = score_otherwise(rules, before, indicator_id=node.id, points=target)
    return _change(node, before, after, action=action)


def _risk(rules: Rules, facts: Facts, standing: Standing) -> Change | None:
    """What one more event would cost."""
    node, indicator, before = standing
    source = next((s for s in indicator.sources if s.accrues == "events"), None)
    if node.status == "unscored" or source is None or source.unit == "ratio":
        return None
    answer = facts.answers[node.id, source.id]
    result = _one_more(answer.result)
    changed = dict(facts.answers) | {(node.id, source.id): replace(answer, result=result)}
    after = score_otherwise(
        rules, before, facts=replace(facts, answers=changed), indicator_id=node.id
    )
    return _change(node, before, after, action="再发生 1 次")


def _one_more(result: MetricResult) -> MetricResult:
    if result.value is not None and not result.events:
        return replace(result, value=result.value + 1)
    return replace(result, events=(*result.events, _imagined("next", _LAST)))


def _change(node: IndicatorNode, before: Scored, after: Scored, *, action: str) -> Change:
    points = after.points - before.points
    return Change(
        indicator=node.id,
        title=node.title,
        action=action,
        points=points,
        money=after.pay.payable - before.pay.payable,
        kind="gain" if points > 0 else "risk",
    )
