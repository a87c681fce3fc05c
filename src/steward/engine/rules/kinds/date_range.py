from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.dates import FORMATS
from steward.engine.expressions.sql import Sql, case, is_null
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import FormatParameters, RowKind, kinds
from steward.engine.rules.model import Dimension

Bound = date | Literal["today"]


class DateRangeParameters(FormatParameters):
    min: Bound | None = Field(default=None, description="最早日期，或 today")
    max: Bound | None = Field(default=None, description="最晚日期（含当日），或 today")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("min 和 max 至少写一个")
        return self


@kinds.register
class DateRange(RowKind[DateRangeParameters]):
    """A day between bounds, both included; a text that writes no day is bad."""

    code = "date_range"
    label = "日期范围"
    description = "日期在范围内（两端都含）；文本列里不是日期的也算不合格"
    dimension = Dimension.ACCURACY
    Parameters = DateRangeParameters
    message = "{column}的日期不在允许的范围内"
    remedy = "核对原始证件或凭证后更正日期"
    empty_policy = "空值和空白默认不算不合格（empty: fail 时算）"

    def depends_on_more(self, parameters: DateRangeParameters) -> bool:
        return "today" in {parameters.min, parameters.max}

    def bad(self, parameters: DateRangeParameters, context: Context) -> Sql:
        value, kind = context.column(parameters.column)
        days = [
            context.today if bound == "today" else bound
            for bound in (parameters.min, parameters.max)
        ]
        inside = _inside(context, (value, kind), days)
        if parameters.empty == "fail":
            return case((inside, exp.false()), default=exp.true())
        branches = [(is_null(value.copy()), exp.false()), (inside, exp.false())]
        if kind is DataType.TEXT:
            branches.append((context.sql.blank(value.copy()), exp.false()))
        return case(*branches, default=exp.true())


def _inside(context: Context, column: tuple[Sql, DataType], days: list[date | None]) -> Sql:
    """Text compares as eight digits; the last day of a moment ends where the next begins."""
    value, kind = column
    sql, as_text = context.sql, kind is DataType.TEXT
    if not kind.is_moment and kind is not DataType.TEXT:
        raise RuleError(f"列的类型是{kind.label}，不是日期")
    if kind in {DataType.TIMESTAMP, DataType.INSTANT}:
        value = sql.local_day(value, kind)
    if as_text:
        value = sql.day_text(value, tuple(FORMATS))
    bounds = [
        None if day is None else sql.literal(day.strftime("%Y%m%d") if as_text else day)
        for day in days
    ]
    if as_text:
        value = sql.ordered(value, kind)
        bounds = [None if bound is None else sql.ordered(bound, kind) for bound in bounds]
    return sql.bounded(value, bounds[0], bounds[1])
