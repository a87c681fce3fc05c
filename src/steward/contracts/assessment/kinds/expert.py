from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    Reading,
    RuleKind,
    RuleParams,
)
from steward.kernel.canonical import decimal_text as plain
from steward.kernel.money import round_ratio


class Params(RuleParams):
    """A reviewer gives the points.

    `suggest_deduct` points for each event that the sources count make the suggested value;
    `suggest_share` makes it the measured ratio of the full points, to a hundredth.
    """

    suggest_deduct: Annotated[Decimal, Field(gt=0)] | None = None
    suggest_share: bool = False


@KINDS.register
class Expert(RuleKind):
    """Points by a named reviewer with a reason; metrics only suggest."""

    code = "expert"
    label = "专家评分"
    Params = Params
    needs_source = False

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        suggestion = cls._suggestion(params, full, reading)
        if reading.award is None:
            told = "待评分" if suggestion is None else f"待评分，建议 {plain(suggestion)} 分"
            return Judgement(
                min(full, params.floor), full, "未评", told, scored=False, suggestion=suggestion
            )
        points = max(min(full, params.floor), min(full, reading.award.points))
        told = f"{reading.award.reviewer}评 {plain(points)} 分：{reading.award.reason}"
        lost = full - points
        lines = (Line(reading.award.reason, -lost),) if lost else ()
        return Judgement(points, points, plain(points), told, lines, suggestion=suggestion)

    @classmethod
    def _suggestion(cls, params: Any, full: Decimal, reading: Reading) -> Decimal | None:
        if reading.value is None:
            return None
        if params.suggest_share and reading.unit == "ratio":
            share = min(Decimal(1), max(ZERO, reading.value))
            return round_ratio(full * share, 2)
        if params.suggest_deduct is None:
            return None
        counted = [event for event in reading.events if not event.excluded]
        times = Decimal(len(counted)) if reading.events else reading.value
        suggested: Decimal = max(ZERO, full - times * params.suggest_deduct)
        return suggested
