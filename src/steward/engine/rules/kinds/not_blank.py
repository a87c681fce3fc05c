from pydantic import Field
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.sql import Sql, case, is_null
from steward.engine.rules.context import Context
from steward.engine.rules.kind import ColumnParameters, RowKind, kinds
from steward.engine.rules.model import Dimension


class NotBlankParameters(ColumnParameters):
    placeholders: tuple[str, ...] = Field(
        default=(), max_length=100, description="视同空白的写法，如“无”“-”“未知”"
    )


@kinds.register
class NotBlank(RowKind[NotBlankParameters]):
    """The column says something: not NULL, not white space, not a placeholder."""

    code = "not_blank"
    label = "不为空白"
    description = "列不得为空值、只有空白（含全角空格）或占位写法"
    dimension = Dimension.COMPLETENESS
    Parameters = NotBlankParameters
    message = "{column}未填写"
    remedy = "补录该列的值"
    empty_policy = "空值和空白都算不合格"

    def bad(self, parameters: NotBlankParameters, context: Context) -> Sql:
        value, kind = context.column(parameters.column)
        if kind is not DataType.TEXT:
            return is_null(value)
        blank = context.sql.blank(value.copy())
        if parameters.placeholders:
            blank = exp.or_(blank, context.among(value.copy(), parameters.placeholders))
        return case((is_null(value), exp.true()), default=blank)
