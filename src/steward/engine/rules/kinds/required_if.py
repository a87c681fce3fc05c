from pydantic import Field, field_validator

from steward.engine.expressions import parse_expression
from steward.engine.expressions.sql import Sql, both, wrap
from steward.engine.rules.context import Context
from steward.engine.rules.kind import ColumnParameters, RowKind, kinds
from steward.engine.rules.kinds.expression import checked
from steward.engine.rules.model import Dimension


class RequiredIfParameters(ColumnParameters):
    condition: str = Field(min_length=1, description="满足此条件时必填")

    _check = field_validator("condition")(checked)


@kinds.register
class RequiredIf(RowKind[RequiredIfParameters]):
    """The column is filled in wherever a condition holds."""

    code = "required_if"
    label = "条件必填"
    description = "满足条件的行，该列不得为空值或空白"
    dimension = Dimension.COMPLETENESS
    Parameters = RequiredIfParameters
    message = "满足“{condition}”时{column}必须填写"
    remedy = "补录该列，或核对条件涉及的列"
    empty_policy = "条件成立时空值和空白都算不合格；条件无法判断时不算"

    def columns(self, parameters: RequiredIfParameters) -> tuple[str, ...]:
        names = (parameters.column, *parse_expression(parameters.condition).columns)
        return tuple(dict.fromkeys(names))

    def depends_on_more(self, parameters: RequiredIfParameters) -> bool:
        root = parse_expression(parameters.condition).root
        return any(node.op == "today" for node in root.walk())

    def bad(self, parameters: RequiredIfParameters, context: Context) -> Sql:
        condition = context.condition(parameters.condition)
        return both(wrap(condition), wrap(context.empty(parameters.column)))
