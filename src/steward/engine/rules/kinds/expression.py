from typing import Literal

from pydantic import Field, field_validator
from sqlglot import exp

from steward.engine.expressions import ExpressionError, parse_expression
from steward.engine.expressions.sql import Sql, case, negate
from steward.engine.rules.context import Context
from steward.engine.rules.kind import RowKind, kinds
from steward.engine.rules.model import Dimension, Parameters


def checked(text: str) -> str:
    """Refuse an expression outside the subset, with its place."""
    try:
        parse_expression(text)
    except ExpressionError as error:
        raise ValueError(error.message) from None
    return text


class ExpressionParameters(Parameters):
    condition: str = Field(min_length=1, description="每行都应成立的条件")
    unknown: Literal["ignore", "fail"] = Field(
        default="ignore", description="因空值而无法判断：ignore 不算不合格，fail 算不合格"
    )

    _check = field_validator("condition")(checked)


@kinds.register
class Condition(RowKind[ExpressionParameters]):
    """A condition in the checked subset of SQL that every row should meet."""

    code = "expression"
    label = "条件表达式"
    description = "每行都应满足的条件，如 结束日期 >= 开始日期 AND 金额 = 数量 * 单价"
    dimension = Dimension.CONSISTENCY
    Parameters = ExpressionParameters
    message = "不满足条件：{condition}"
    remedy = "按条件核对有关各列"
    empty_policy = "条件因空值无法判断时默认不算不合格（unknown: fail 时算）"

    def columns(self, parameters: ExpressionParameters) -> tuple[str, ...]:
        return parse_expression(parameters.condition).columns

    def depends_on_more(self, parameters: ExpressionParameters) -> bool:
        root = parse_expression(parameters.condition).root
        return any(node.op == "today" for node in root.walk())

    def bad(self, parameters: ExpressionParameters, context: Context) -> Sql:
        holds = context.condition(parameters.condition)
        if parameters.unknown == "fail":
            return case((holds, exp.false()), default=exp.true())
        return negate(holds)
