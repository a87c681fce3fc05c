from sqlglot import exp

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import CheckSum, Sql, number
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SHAPE = Pattern.parse("^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$")
SUM = CheckSum(ALPHABET, (*(pow(3, index, 31) for index in range(17)), 1))


@kinds.register
class SocialCreditCode(FormatKind[FormatParameters]):
    """GB 32100-2015: 18 characters without I, O, S, V, Z; six digits of region; check character."""

    code = "social_credit_code"
    label = "统一社会信用代码"
    description = "18 位统一社会信用代码：字符集、登记机关区划、校验位（GB 32100-2015）"
    dimension = Dimension.CONFORMITY
    Parameters = FormatParameters
    message = "{column}不是正确的统一社会信用代码"
    remedy = "核对营业执照或登记证书；与市场监管登记数据比对后补正"

    def conforms(self, parameters: FormatParameters, context: Context, text: Sql) -> Sql:
        del parameters
        total = context.sql.credit_sum(text.copy(), SUM, context.let)
        right = exp.EQ(
            this=exp.Mod(this=exp.paren(total), expression=number(31)), expression=number(0)
        )
        return context.sql.when(context.sql.credit_shape(text, SHAPE, context.let), right)
