from pydantic import Field

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

_FIXED = "(0(10|2[0-9]|[3-9][0-9]{2})-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?"
_SERVICE = "[48]00-?[0-9]{3}-?[0-9]{4}|1[0-9]{4}|12[0-9]{3}|9[56][0-9]{3,4}"
FIXED = Pattern.parse(f"^({_FIXED}|{_SERVICE})$")
ANY = Pattern.parse(f"^({_FIXED}|{_SERVICE}|1[3-9][0-9]{{9}})$")


class PhoneParameters(FormatParameters):
    mobile: bool = Field(default=True, description="手机号码也算")


@kinds.register
class Phone(FormatKind[PhoneParameters]):
    """A fixed line with or without area code and extension, a service number, or a mobile."""

    code = "phone"
    label = "联系电话"
    description = "固定电话（区号、分机可有可无）、400/800 和服务号码；默认手机号码也算"
    dimension = Dimension.CONFORMITY
    Parameters = PhoneParameters
    message = "{column}不是正确的电话号码"
    remedy = "核实后按“区号-号码”更正"

    def conforms(self, parameters: PhoneParameters, context: Context, text: Sql) -> Sql:
        return context.sql.matches(text, ANY if parameters.mobile else FIXED)
