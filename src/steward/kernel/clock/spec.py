"""What a contract promises: one clock's target, unit, pauses, warnings and modes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from steward.kernel.clock.reading import (
    InvalidClockError,
    read_choice,
    read_flag,
    read_integer,
    read_known,
    read_list,
    read_mapping,
    read_text,
)

KIND_LABELS: Mapping[str, str] = {
    "respond": "响应",
    "onsite": "到场",
    "workaround": "临时措施",
    "resolve": "解决",
    "restore": "恢复",
    "close": "办结",
    "report": "报告",
    "fix-vulnerability": "漏洞修复",
}
"""Labels of the usual kinds. Kinds are data: a pack may name others."""

MAX_MINUTES = 10 * 366 * 24 * 60
_MAX_DAYS = 10 * 366
_MAX_PERCENT = 1000
DUE = -1
"""The index of the due time among the thresholds; those of the warnings are from 0."""


class Unit(StrEnum):
    """What a target counts. Working days never become hours."""

    ELAPSED_MINUTES = "elapsed_minutes"
    WORKING_MINUTES = "working_minutes"
    WORKING_DAYS = "working_days"


class ReopenMode(StrEnum):
    """What a re-opening does to a stopped clock."""

    RESUME = "resume"
    FIRST_STOP_WINS = "first_stop_wins"
    RESTART = "restart"


class PriorityMode(StrEnum):
    """From where a new target counts when the priority changes."""

    FROM_START = "from_start"
    FRESH = "fresh"
    LOCKED = "locked"


UNIT_LABELS = {
    Unit.ELAPSED_MINUTES: "自然时间（分钟）",
    Unit.WORKING_MINUTES: "工作时间（分钟）",
    Unit.WORKING_DAYS: "工作日",
}
REOPEN_LABELS = {
    ReopenMode.RESUME: "接着计时，关闭期间不计",
    ReopenMode.FIRST_STOP_WINS: "以首次停表为准",
    ReopenMode.RESTART: "重新计时",
}
PRIORITY_LABELS = {
    PriorityMode.FROM_START: "从最初开始起算，暂停照计",
    PriorityMode.FRESH: "从变更时重新起算",
    PriorityMode.LOCKED: "不随等级变更",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningPoint:
    """When to warn: at a share of the target, or a lead before the due time; exactly one.

    `percent` 1 to 1000 (above 100 escalates an overdue clock). `lead_minutes` counts in the
    clock's own time: elapsed minutes of an elapsed clock, else working minutes. On a clock of
    working days a share falls on the opening of the working day in which it is used up.
    """

    percent: int | None = None
    lead_minutes: int | None = None

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.lead_minutes is None):
            raise InvalidClockError(
                "预警点须且只须给出 percent（百分比）或 lead_minutes（提前分钟数）"
            )
        if self.percent is not None:
            read_integer(self.percent, "percent", low=1, high=_MAX_PERCENT)
        if self.lead_minutes is not None:
            read_integer(self.lead_minutes, "lead_minutes", low=1, high=MAX_MINUTES)

    def to_dict(self) -> dict[str, int]:
        if self.percent is not None:
            return {"percent": self.percent}
        return {"lead_minutes": self.lead_minutes or 0}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        known = read_known(read_mapping(data, "预警点"), ("percent", "lead_minutes"), "预警点")
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class ClockSpec:
    """One clock of an SLA policy version.

    `target` counts `unit`s. `start_event` and `stop_event` name the happenings that start and
    stop it. A pause whose reason is not in `pause_reasons` does not stop the clock; the empty
    default suits respond and on-site clocks. `count_start_day` (working days only) makes the day
    of the start day 1. `reopen_within_minutes` limits (in elapsed minutes after the stop) how
    late a re-opening still belongs to the clock; later work is a new, linked ticket. `calendar`
    names the calendar of this spec where a policy uses several.
    """

    kind: str
    target: int
    unit: Unit
    start_event: str
    stop_event: str
    pause_reasons: frozenset[str] = frozenset()
    warnings: tuple[WarningPoint, ...] = ()
    reopen_mode: ReopenMode = ReopenMode.RESUME
    priority_mode: PriorityMode = PriorityMode.FROM_START
    reopen_within_minutes: int | None = None
    count_start_day: bool = False
    calendar: str = ""
    thresholds: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    """Sorted (value, index of the warning, or -1 for due), in seconds or days; for the clock."""

    def __post_init__(self) -> None:
        for name in ("kind", "start_event", "stop_event"):
            read_text(getattr(self, name), name, required=True)
        put = object.__setattr__
        put(self, "unit", read_choice(Unit, self.unit, "unit"))
        put(self, "reopen_mode", read_choice(ReopenMode, self.reopen_mode, "reopen_mode"))
        put(self, "priority_mode", read_choice(PriorityMode, self.priority_mode, "priority_mode"))
        put(self, "pause_reasons", frozenset(self.pause_reasons))
        put(self, "warnings", tuple(self.warnings))
        in_days = self.unit is Unit.WORKING_DAYS
        read_integer(self.target, "target", low=1, high=_MAX_DAYS if in_days else MAX_MINUTES)
        if self.reopen_within_minutes is not None:
            read_integer(
                self.reopen_within_minutes, "reopen_within_minutes", low=0, high=MAX_MINUTES
            )
        put(self, "thresholds", _thresholds(self))

    @property
    def label(self) -> str:
        """The Chinese name of the kind, or the kind itself when a pack invented it."""
        return KIND_LABELS.get(self.kind, self.kind)

    def with_target(self, target: int) -> Self:
        """The same promise with another target, which a priority change has checked."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, target=target)
        other.__dict__["thresholds"] = _thresholds(other)
        return other

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back."""
        return {
            "kind": self.kind,
            "target": self.target,
            "unit": self.unit.value,
            "start_event": self.start_event,
            "stop_event": self.stop_event,
            "pause_reasons": sorted(self.pause_reasons),
            "warnings": [point.to_dict() for point in self.warnings],
            "reopen_mode": self.reopen_mode.value,
            "priority_mode": self.priority_mode.value,
            "reopen_within_minutes": self.reopen_within_minutes,
            "count_start_day": self.count_start_day,
            "calendar": self.calendar,
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read `to_dict` or a pack's mapping; InvalidClockError names the field and the way out."""
        fields = read_known(read_mapping(data, "时限"), _FIELDS, "时限")
        missing = [name for name in _REQUIRED if name not in fields]
        if missing:
            raise InvalidClockError(f"时限缺少 {missing[0]}", field=missing[0])
        reasons = read_list(fields.pop("pause_reasons", None), "pause_reasons")
        warnings = read_list(fields.pop("warnings", None), "warnings")
        for name in ("reopen_mode", "priority_mode"):
            if fields.get(name) is None:
                fields.pop(name, None)
        return cls(
            pause_reasons=frozenset(read_text(r, "pause_reasons", required=True) for r in reasons),
            warnings=tuple(WarningPoint.from_dict(point) for point in warnings),
            count_start_day=read_flag(fields.pop("count_start_day", None), "count_start_day"),
            calendar=read_text(fields.pop("calendar", None), "calendar"),
            **fields,
        )


_REQUIRED = ("kind", "target", "unit", "start_event", "stop_event")
_FIELDS = (
    *_REQUIRED,
    "pause_reasons",
    "warnings",
    "reopen_mode",
    "priority_mode",
    "reopen_within_minutes",
    "count_start_day",
    "calendar",
)


def _thresholds(spec: ClockSpec) -> tuple[tuple[int, int], ...]:
    if spec.unit is Unit.WORKING_DAYS:
        values = [(spec.target, DUE)]
        for index, point in enumerate(spec.warnings):
            if point.percent is not None:
                values.append((spec.target * point.percent // 100 + 1, index))
        return tuple(sorted(values))
    target = spec.target * 60
    values = [(target, DUE)]
    for index, point in enumerate(spec.warnings):
        if point.percent is not None:
            values.append((-(-target * point.percent // 100), index))
        else:
            values.append((max(0, target - (point.lead_minutes or 0) * 60), index))
    return tuple(sorted(values))
