from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

SHAPE = Pattern.parse(
    "^[A-Za-z0-9_+-]{1,64}(\\.[A-Za-z0-9_+-]{1,64}){0,8}"
    "@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.){1,8}[A-Za-z]{2,24}$"
)


@kinds.register
class Email(FormatKind[FormatParameters]):
    """An address as offices use it; quoted local parts and literal addresses are refused."""

    code = "email"
    label = "电子邮箱"
    description = "电子邮箱地址"
    dimension = Dimension.CONFORMITY
    Parameters = FormatParameters
    message = "{column}不是正确的电子邮箱"
    remedy = "联系本人核实后更正"

    def conforms(self, parameters: FormatParameters, context: Context, text: Sql) -> Sql:
        del parameters
        return context.sql.matches(text, SHAPE)
