from decimal import Decimal
from typing import Any

from steward.contracts.assessment.counting import count
from steward.contracts.assessment.registry import (
    KINDS,
    EventParams,
    Judgement,
    Line,
    Positive,
    Reading,
    RuleKind,
    deducted_of,
    deduction_formula,
    kept,
)
from steward.kernel.canonical import decimal_text as plain


class Params(EventParams):
    """`deduct` points for each occurrence."""

    deduct: Positive


@KINDS.register
class PerEvent(RuleKind):
    """Deduct n for each occurrence until nothing is left (扣完为止)."""

    code = "per_event"
    label = "每发生一次扣分"
    Params = Params
    units = ("count", "seconds")

    @classmethod
    def terms(cls, params: Any) -> str:
        once = "同一事件只计一次" if params.grouping == "incident" else "每起都计"
        return f"每发生 1 次扣 {plain(params.deduct)} 分，{once}，扣完为止"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        counted = count(params, reading, lambda _: params.deduct)
        lines = tuple(
            line if line.event else Line(line.label, -params.deduct) for line in counted.lines
        )
        deducted = deducted_of(lines)
        points = kept(full, deducted, params)
        times = sum(1 for line in lines if line.points)
        words = f"发生 {times} 次，每次扣 {params.deduct} 分" if times else "没有发生，不扣分"
        formula = deduction_formula(full, deducted, params)
        return Judgement(points, points, formula, words, lines, counted.excluded)
