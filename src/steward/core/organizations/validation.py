"""Rules about the values of a body that need no other row."""

from collections.abc import Mapping
from typing import Any

from steward.core.organizations.errors import OrganizationInvalidError

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def is_credit_code(text: str) -> bool:
    """Whether the text is a unified social credit code with a right check character (GB 32100)."""
    if len(text) != 18 or any(letter not in _ALPHABET for letter in text):
        return False
    total = sum(_ALPHABET.index(c) * w for c, w in zip(text, _WEIGHTS, strict=False))
    return _ALPHABET.index(text[17]) == (31 - total % 31) % 31


def check_values(values: Mapping[str, Any]) -> None:
    """Raise OrganizationInvalidError for the first wrong value, naming its field."""
    for field in ("code", "name"):
        if field in values and not str(values[field]).strip():
            raise OrganizationInvalidError("编码和名称都不能为空，请补充后再保存", field=field)
    credit = values.get("credit_code", "")
    if credit and not is_credit_code(credit):
        raise OrganizationInvalidError(
            f"统一社会信用代码“{credit}”不对：应为 18 位，末位校验码须相符（GB 32100）",
            field="credit_code",
        )
    region = values.get("region_code", "")
    if region and not (region.isdigit() and len(region) in (6, 9, 12)):
        raise OrganizationInvalidError(
            f"行政区划代码“{region}”不对：应为 6、9 或 12 位数字（GB/T 2260）", field="region_code"
        )
    begin, end = values.get("valid_from"), values.get("valid_until")
    if begin and end and end <= begin:
        raise OrganizationInvalidError("终止日期必须晚于设立日期", field="valid_until")
