from typing import Self

from pydantic import Field, model_validator

from steward.engine.expressions.sql import Sql, number
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension


class LengthParameters(FormatParameters):
    min: int | None = Field(default=None, ge=0, description="最少字符数")
    max: int | None = Field(default=None, ge=0, description="最多字符数")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("min 和 max 至少写一个")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min 大于 max")
        return self


@kinds.register
class Length(FormatKind[LengthParameters]):
    """So many characters; a Chinese character counts as one."""

    code = "length"
    label = "长度"
    description = "文本的字符数在范围内（一个汉字算一个字符）"
    dimension = Dimension.CONFORMITY
    Parameters = LengthParameters
    message = "{column}的长度不符合要求"
    remedy = "按数据标准核对该列的长度"

    def conforms(self, parameters: LengthParameters, context: Context, text: Sql) -> Sql:
        bounds = [
            None if bound is None else number(bound) for bound in (parameters.min, parameters.max)
        ]
        return context.sql.bounded(context.sql.length(text), bounds[0], bounds[1])
