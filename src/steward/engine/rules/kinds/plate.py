from typing import Literal

from pydantic import Field

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

_PLACE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_ORDINARY = f"{_PLACE}[A-HJ-NP-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]"
_NEW_ENERGY = f"{_PLACE}[A-HJ-NP-Z]([A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])"
_EMBASSY = "[0-9]{6}使|使[0-9]{6}|[A-HJ-NP-Z][0-9]{5}领|领[0-9]{6}"
PATTERNS = {
    "include": Pattern.parse(f"^({_ORDINARY}|{_NEW_ENERGY}|{_EMBASSY})$"),
    "exclude": Pattern.parse(f"^({_ORDINARY}|{_EMBASSY})$"),
    "only": Pattern.parse(f"^({_NEW_ENERGY})$"),
}


class PlateParameters(FormatParameters):
    new_energy: Literal["include", "exclude", "only"] = Field(
        default="include", description="新能源号牌：include 含，exclude 不含，only 只收"
    )


@kinds.register
class Plate(FormatKind[PlateParameters]):
    """GA 36-2018: ordinary plates (7 characters), new energy (8), trailers, police, embassies."""

    code = "plate"
    label = "机动车号牌"
    description = "机动车号牌（GA 36-2018），含新能源、挂车、教练、警用、港澳、使领馆"
    dimension = Dimension.CONFORMITY
    Parameters = PlateParameters
    message = "{column}不是正确的机动车号牌"
    remedy = "核对行驶证；注意字母 O 和数字 0、字母 I 和数字 1"

    def conforms(self, parameters: PlateParameters, context: Context, text: Sql) -> Sql:
        return context.sql.matches(text, PATTERNS[parameters.new_energy])
