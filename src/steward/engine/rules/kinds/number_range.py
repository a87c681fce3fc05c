from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.sql import Sql, both, case, is_null
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import FormatParameters, RowKind, kinds
from steward.engine.rules.model import Dimension


class NumberRangeParameters(FormatParameters):
    min: Decimal | None = Field(default=None, description="最小值")
    max: Decimal | None = Field(default=None, description="最大值")
    exclusive: bool = Field(default=False, description="不含最小值和最大值本身")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("min 和 max 至少写一个")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min 大于 max")
        return self


@kinds.register
class NumberRange(RowKind[NumberRangeParameters]):
    """A number between bounds; a text that writes no number is bad."""

    code = "number_range"
    label = "数值范围"
    description = "数值在范围内；文本列里不是数的也算不合格（至多 12 位整数、6 位小数）"
    dimension = Dimension.ACCURACY
    Parameters = NumberRangeParameters
    message = "{column}的值不在允许的范围内"
    remedy = "核对原始凭证后更正数值"
    empty_policy = "空值和空白默认不算不合格（empty: fail 时算）"

    def bad(self, parameters: NumberRangeParameters, context: Context) -> Sql:
        value, kind = context.column(parameters.column)
        amount = context.sql.number_of(value) if kind is DataType.TEXT else value
        if kind is not DataType.TEXT and not kind.is_number:
            raise RuleError(f"列“{parameters.column}”的类型是{kind.label}，不是数")
        inside = _inside(parameters, context, amount)
        if parameters.empty == "fail":
            return case((inside, exp.false()), default=exp.true())
        branches = [(is_null(value.copy()), exp.false()), (inside, exp.false())]
        if kind is DataType.TEXT:
            branches.append((context.sql.blank(value.copy()), exp.false()))
        return case(*branches, default=exp.true())


def _inside(parameters: NumberRangeParameters, context: Context, amount: Sql) -> Sql:
    low, high = (
        None if bound is None else context.sql.literal(bound)
        for bound in (parameters.min, parameters.max)
    )
    if not parameters.exclusive:
        return context.sql.bounded(amount, low, high)
    parts: list[Sql] = []
    if low is not None:
        parts.append(exp.GT(this=amount.copy(), expression=low))
    if high is not None:
        parts.append(exp.LT(this=amount.copy(), expression=high))
    return both(*parts)
