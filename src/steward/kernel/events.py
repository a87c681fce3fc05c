"""Facts that apps tell each other: frozen dataclasses in the past tense, ids instead of objects."""

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self, get_args, get_type_hints

_KNOWN: dict[str, type["Event"]] = {}


class Event:
    """Base of every event; a subclass is a frozen dataclass with a stable dotted `name`."""

    name: ClassVar[str]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        other = _KNOWN.get(cls.name)
        if other is not None and other.__qualname__ != cls.__qualname__:
            raise ValueError(f"event name {cls.name!r} is taken by {other.__qualname__}")
        _KNOWN[cls.name] = cls

    def payload(self) -> dict[str, Any]:
        """The fields as JSON: instants in ISO 8601, decimals as text."""
        return {
            field.name: _encode(getattr(self, field.name))
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """The inverse of `payload`; fields that a newer version dropped are ignored."""
        hints = get_type_hints(cls)
        names = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
        return cls(**{k: _decode(hints[k], v) for k, v in payload.items() if k in names})


def event_class(name: str) -> type[Event]:
    """The class of a stored event name; KeyError when its code is gone."""
    return _KNOWN[name]


def _encode(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [_encode(item) for item in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"an event carries ids and plain values, not {type(value).__name__}")


def _decode(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    kinds = {hint, *get_args(hint)}
    if datetime in kinds:
        return datetime.fromisoformat(value)
    if date in kinds:
        return date.fromisoformat(value)
    if Decimal in kinds:
        return Decimal(value)
    if isinstance(value, list):
        return tuple(value)
    return value
