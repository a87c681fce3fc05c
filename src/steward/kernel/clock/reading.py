"""Reading clocks from plain data: every refusal names the field, the value and the way out."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from steward.kernel.errors import InvalidError

E = TypeVar("E", bound=StrEnum)


class InvalidClockError(InvalidError):
    """A clock spec or a clock event that cannot be used."""

    code = "kernel.invalid_clock"


def read_mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidClockError(f"{place}应是一组“名称: 值”，不能是“{value}”", field=place)
    return value


def read_known(data: Mapping[str, Any], names: Iterable[str], place: str) -> dict[str, Any]:
    """A copy; a name that nobody reads is a mistake of the writer."""
    known = tuple(names)
    for name in data:
        if name not in known:
            raise InvalidClockError(
                f"{place}没有名为“{name}”的项，可用的是：{'、'.join(known)}", field=name
            )
    return dict(data)


def read_list(value: object, field: str) -> list[object]:
    if value is None:
        return []
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidClockError(f"{field} 应是一个列表，不能是“{value}”", field=field)
    return list(value)


def read_text(value: object, field: str, *, required: bool = False) -> str:
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise InvalidClockError(f"{field} 应是一段文字，不能是“{value}”", field=field)
    return value


def read_integer(value: object, field: str, *, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidClockError(
            f"{field} 应是 {low} 到 {high} 之间的整数，不能是“{value}”", field=field
        )
    return value


def read_flag(value: object, field: str) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise InvalidClockError(f"{field} 应是 true 或 false，不能是“{value}”", field=field)
    return value


def read_choice(choices: type[E], value: object, field: str) -> E:
    try:
        return choices(str(value))
    except ValueError:
        allowed = "、".join(choices)
        raise InvalidClockError(
            f"{field} 不能是“{value}”，可用的是：{allowed}", field=field
        ) from None


def read_instant(value: object, field: str) -> datetime:
    """An aware datetime, or its ISO text, in UTC."""
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise InvalidClockError(
            f"{field} 应是 2026-02-14T09:30:00+08:00 这样的时间，不能是“{value}”", field=field
        ) from None
    if instant.tzinfo is None:
        raise InvalidClockError(f"{field} 的时间“{value}”没有时区，请补上，如 +08:00", field=field)
    return instant.astimezone(UTC)
