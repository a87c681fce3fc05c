"""One serialisation per value, so that a hash of it can be computed again by anyone.

JSON with sorted keys, no spaces, UTF-8; Decimal as a plain string without trailing zeros (5, 5.0
and 5.00 are one value); instants as ISO 8601 in UTC with `Z`; no floats.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from steward.kernel.errors import InvalidError


class NotCanonicalError(InvalidError):
    """A value that has no canonical form, with its place."""

    code = "kernel.not_canonical"


def canonical_json(value: object) -> bytes:
    """The canonical bytes of plain data: mappings with text keys, lists, tuples, scalars.

    Scalars: None, bool, int, str, Decimal, aware datetime, date, UUID, enum members (by value).
    NotCanonicalError names the place of anything else, floats first of all.
    """
    plain = _plain(value, "$")
    text = json.dumps(
        plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    )
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError("数据里有不成对的代理字符，无法写成 UTF-8") from None


def content_hash(value: object) -> str:
    """SHA-256 of `canonical_json`, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def decimal_text(number: Decimal) -> str:
    """The shortest plain notation: no exponent, no trailing zeros, no negative zero."""
    if number.is_zero():
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant_text(instant: datetime) -> str:
    """ISO 8601 in UTC with `Z`; microseconds only when there are any."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _plain(value: object, place: str) -> object:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {_key(k, place): _plain(v, f"{place}.{k}") for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    return _scalar_text(value, place)


def _key(key: object, place: str) -> str:
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str):
        raise NotCanonicalError(f"{place} 的名称“{key}”不是文字", place=place)
    return key


def _scalar_text(value: object, place: str) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return decimal_text(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return instant_text(value)
    if isinstance(value, datetime):
        raise NotCanonicalError(f"{place} 的时间“{value}”没有时区", place=place)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise NotCanonicalError(
        f"{place} 的值“{value}”（{type(value).__name__}）没有规范写法，数字请用整数或 Decimal",
        place=place,
    )
