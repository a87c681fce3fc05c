from pydantic import Field, field_validator

from steward.engine.expressions import Pattern, PatternError
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension


class RegexParameters(FormatParameters):
    pattern: str = Field(min_length=1, description="正则表达式（RE2、POSIX、Java 的公共部分）")

    @field_validator("pattern")
    @classmethod
    def _portable(cls, value: str) -> str:
        try:
            Pattern.parse(value)
        except PatternError as error:
            raise ValueError(error.message) from None
        return value


@kinds.register
class Regex(FormatKind[RegexParameters]):
    """A pattern found in the text; anchor it with ^ and $ for the whole text."""

    code = "regex"
    label = "正则表达式"
    description = "文本符合正则表达式；要求整段符合时请写 ^ 和 $；不支持环视和反向引用"
    dimension = Dimension.CONFORMITY
    Parameters = RegexParameters
    message = "{column}的格式不符合要求"
    remedy = "按数据标准更正格式"

    def conforms(self, parameters: RegexParameters, context: Context, text: Sql) -> Sql:
        return context.sql.matches(text, Pattern.parse(parameters.pattern), context.let)
