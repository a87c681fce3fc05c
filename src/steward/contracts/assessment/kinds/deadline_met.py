from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from steward.contracts.assessment.counting import count
from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    EventParams,
    Judgement,
    Line,
    NotNegative,
    Positive,
    Reading,
    RuleKind,
    deducted_of,
    deduction_formula,
    kept,
    quotient,
)
from steward.core.evidence.api import MetricEvent
from steward.kernel.canonical import decimal_text as plain

_DAY = Decimal(86_400)


class Params(EventParams):
    """Each event is something late, its amount the lateness in seconds.

    Beyond `grace_days` it costs `deduct` points `per` once, or for each begun day beyond them.
    """

    deduct: Positive
    grace_days: NotNegative = ZERO
    per: Literal["once", "day"] = "once"


def _cost(params: Params, event: MetricEvent) -> Decimal:
    late = quotient(event.amount, _DAY) - params.grace_days
    if late <= 0:
        return ZERO
    days = late.to_integral_value(rounding=ROUND_CEILING)
    return params.deduct * (days if params.per == "day" else Decimal(1))


@KINDS.register
class DeadlineMet(RuleKind):
    """Things due by a date: deduct for each that came late."""

    code = "deadline_met"
    label = "按期完成"
    Params = Params
    units = ("seconds",)

    @classmethod
    def terms(cls, params: Any) -> str:
        per = "每逾期 1 天" if params.per == "day" else "每逾期 1 项"
        grace = f"（宽限 {plain(params.grace_days)} 天）" if params.grace_days else ""
        return f"{per}扣 {plain(params.deduct)} 分{grace}"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        counted = count(params, reading, lambda event: _cost(params, event))
        lines = (
            tuple(
                line if line.event else Line(line.label, -params.deduct) for line in counted.lines
            )
            if reading.events
            else _figure(params, reading)
        )
        deducted = deducted_of(lines)
        points = kept(full, deducted, params)
        late = sum(1 for line in lines if line.points)
        words = f"逾期 {late} 项" if late else "没有逾期"
        formula = deduction_formula(full, deducted, params)
        return Judgement(points, points, formula, words, lines, counted.excluded)


def _figure(params: Params, reading: Reading) -> tuple[Line, ...]:
    """A lateness entered as one figure counts as one late thing."""
    value = reading.value or ZERO
    late = quotient(value, _DAY) - params.grace_days
    if late <= 0:
        return ()
    days = late.to_integral_value(rounding=ROUND_CEILING) if params.per == "day" else Decimal(1)
    return (Line("核定逾期", -params.deduct * days),)
