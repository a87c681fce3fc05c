from typing import Literal

from pydantic import Field
from sqlglot import exp

from steward.engine.expressions.sql import Sql, case, is_null
from steward.engine.expressions.types import wider
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import RowKind, kinds
from steward.engine.rules.model import Dimension, Parameters

_OPS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class ColumnCompareParameters(Parameters):
    left: str = Field(min_length=1, description="左边的列")
    op: Literal["=", "<>", "<", "<=", ">", ">="] = Field(description="比较")
    right: str = Field(min_length=1, description="右边的列")


@kinds.register
class ColumnCompare(RowKind[ColumnCompareParameters]):
    """Two columns of one row compare as they should."""

    code = "column_compare"
    label = "列间比较"
    description = "同一行的两列满足比较关系；文本列要按日期或数比较时请在 columns 里声明类型"
    dimension = Dimension.CONSISTENCY
    Parameters = ColumnCompareParameters
    message = "{left}和{right}的关系不符合要求"
    remedy = "核对两列的原始凭证后更正其中有误的一列"
    empty_policy = "任一列为空值时不算不合格"

    def columns(self, parameters: ColumnCompareParameters) -> tuple[str, ...]:
        return (parameters.left, parameters.right)

    def bad(self, parameters: ColumnCompareParameters, context: Context) -> Sql:
        left, left_kind = context.value(parameters.left)
        right, right_kind = context.value(parameters.right)
        kind = wider(left_kind, right_kind)
        if kind is None:
            labels = f"{left_kind.label}和{right_kind.label}"
            raise RuleError(
                f"“{parameters.left}”和“{parameters.right}”类型不同（{labels}），不能比较"
            )
        fine = context.sql.compare(_OPS[parameters.op], (left, right), kind)
        empty = exp.or_(is_null(left.copy()), is_null(right.copy()))
        return case((fine, exp.false()), (empty, exp.false()), default=exp.true())
