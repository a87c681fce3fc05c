"""What values look like: tests in SQL over text, from the most particular to the plainest."""

from dataclasses import dataclass
from typing import Final

from steward.engine.lake.duck import literal

CONTENT_SHARE: Final = 0.9
_PROVINCE: Final = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_DAY: Final = "(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
_DAYS: Final = "(0?[1-9]|1[0-2])[-/.](0?[1-9]|[12][0-9]|3[01])"
_CREDIT: Final = "0-9A-HJ-NPQRTUWXY"


@dataclass(frozen=True, kw_only=True)
class Content:
    """A kind of value: its code (that of the rule kind it suggests), name and pattern."""

    code: str
    label: str
    pattern: str

    def test(self, text: str) -> str:
        """SQL that is true for a text of this kind."""
        return f"regexp_full_match({text}, {literal(self.pattern)})"


CONTENTS: Final = (
    Content(
        code="citizen_id",
        label="公民身份号码",
        pattern=f"{_PROVINCE}[0-9]{{4}}(18|19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9Xx]",
    ),
    Content(
        code="social_credit_code",
        label="统一社会信用代码",
        pattern=f"[1-9A-GNY][1-9]{_PROVINCE}[0-9]{{4}}[{_CREDIT}]{{10}}",
    ),
    Content(code="mobile", label="手机号码", pattern="1[3-9][0-9]{9}"),
    Content(
        code="email",
        label="电子邮箱",
        pattern=r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
    ),
    Content(
        code="plate",
        label="车牌号码",
        pattern="[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}",
    ),
    Content(
        code="datetime", label="日期时间", pattern=rf"(18|19|20)[0-9]{{2}}[-/]{_DAYS}[ T][0-9:.]+"
    ),
    Content(
        code="date",
        label="日期",
        pattern=f"(18|19|20)[0-9]{{2}}([-/.]{_DAYS}|{_DAY}|年[0-9]{{1,2}}月[0-9]{{1,2}}日)",
    ),
    Content(
        code="region_code", label="行政区划代码", pattern=f"{_PROVINCE}[0-9]{{4}}([0-9]{{6}})?"
    ),
    Content(
        code="phone",
        label="固定电话",
        pattern=r"(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}",
    ),
    Content(code="integer", label="整数", pattern="[+-]?(0|[1-9][0-9]{0,17})"),
    Content(code="decimal", label="小数", pattern=r"[+-]?(0|[1-9][0-9]*)\.[0-9]+"),
)
