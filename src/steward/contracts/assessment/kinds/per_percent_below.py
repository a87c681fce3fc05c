from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from steward.contracts.assessment.kinds.per_unit_over import Steps, units_of
from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    Positive,
    Reading,
    RuleKind,
    RuleParams,
    deduction_formula,
    kept,
    percent,
    rounded,
)
from steward.kernel.canonical import decimal_text as plain

_STEP_WORDS = {
    "whole": "不足一档不扣",
    "begun": "不足一档按一档",
    "proportional": "不足一档按比例",
}


class Params(RuleParams):
    """`deduct` points for each `step` (a ratio) below `target` (a ratio).

    `steps` says whether a begun step counts (begun), only a whole one (whole), or its share.
    """

    target: Annotated[Decimal, Field(gt=0, le=1)]
    step: Annotated[Decimal, Field(gt=0, le=1)]
    deduct: Positive
    steps: Steps


@KINDS.register
class PerPercentBelow(RuleKind):
    """Deduct n for each step by which a ratio stays below its target."""

    code = "per_percent_below"
    label = "低于目标按百分点扣分"
    Params = Params
    units = ("ratio",)

    @classmethod
    def terms(cls, params: Any) -> str:
        return (
            f"低于 {percent(params.target)} 时每 {percent(params.step)} 扣 {plain(params.deduct)} 分，"
            f"{_STEP_WORDS[params.steps]}，扣完为止"
        )

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        value = reading.value if reading.value is not None else ZERO
        below = max(ZERO, params.target - value)
        units = units_of(below, params.step, params.steps)
        deducted = rounded(units * params.deduct)
        points = kept(full, deducted, params)
        return Judgement(
            points,
            points,
            deduction_formula(full, deducted, params),
            cls._words(params, value, below),
            _leaves(reading, deducted, value),
            tuple((event, event.excluded) for event in reading.events if event.excluded),
        )

    @classmethod
    def _words(cls, params: Any, value: Decimal, below: Decimal) -> str:
        if not below:
            return f"实测 {percent(value)}，达到 {percent(params.target)}，不扣分"
        return (
            f"实测 {percent(value)}，低于 {percent(params.target)} 共 {percent(below)}；"
            f"每 {percent(params.step)} 扣 {plain(params.deduct)} 分，{_STEP_WORDS[params.steps]}"
        )


def _leaves(reading: Reading, deducted: Decimal, value: Decimal) -> tuple[Line, ...]:
    """The events that lowered the ratio share its deduction by their weight; the sum is exact."""
    events = sorted(
        (event for event in reading.events if not event.excluded),
        key=lambda event: (event.occurred_at, event.key),
    )
    weight = sum((event.amount for event in events), ZERO)
    if not events or not weight:
        return (Line(f"实测 {percent(value)}", -deducted),) if deducted else ()
    shares = [rounded(deducted * event.amount / weight) for event in events]
    shares[-1] += deducted - sum(shares, ZERO)
    return tuple(
        Line(event.label, -share, event) for event, share in zip(events, shares, strict=True)
    )
