from typing import Literal

from pydantic import Field
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.dates import any_format
from steward.engine.expressions.sql import Sql, both, case, is_null
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import FormatParameters, RowKind, kinds
from steward.engine.rules.model import Dimension

Format = Literal["yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd"]


class DateParsesParameters(FormatParameters):
    formats: tuple[Format, ...] = Field(
        default=("yyyy-MM-dd",), min_length=1, description="允许的写法"
    )
    allow_future: bool = Field(default=False, description="允许晚于今天")


@kinds.register
class DateParses(RowKind[DateParsesParameters]):
    """A text that writes a day that exists (leap years included), by default not in the future."""

    code = "date_parses"
    label = "日期有效"
    description = "文本是存在的日期，默认不得晚于今天；日期类型的列只查是否晚于今天"
    dimension = Dimension.CONFORMITY
    Parameters = DateParsesParameters
    message = "{column}不是有效的日期"
    remedy = "按 2026-01-31 的写法更正，核对年月日是否存在、是否晚于今天"
    empty_policy = "空值和空白默认不算不合格（empty: fail 时算）"

    def depends_on_more(self, parameters: DateParsesParameters) -> bool:
        return not parameters.allow_future

    def bad(self, parameters: DateParsesParameters, context: Context) -> Sql:
        value, kind = context.column(parameters.column)
        if kind is DataType.TEXT:
            fine = _text(parameters, context, value)
        elif kind.is_moment:
            fine = _typed(parameters, context, (value, kind))
        else:
            raise RuleError(f"列“{parameters.column}”的类型是{kind.label}，不是日期")
        if parameters.empty == "fail":
            return case((fine, exp.false()), default=exp.true())
        branches = [(is_null(value.copy()), exp.false()), (fine, exp.false())]
        if kind is DataType.TEXT:
            branches.append((context.sql.blank(value.copy()), exp.false()))
        return case(*branches, default=exp.true())


def _text(parameters: DateParsesParameters, context: Context, value: Sql) -> Sql:
    sql = context.sql
    exists = sql.matches(value.copy(), any_format(parameters.formats))
    if parameters.allow_future:
        return exists
    today = sql.literal(context.today.strftime("%Y%m%d"))
    digits = sql.day_text(value.copy(), parameters.formats)
    return sql.compare("le", (digits, today), DataType.TEXT)


def _typed(parameters: DateParsesParameters, context: Context, column: tuple[Sql, DataType]) -> Sql:
    value, kind = column
    if parameters.allow_future:
        return exp.Not(this=is_null(value.copy()))
    day = value.copy()
    if kind is not DataType.DATE:
        day = context.sql.local_day(day, kind)
    return both(exp.LTE(this=day, expression=context.sql.literal(context.today)))
