"""Coarser values: age bands, regions up to the county, days up to the month."""

from typing import Literal

from pydantic import Field
from sqlglot import exp

from steward.engine.masking.base import Method, Parameters, methods, part_of, text_of


class GeneraliseParameters(Parameters):
    """`to`: band (numbers, `width` wide), month, year, county, city, province."""

    to: Literal["band", "month", "year", "county", "city", "province"]
    width: int = Field(default=10, ge=2, le=1_000_000)


_LENGTHS = {"month": 7, "year": 4, "county": 6, "city": 4, "province": 2}


@methods.register
class Generalise(Method):
    """37 → 30-39; 2024-05-17 → 2024-05; 330802001001 → 330802 (GB/T 2260)."""

    code = "generalise"
    label = "泛化"
    Parameters = GeneraliseParameters

    def expression(self, value: exp.Expr) -> exp.Expr:
        if self.options.to == "band":
            return self._band(value)
        return part_of(text_of(value), 1, _LENGTHS[self.options.to])

    def _band(self, value: exp.Expr) -> exp.Expr:
        width = exp.Literal.number(self.options.width)
        number = exp.Cast(this=value.copy(), to=exp.DataType.build("DECIMAL(38, 6)"))
        share = exp.paren(exp.Div(this=number, expression=width, typed=False, safe=False))
        count = exp.Cast(this=exp.Floor(this=share), to=exp.DataType.build("BIGINT"))
        low = exp.Mul(this=count, expression=width.copy())
        high = exp.Add(this=low.copy(), expression=exp.Literal.number(self.options.width - 1))
        band = exp.Concat(
            expressions=[text_of(low), exp.Literal.string("-"), text_of(high)], safe=True
        )
        return exp.case().when(value.copy().is_(exp.null()), exp.null()).else_(band)
