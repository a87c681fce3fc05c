from pydantic import Field
from sqlglot import exp

from steward.engine.expressions import Pattern
from steward.engine.expressions.dates import calendar_days
from steward.engine.expressions.sql import Sql, number
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

PROVINCES = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
SHAPE = Pattern.parse(
    f"^{PROVINCES}[0-9]{{4}}{calendar_days(years='(18|19|20)[0-9]{2}')}[0-9]{{3}}[0-9X]$"
)


class CitizenIdParameters(FormatParameters):
    lowercase: bool = Field(default=False, description="末位允许小写 x")


@kinds.register
class CitizenId(FormatKind[CitizenIdParameters]):
    """GB 11643-1999: length, digits, region prefix, day of birth that exists, check digit.

    One regular expression knows everything but the check digit, so a value is scanned once and
    the arithmetic runs on well-formed text only.
    """

    code = "citizen_id"
    label = "公民身份号码"
    description = "18 位公民身份号码：长度、地区、出生日期、校验位（GB 11643-1999）"
    dimension = Dimension.CONFORMITY
    Parameters = CitizenIdParameters
    message = "{column}不是正确的公民身份号码"
    remedy = "核对身份证原件；与公安人口数据比对后补正"

    def conforms(self, parameters: CitizenIdParameters, context: Context, text: Sql) -> Sql:
        if parameters.lowercase:
            text = context.sql.replace(text, "x", "X")
        shape = context.sql.citizen_shape(text, SHAPE, context.let)
        total = context.sql.citizen_sum(text.copy(), context.let)
        right = exp.EQ(
            this=exp.Mod(this=exp.paren(total), expression=number(11)), expression=number(1)
        )
        return context.sql.when(shape, right)
