from pydantic import Field

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

PLAIN = Pattern.parse("^1[3-9][0-9]{9}$")
WITH_COUNTRY = Pattern.parse("^(\\+?86[ -]?)?1[3-9][0-9]{9}$")


class MobileParameters(FormatParameters):
    country_code: bool = Field(default=False, description="允许前面写 +86 或 86")


@kinds.register
class Mobile(FormatKind[MobileParameters]):
    """A mobile number of mainland China."""

    code = "mobile"
    label = "手机号码"
    description = "11 位手机号码，1 开头，第二位 3 至 9"
    dimension = Dimension.CONFORMITY
    Parameters = MobileParameters
    message = "{column}不是正确的手机号码"
    remedy = "联系本人核实后更正"

    def conforms(self, parameters: MobileParameters, context: Context, text: Sql) -> Sql:
        pattern = WITH_COUNTRY if parameters.country_code else PLAIN
        return context.sql.matches(text, pattern, context.let)
