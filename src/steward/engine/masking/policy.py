"""Which method a column gets: by its sensitivity level L1–L4 and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from steward.engine.masking.base import InvalidMaskingError, methods


class Level(IntEnum):
    """Levels of data security, from public to most sensitive (DB33/T 2351-2021, four levels)."""

    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4

    @property
    def label(self) -> str:
        """What people read."""
        return f"L{self.value}（{_LABELS[self]}）"


_LABELS: Final = {
    Level.L1: "公开",
    Level.L2: "内部",
    Level.L3: "敏感",
    Level.L4: "高敏感",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A method with its options; an empty `method` leaves the column as it is."""

    method: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """How sensitive a column is, and what it holds (`citizen_id`, `mobile`, `name`, …)."""

    level: Level
    content: str = ""


Policy = Mapping[tuple[Level, str], Choice]

DEFAULT_POLICY: Final[Policy] = {
    (Level.L1, ""): Choice(),
    (Level.L2, ""): Choice(method="partial", options={"start": 1, "end": 1}),
    (Level.L2, "name"): Choice(method="partial", options={"start": 1}),
    (Level.L2, "mobile"): Choice(method="partial", options={"start": 3, "end": 4}),
    (Level.L2, "citizen_id"): Choice(method="partial", options={"start": 6, "end": 4}),
    (Level.L2, "birth_date"): Choice(method="generalise", options={"to": "month"}),
    (Level.L2, "age"): Choice(method="generalise", options={"to": "band"}),
    (Level.L2, "region_code"): Choice(method="generalise", options={"to": "county"}),
    (Level.L3, ""): Choice(method="hash"),
    (Level.L3, "name"): Choice(method="token"),
    (Level.L3, "mobile"): Choice(method="token"),
    (Level.L3, "citizen_id"): Choice(method="token"),
    (Level.L3, "birth_date"): Choice(method="generalise", options={"to": "year"}),
    (Level.L3, "age"): Choice(method="generalise", options={"to": "band", "width": 20}),
    (Level.L3, "region_code"): Choice(method="generalise", options={"to": "city"}),
    (Level.L4, ""): Choice(method="null_out"),
    (Level.L4, "citizen_id"): Choice(method="encrypt"),
}


def choose(
    columns: Mapping[str, Sensitivity], policy: Policy = DEFAULT_POLICY
) -> dict[str, Choice]:
    """The choice for every column; one whose content has no row of its own gets its level's.

    InvalidMaskingError where the policy has no row for a level or names an unknown method.
    """
    found = {}
    for name, facts in columns.items():
        choice = policy.get((facts.level, facts.content)) or policy.get((facts.level, ""))
        if choice is None:
            raise InvalidMaskingError(f"脱敏策略没有规定 {facts.level.label} 的处理方法")
        if choice.method:
            methods.get(choice.method)
        found[name] = choice
    return found
