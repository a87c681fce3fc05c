"""Every character hidden."""

from pydantic import Field
from sqlglot import exp

from steward.engine.masking.base import Method, Parameters, length_of, methods, text_of


class MaskParameters(Parameters):
    """`fixed`: so many signs whatever the length, which then does not show either."""

    sign: str = Field(default="*", min_length=1, max_length=1)
    fixed: int | None = Field(default=None, ge=1, le=64)


@methods.register
class Mask(Method):
    """张三 → **."""

    code = "mask"
    label = "全部遮盖"
    Parameters = MaskParameters

    def expression(self, value: exp.Expr) -> exp.Expr:
        text = text_of(value)
        sign = exp.Literal.string(self.options.sign)
        size = (
            length_of(text)
            if self.options.fixed is None
            else exp.Literal.number(self.options.fixed)
        )
        hidden = exp.Repeat(this=sign, times=size)
        return exp.case().when(text.is_(exp.null()), exp.null()).else_(hidden)
