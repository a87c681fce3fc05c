"""Ways to reach people: mainland mobile and fixed-line numbers, e-mail addresses."""

import re

from steward.kernel.identifiers.base import (
    InvalidIdentifierError,
    demand_characters,
    demand_length,
    read_identifier,
    refuse,
)
from steward.kernel.text import to_half_width

_DIGITS = "0123456789"
_MOBILE = "手机号码"
_LANDLINE = "固定电话"
_EMAIL = "电子邮箱"
_COUNTRY = re.compile(r"(?:\+86|0086|86)(?=1\d{10}$)", re.ASCII)
_LANDLINE_COUNTRY = re.compile(r"^(?:\+86|0086)-?0?", re.ASCII)
_LANDLINE_SHAPE = re.compile(
    r"\(?(?P<area>0(?:10|2\d|[3-9]\d{2}))\)?-?(?P<number>\d+)"
    r"(?:(?:-|转|EXT\.?|#)(?P<extension>\d{1,6}))?",
    re.ASCII,
)
_UNASSIGNED_MOBILE = "154"
"""A segment that no operator has: demonstration data reaches nobody."""
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN_LABEL = re.compile(
    r"[A-Za-z0-9\u4e00-\u9fff](?:[A-Za-z0-9\u4e00-\u9fff-]*[A-Za-z0-9\u4e00-\u9fff])?"
)


def validate_mobile(value: str) -> str:
    """The 11 digits; +86, spaces and hyphens are dropped. InvalidIdentifierError says what is wrong."""
    text = _COUNTRY.sub("", read_identifier(_MOBILE, value).replace("-", ""))
    demand_characters(_MOBILE, text, allowed=_DIGITS)
    demand_length(_MOBILE, text, 11)
    if text[0] != "1":
        refuse(_MOBILE, text, f"第 1 位应为 1，实为 {text[0]}")
    if text[1] in "012":
        refuse(_MOBILE, text, f"第 2 位应为 3 到 9，实为 {text[1]}")
    return text


def make_mobile(number: int) -> str:
    """A well-formed number in an unassigned segment, for demonstration data; below 10^8."""
    if not 0 <= number < 10**8:
        raise InvalidIdentifierError(f"手机号码的序号应在 0 到 99999999 之间，不能是 {number}")
    return f"{_UNASSIGNED_MOBILE}{number:08}"


def validate_landline(value: str) -> str:
    """Area code, hyphen, number and, after another hyphen, the extension: `0570-3012345-801`.

    The area code is required. InvalidIdentifierError says what is wrong.
    """
    text = _LANDLINE_COUNTRY.sub("0", read_identifier(_LANDLINE, value))
    if not text.lstrip("(").startswith("0"):
        refuse(_LANDLINE, text, "应以区号开头，如 0570-3012345")
    found = _LANDLINE_SHAPE.fullmatch(text)
    if found is None:
        refuse(_LANDLINE, text, "应写成“区号-号码”或“区号-号码-分机”，如 0570-3012345-801")
    area, number, extension = found["area"], found["number"], found["extension"]
    if len(number) not in {7, 8} or (len(area) == 3 and len(number) != 8):
        wanted = "8 位" if len(area) == 3 else "7 或 8 位"
        refuse(_LANDLINE, text, f"区号 {area} 后的号码应为 {wanted}，实为 {len(number)} 位")
    if number[0] in "01":
        refuse(_LANDLINE, text, f"号码首位应为 2 到 9，实为 {number[0]}")
    return "-".join(part for part in (area, number, extension) if part)


def validate_email(value: str) -> str:
    """The address with its domain in lower case. InvalidIdentifierError says what is wrong."""
    text = to_half_width(value).strip()
    if not text:
        raise InvalidIdentifierError(f"{_EMAIL}为空", label=_EMAIL, value=value)
    local, at, domain = text.rpartition("@")
    if not at:
        refuse(_EMAIL, text, "缺少 @")
    if not _LOCAL_PART.fullmatch(local) or len(local) > 64:
        refuse(_EMAIL, text, f"@ 前的“{local}”不合规则（至多 64 个字符，不含空格和连续的点）")
    labels = domain.split(".")
    wrong = [label for label in labels if not _DOMAIN_LABEL.fullmatch(label) or len(label) > 63]
    if len(labels) < 2 or wrong or len(text) > 254:
        refuse(_EMAIL, text, f"@ 后的“{domain}”不是域名")
    return f"{local}@{domain.lower()}"
