from sqlglot import exp

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import CheckSum, Sql, add, number, string
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

SHAPE = Pattern.parse("^[0-9A-Z]{8}-?[0-9X]$")
SUM = CheckSum("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (3, 7, 9, 10, 5, 8, 4, 2))


@kinds.register
class OrganisationCode(FormatKind[FormatParameters]):
    """GB 11714-1997: eight characters, an optional hyphen, a check character (X means ten)."""

    code = "organisation_code"
    label = "组织机构代码"
    description = "9 位组织机构代码，校验位前可有连字符（GB 11714-1997）"
    dimension = Dimension.CONFORMITY
    Parameters = FormatParameters
    message = "{column}不是正确的组织机构代码"
    remedy = "核对登记证书；已换发统一社会信用代码的取其第 9 至 17 位"

    def conforms(self, parameters: FormatParameters, context: Context, text: Sql) -> Sql:
        del parameters
        last = context.sql.right(text.copy(), 1)
        place = context.sql.position(string("0123456789X"), last)
        check = exp.paren(exp.Sub(this=place, expression=number(1)))
        total = add(context.sql.check_sum(text.copy(), SUM), check)
        right = exp.EQ(
            this=exp.Mod(this=exp.paren(total), expression=number(11)), expression=number(0)
        )
        return context.sql.when(context.sql.matches(text, SHAPE), right)
