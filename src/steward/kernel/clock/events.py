"""What happened to a clock: an append-only log of events."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from steward.kernel.clock.reading import (
    InvalidClockError,
    read_choice,
    read_instant,
    read_integer,
    read_known,
    read_list,
    read_mapping,
    read_text,
)
from steward.kernel.clock.spec import MAX_MINUTES, ClockSpec
from steward.kernel.periods import Period
from steward.kernel.worktable import to_epoch


class EventType(StrEnum):
    """The order of the members breaks ties between events of the same instant."""

    START = "start"
    RETARGET = "retarget"
    REOPEN = "reopen"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    BREACH = "breach"
    EXCUSE = "excuse"
    EXCLUDE = "exclude"
    RETRACT = "retract"
    VOID = "void"


EVENT_LABELS = {
    EventType.START: "开始计时",
    EventType.RETARGET: "变更时限",
    EventType.REOPEN: "重新打开",
    EventType.PAUSE: "暂停",
    EventType.RESUME: "恢复",
    EventType.STOP: "停止计时",
    EventType.BREACH: "记录超时",
    EventType.EXCUSE: "裁定免责",
    EventType.EXCLUDE: "约定剔除时段",
    EventType.RETRACT: "撤销记录",
    EventType.VOID: "作废",
}
_RANKS = {kind: rank for rank, kind in enumerate(EventType)}
_NEEDS_REASON = (EventType.PAUSE, EventType.VOID, EventType.EXCUSE, EventType.RETRACT)


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """One event; `occurred_at` counts, `recorded_at` says when it became known.

    - pause / resume: `reason`, and `key` when several pauses of one reason may be open at once. A
      resume ends the open pauses of its key and of its reason, as far as it gives them.
    - retarget: a new `target` or a whole new `spec`.
    - exclude: a `period` that does not run, with the `document` both sides signed.
    - breach: the scanner's record of a breach; it is never computed away.
    - excuse: an adjudication; the breach stays and is marked.
    - void: duplicate, invalid, cancelled; final.
    - `corrects`: the id of an event that this one replaces (or, as retract, takes back). Both
      stay in the log; only the correction counts.
    """

    type: EventType
    occurred_at: datetime
    recorded_at: datetime
    id: str = ""
    actor: str = ""
    reason: str = ""
    key: str = ""
    document: str = ""
    corrects: str = ""
    target: int | None = None
    spec: ClockSpec | None = None
    period: Period | None = None
    instant: int = field(init=False, repr=False, compare=False)
    """`occurred_at` in whole seconds of the epoch, for the clock."""
    rank: int = field(init=False, repr=False, compare=False)
    order: tuple[object, ...] = field(init=False, repr=False, compare=False)
    """A total order, so that the order of a log never matters."""

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "type", read_choice(EventType, self.type, "type"))
        put(self, "occurred_at", read_instant(self.occurred_at, "occurred_at"))
        put(self, "recorded_at", read_instant(self.recorded_at, "recorded_at"))
        self._check()
        put(self, "instant", to_epoch(self.occurred_at))
        put(self, "rank", _RANKS[self.type])
        put(self, "order", (self.occurred_at, self.recorded_at, self.rank, *self._tiebreak()))

    def _check(self) -> None:
        label = EVENT_LABELS[self.type]
        if self.type in _NEEDS_REASON and not self.reason.strip():
            raise InvalidClockError(f"“{label}”须写明原因", field="reason")
        if self.type is EventType.RETARGET and self.target is None and self.spec is None:
            raise InvalidClockError(f"“{label}”须给出新的 target 或 spec", field="target")
        if self.type is EventType.EXCLUDE and self.period is None:
            raise InvalidClockError(f"“{label}”须给出起止时间", field="period")
        if self.type is EventType.EXCLUDE and not self.document.strip():
            raise InvalidClockError(f"“{label}”须有双方确认的文件", field="document")
        if self.type is EventType.RETRACT and not self.corrects:
            raise InvalidClockError(f"“{label}”须指明撤销哪一条记录", field="corrects")

        if self.target is not None:
            read_integer(self.target, "target", low=1, high=MAX_MINUTES)

    def _tiebreak(self) -> tuple[str, ...]:
        target = "" if self.target is None else str(self.target)
        spec = "" if self.spec is None else repr(self.spec.to_dict())
        return (self.key, self.reason, target, spec, self.id)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON without empty fields; `from_dict` reads it back."""
        data: dict[str, Any] = {
            "type": self.type.value,
            "occurred_at": self.occurred_at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
        }
        texts = ("id", "actor", "reason", "key", "document", "corrects")
        data.update({name: getattr(self, name) for name in texts if getattr(self, name)})
        if self.target is not None:
            data["target"] = self.target
        if self.spec is not None:
            data["spec"] = self.spec.to_dict()
        if self.period is not None:
            data["period"] = [self.period.start.isoformat(), self.period.end.isoformat()]
        return data

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read `to_dict`; InvalidClockError names the field, the value and the way out."""
        fields = read_known(read_mapping(data, "时限事件"), _FIELDS, "时限事件")
        for name in ("type", "occurred_at", "recorded_at"):
            if fields.get(name) is None:
                raise InvalidClockError(f"时限事件缺少 {name}", field=name)
        for name in ("id", "actor", "reason", "key", "document", "corrects"):
            fields[name] = read_text(fields.get(name), name)
        if fields.get("spec") is not None:
            fields["spec"] = ClockSpec.from_dict(fields["spec"])
        if fields.get("period") is not None:
            fields["period"] = _read_period(fields["period"])
        return cls(**fields)


_FIELDS = (
    "type",
    "occurred_at",
    "recorded_at",
    "id",
    "actor",
    "reason",
    "key",
    "document",
    "corrects",
    "target",
    "spec",
    "period",
)


def _read_period(value: object) -> Period:
    ends = [read_instant(end, "period") for end in read_list(value, "period")]
    if len(ends) != 2:
        raise InvalidClockError("period 应是两个时间：开始和结束", field="period")
    return Period(ends[0], ends[1])


def known_at(events: Iterable[ClockEvent], cut_off: datetime) -> list[ClockEvent]:
    """The events recorded by the cut-off: what a settlement may use."""
    return [event for event in events if event.recorded_at <= cut_off]
