from decimal import Decimal
from typing import Any

from pydantic import model_validator

from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    NotNegative,
    Reading,
    RuleKind,
    RuleParams,
)
from steward.kernel.canonical import decimal_text as plain


class Params(RuleParams):
    """Everything or the floor: the figure must be `at_least` or `at_most`; exactly one of both."""

    at_least: NotNegative | None = None
    at_most: NotNegative | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "Params":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("须且只须写明 at_least（不低于）或 at_most（不高于）之一")
        return self


@KINDS.register
class Binary(RuleKind):
    """Met: full points; not met: the floor."""

    code = "binary"
    label = "达到得满分，否则不得分"
    Params = Params

    @classmethod
    def terms(cls, params: Any) -> str:
        if params.at_least is not None:
            return f"不低于 {plain(params.at_least)} 得满分，否则不得分"
        return f"不高于 {plain(params.at_most)} 得满分，否则不得分"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        value = reading.value or ZERO
        if params.at_least is not None:
            met, words = value >= params.at_least, f"不低于 {plain(params.at_least)}"
        else:
            met, words = value <= params.at_most, f"不高于 {plain(params.at_most)}"
        points = full if met else min(full, params.floor)
        told = f"要求{words}，实际 {plain(value)}，{'达到' if met else '未达到'}"
        lines = () if met else (Line(told, points - full),)
        return Judgement(points, points, plain(points), told, lines)
