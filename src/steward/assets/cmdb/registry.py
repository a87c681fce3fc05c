"""What a kind of configuration item is: its words and its own attributes."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from steward.kernel.registry import Extension, Registry


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a kind; `type` is text, integer, date, choice or address (IP or host)."""

    code: str
    label: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""


class ItemKind(Extension):
    """A kind of configuration item; `icon` is a Material Symbols name, `order` sorts tabs."""

    icon: ClassVar[str]
    order: ClassVar[int]

    @classmethod
    @abstractmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        """Its own attributes, in the order of forms and Excel columns."""


KINDS: Registry[ItemKind] = Registry("steward.assets.cmdb.kinds")
ADDRESS = re.compile(r"^[0-9A-Za-z.:\-_\[\]]{1,255}$")


def kind_choices() -> list[tuple[str, str]]:
    """All kinds for a select, in their order."""
    return [(kind.code, kind.label) for kind in sorted(KINDS, key=lambda k: k.order)]


def clean_attributes(kind: type[ItemKind], values: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes in storable form; raises AttributeProblem naming the first bad one."""
    cleaned: dict[str, Any] = {}
    for attribute in kind.attributes():
        value = _clean_one(attribute, values.get(attribute.code))
        if value is not None:
            cleaned[attribute.code] = value
    return cleaned


class AttributeProblem(ValueError):  # noqa: N818
    """A value does not fit its attribute: which one and why."""

    def __init__(self, attribute: Attribute, reason: str) -> None:
        super().__init__(f"“{attribute.label}”{reason}")
        self.attribute = attribute


def _clean_one(attribute: Attribute, value: Any) -> Any:
    text = _as_text(value)
    if not text:
        if attribute.required:
            raise AttributeProblem(attribute, "不能为空")
        return None
    return _CLEANERS[attribute.type](attribute, text)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _clean_integer(attribute: Attribute, text: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", text):
        raise AttributeProblem(attribute, f"应为整数，现在是“{text}”")
    return int(text)


def _clean_date(attribute: Attribute, text: str) -> str:
    try:
        return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-")).isoformat()
    except ValueError:
        raise AttributeProblem(attribute, f"应为日期（如 2026-03-01），现在是“{text}”") from None


def _clean_choice(attribute: Attribute, text: str) -> str:
    if text not in attribute.choices:
        allowed = "、".join(attribute.choices)
        raise AttributeProblem(attribute, f"只能是{allowed}，现在是“{text}”")
    return text


def _clean_address(attribute: Attribute, text: str) -> str:
    if not ADDRESS.match(text):
        raise AttributeProblem(attribute, f"应为 IP 地址或主机名，现在是“{text}”")
    return text


def _clean_text(attribute: Attribute, text: str) -> str:
    if len(text) > 500:
        raise AttributeProblem(attribute, "不能超过 500 字")
    return text


_CLEANERS = {
    "text": _clean_text,
    "integer": _clean_integer,
    "date": _clean_date,
    "choice": _clean_choice,
    "address": _clean_address,
}
