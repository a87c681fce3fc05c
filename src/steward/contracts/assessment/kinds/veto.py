from decimal import Decimal
from typing import Any

from pydantic import model_validator

from steward.contracts.assessment.counting import ordered
from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    NotNegative,
    Reading,
    RuleKind,
    RuleParams,
    percent,
)
from steward.kernel.canonical import decimal_text as plain


class Params(RuleParams):
    """Triggered when the figure is `below` a bound, or has reached `at_least`; one of both."""

    below: NotNegative | None = None
    at_least: NotNegative | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "Params":
        if (self.below is None) == (self.at_least is None):
            raise ValueError("须且只须写明 below（低于）或 at_least（达到）之一")
        return self


@KINDS.register
class Veto(RuleKind):
    """One happening that fails the whole (一票否决); it has no points of its own."""

    code = "veto"
    label = "一票否决"
    Params = Params
    use = "veto"

    @classmethod
    def terms(cls, params: Any) -> str:
        if params.below is not None:
            return f"低于 {percent(params.below)} 一票否决"
        return f"达到 {plain(params.at_least)} 次一票否决"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        counted = [event for event in ordered(reading.events) if not event.excluded]
        excluded = tuple((e, e.excluded) for e in ordered(reading.events) if e.excluded)
        value = reading.value or ZERO
        if reading.events and reading.unit == "count":
            value = Decimal(len(counted))
        shown = percent(value) if reading.unit == "ratio" else plain(value)
        if params.below is not None:
            bound = percent(params.below) if reading.unit == "ratio" else plain(params.below)
            hit, words = value < params.below, f"低于 {bound} 否决，实际 {shown}"
        else:
            hit, words = (
                value >= params.at_least,
                f"达到 {plain(params.at_least)} 否决，实际 {shown}",
            )
        lines = tuple(Line(event.label, ZERO, event) for event in counted)
        told = f"{words}，{'已触发' if hit else '未触发'}"
        return Judgement(full, full, words, told, lines, excluded, triggered=hit)
