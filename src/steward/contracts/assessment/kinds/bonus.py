from decimal import Decimal
from typing import Any

from steward.contracts.assessment.counting import ordered
from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    Positive,
    Reading,
    RuleKind,
    RuleParams,
)
from steward.kernel.canonical import decimal_text as plain


class Params(RuleParams):
    """`add` points for each good thing, at most the indicator's points."""

    add: Positive


@KINDS.register
class Bonus(RuleKind):
    """Points on top of the table; the whole still never exceeds its maximum."""

    code = "bonus"
    label = "加分"
    Params = Params
    units = ("count",)

    @classmethod
    def terms(cls, params: Any) -> str:
        return f"每 1 次加 {plain(params.add)} 分"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        events = ordered(reading.events)
        lines = tuple(Line(event.label, params.add, event) for event in events)
        earned = sum((line.points for line in lines), ZERO)
        if not events:
            earned = params.add * (reading.value or ZERO)
        points = min(full, earned if params.cap is None else min(earned, params.cap))
        formula = f"min({plain(full)}, {plain(earned)})"
        return Judgement(points, points, formula, f"加 {plain(points)} 分", lines)
