from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    NotNegative,
    Positive,
    Reading,
    RuleKind,
    RuleParams,
    deduction_formula,
    kept,
    quotient,
    rounded,
)
from steward.kernel.canonical import decimal_text as plain

Steps = Literal["whole", "begun", "proportional"]


class Params(RuleParams):
    """`deduct` points for each `unit` of the figure above `allowed`.

    `steps` says whether a begun unit counts (begun), only a whole one (whole), or its share.
    """

    allowed: NotNegative
    unit: Positive
    deduct: Positive
    steps: Steps


def units_of(distance: Decimal, unit: Decimal, steps: Steps) -> Decimal:
    """How many units a distance makes, by the stated treatment of the last one."""
    exact = quotient(max(ZERO, distance), unit)
    if steps == "proportional":
        return exact
    rounding = ROUND_CEILING if steps == "begun" else ROUND_FLOOR
    return exact.to_integral_value(rounding=rounding)


@KINDS.register
class PerUnitOver(RuleKind):
    """Deduct n for each unit by which the figure exceeds what is allowed."""

    code = "per_unit_over"
    label = "超出部分按单位扣分"
    Params = Params

    @classmethod
    def terms(cls, params: Any) -> str:
        allowed, unit = plain(params.allowed), plain(params.unit)
        return f"超过 {allowed} 后每 {unit} 扣 {plain(params.deduct)} 分"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        value = reading.value or ZERO
        over = max(ZERO, value - params.allowed)
        units = units_of(over, params.unit, params.steps)
        deducted = rounded(units * params.deduct)
        words = f"允许 {plain(params.allowed)}，实际 {plain(value)}，超出 {plain(over)}"
        lines = (Line(words, -deducted),) if deducted else ()
        points = kept(full, deducted, params)
        formula = deduction_formula(full, deducted, params)
        return Judgement(points, points, formula, words, lines)
