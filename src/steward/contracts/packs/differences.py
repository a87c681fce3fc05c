"""What two versions of a pack say differently, item by item."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed value; `before` or `after` is empty where the item is new or gone."""

    path: str
    before: str
    after: str


def differences(older: dict[str, Any], newer: dict[str, Any]) -> list[Difference]:
    """Every leaf that differs, in the order of the newer pack; rows with an id are matched by it."""
    before, after = _leaves(older, ""), _leaves(newer, "")
    paths = [*after, *(path for path in before if path not in after)]
    return [
        Difference(path, before.get(path, ""), after.get(path, ""))
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _leaves(value: Any, path: str) -> dict[str, str]:
    if isinstance(value, dict):
        children = {f"{path}.{key}" if path else str(key): item for key, item in value.items()}
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        children = {f"{path}[{_name(item, n)}]": item for n, item in enumerate(value)}
    else:
        return {path: _text(value)}
    return {
        place: text
        for below, item in children.items()
        for place, text in _leaves(item, below).items()
    }


def _name(item: Any, number: int) -> str:
    if not isinstance(item, dict):
        return str(number)
    return str(item.get("id") or item.get("code") or item.get("role") or number)


def _text(value: Any) -> str:
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(item) for item in value) or "（空）"
    return str(value)
