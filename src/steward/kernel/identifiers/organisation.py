"""Organisations: unified social credit codes (GB 32100) and organisation codes (GB 11714)."""

import string
from dataclasses import dataclass

from steward.kernel.identifiers.base import (
    InvalidIdentifierError,
    demand_characters,
    demand_check,
    demand_length,
    read_identifier,
    refuse,
)
from steward.kernel.identifiers.region import PROVINCES

DEPARTMENTS = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制办公室",
    "N": "农业农村",
    "Y": "其他",
}
"""GB 32100: the registering department, first character."""

CATEGORIES = {
    "11": "机关",
    "12": "事业单位",
    "13": "编办直接管理机构编制的群众团体",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
}
"""GB 32100: the usual kinds of organisation, first two characters."""

_CREDIT = "统一社会信用代码"
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))
_ORGANISATION = "组织机构代码"
_ORGANISATION_CHARACTERS = string.digits + string.ascii_uppercase
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NATIONAL = "10"
"""Bodies registered by the state itself have the region 100000."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code taken apart."""

    code: str
    department: str
    category: str
    region: str
    organisation: str

    @property
    def category_label(self) -> str:
        """The kind of organisation in words; the department alone for a rare kind."""
        return CATEGORIES.get(self.category, f"{DEPARTMENTS[self.department]}登记的其他组织")


def parse_credit_code(value: str) -> CreditCode:
    """Take the code apart; InvalidIdentifierError names the wrong place."""
    text = read_identifier(_CREDIT, value)
    demand_length(_CREDIT, text, 18)
    for position, character in enumerate(text, start=1):
        if character in "IOZSV":
            refuse(_CREDIT, text, f"第 {position} 位“{character}”：代码不使用字母 I、O、Z、S、V")
    demand_characters(_CREDIT, text, allowed=_CREDIT_CHARACTERS)
    if text[0] not in DEPARTMENTS:
        refuse(_CREDIT, text, f"第 1 位“{text[0]}”不是登记管理部门代码")
    if text[1] not in "123456789":
        refuse(_CREDIT, text, f"第 2 位“{text[1]}”不是机构类别代码，应为 1 到 9")
    region = text[2:8]
    if not region.isdigit():
        refuse(_CREDIT, text, f"第 3 至 8 位“{region}”应全为数字（登记机关的行政区划）")
    if region[:2] not in PROVINCES and region[:2] != _NATIONAL:
        refuse(_CREDIT, text, f"第 3 至 4 位“{region[:2]}”不是省级代码")
    demand_check(_CREDIT, text, expected=credit_check_character(text[:17]), position=18)
    return CreditCode(text, text[0], text[:2], region, text[8:17])


def validate_credit_code(value: str) -> str:
    """The normalised code of 18 characters; see `parse_credit_code`."""
    return parse_credit_code(value).code


def credit_check_character(body: str) -> str:
    """The check character of 17 characters (GB 32100: modulo 31)."""
    values = map(_CREDIT_CHARACTERS.index, body)
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_CHARACTERS[-total % 31]


def validate_organisation_code(value: str) -> str:
    """The nine characters without hyphen; InvalidIdentifierError names the wrong place."""
    text = read_identifier(_ORGANISATION, value)
    if len(text) == 10 and text[8] == "-":
        text = text[:8] + text[9]
    demand_length(_ORGANISATION, text, 9)
    demand_characters(_ORGANISATION, text[:8], allowed=_ORGANISATION_CHARACTERS)
    if text[8] not in "0123456789X":
        refuse(_ORGANISATION, text, f"第 9 位“{text[8]}”应为数字或 X")
    demand_check(_ORGANISATION, text, expected=organisation_check_character(text[:8]), position=9)
    return text


def organisation_check_character(body: str) -> str:
    """The check character of eight characters (GB 11714: modulo 11)."""
    values = map(_ORGANISATION_CHARACTERS.index, body)
    pairs = zip(values, _ORGANISATION_WEIGHTS, strict=True)
    return "0123456789X"[-sum(value * weight for value, weight in pairs) % 11]


def make_organisation_code(number: int) -> str:
    """A valid organisation code for demonstration data; `number` below 10^8."""
    if not 0 <= number < 10**8:
        raise InvalidIdentifierError(f"组织机构代码的序号应在 0 到 99999999 之间，不能是 {number}")
    body = f"{number:08}"
    return body + organisation_check_character(body)


def make_credit_code(region: str, number: int, *, category: str = "11") -> str:
    """A valid unified social credit code for demonstration data; `category` e.g. 11, 12, 91."""
    body = f"{category}{region}{make_organisation_code(number)}"
    return validate_credit_code(body + credit_check_character(body))
