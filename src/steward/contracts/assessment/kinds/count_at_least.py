from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any

from pydantic import Field

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
)
from steward.kernel.canonical import decimal_text as plain


class Params(RuleParams):
    """At least `required` times in the period; `deduct` points for each that is missing."""

    required: Annotated[int, Field(ge=1)]
    deduct: Positive


@KINDS.register
class CountAtLeast(RuleKind):
    """A number of things to be done; before the period ends what is missing may still come."""

    code = "count_at_least"
    label = "至少完成若干次"
    Params = Params
    units = ("count",)

    @classmethod
    def terms(cls, params: Any) -> str:
        return f"至少 {params.required} 次，每缺 1 次扣 {plain(params.deduct)} 分"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        done = reading.value or ZERO
        missing = max(ZERO, params.required - done).to_integral_value(rounding=ROUND_CEILING)
        lines = tuple(
            Line(f"缺第 {int(params.required - missing) + n} 次", -params.deduct)
            for n in range(1, int(missing) + 1)
        )
        deducted = missing * params.deduct
        points = kept(full, deducted, params)
        words = f"应完成 {params.required} 次，已完成 {plain(done)} 次"
        formula = deduction_formula(full, deducted, params)
        possible = points if reading.ended else full
        return Judgement(points, possible, formula, words, lines)
