"""The ends shown, the middle hidden."""

from pydantic import Field
from sqlglot import exp

from steward.engine.masking.base import (
    Method,
    Parameters,
    length_of,
    methods,
    part_of,
    text_of,
)


class PartialParameters(Parameters):
    """How many characters stay at the start and at the end."""

    start: int = Field(default=1, ge=0, le=32)
    end: int = Field(default=0, ge=0, le=32)
    sign: str = Field(default="*", min_length=1, max_length=1)


@methods.register
class Partial(Method):
    """13812345678 → 138****5678; a value too short to hide anything is hidden whole."""

    code = "partial"
    label = "部分遮盖"
    Parameters = PartialParameters

    def expression(self, value: exp.Expr) -> exp.Expr:
        text, start, end = text_of(value), self.options.start, self.options.end
        shown = exp.Literal.number(start + end)
        sign = exp.Literal.string(self.options.sign)
        hidden = exp.Repeat(this=sign.copy(), times=exp.Sub(this=length_of(text), expression=shown))
        parts = [part_of(text, 1, start)] if start else []
        parts.append(hidden)
        if end:
            first = exp.Sub(this=length_of(text), expression=exp.Literal.number(end - 1))
            parts.append(part_of(text, first, end))
        all_hidden = exp.Repeat(this=sign, times=length_of(text))
        short = exp.LTE(this=length_of(text), expression=shown.copy())
        return (
            exp.case()
            .when(text.is_(exp.null()), exp.null())
            .when(short, all_hidden)
            .else_(exp.Concat(expressions=parts, safe=True))
        )
