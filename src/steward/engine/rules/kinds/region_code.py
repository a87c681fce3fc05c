from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

_CODES = Path(__file__).parent.parent / "regions.csv"
_LEVELS = {"province": 2, "city": 4, "county": 6, "town": 9}
Level = Literal["province", "city", "county", "town"]


class RegionCodeParameters(FormatParameters):
    level: Level | None = Field(default=None, description="只收这一级：省、市、县、乡镇街道")
    digits: Literal[6, 9, 12] = Field(default=6, description="列里写几位：6、9 或 12 位")


@kinds.register
class RegionCode(FormatKind[RegionCodeParameters]):
    """A code of GB/T 2260 and GB/T 10114 that exists, of the given level."""

    code = "region_code"
    label = "行政区划代码"
    description = "存在的行政区划代码，可限定级别（GB/T 2260、GB/T 10114）"
    dimension = Dimension.CONFORMITY
    Parameters = RegionCodeParameters
    message = "{column}不是现行的行政区划代码"
    remedy = "对照最新区划代码更正；撤并的区划改用新代码"

    def conforms(self, parameters: RegionCodeParameters, context: Context, text: Sql) -> Sql:
        shape = context.sql.matches(text.copy(), Pattern.parse(f"^[0-9]{{{parameters.digits}}}$"))
        return context.sql.when(
            shape, context.among(text, codes(parameters.digits, parameters.level))
        )


@cache
def codes(digits: int, level: Level | None) -> tuple[str, ...]:
    """The codes that exist, padded with zeros to `digits`."""
    significant = _read()
    wanted = set(_LEVELS.values()) if level is None else {_LEVELS[level]}
    return tuple(
        code.ljust(digits, "0")
        for code in significant
        if len(code) in wanted and len(code) <= digits
    )


@cache
def _read() -> tuple[str, ...]:
    """Significant digits of every code: 2 a province, 4 a city, 6 a county, 9 a town."""
    return tuple(_CODES.read_text("ascii").split())
