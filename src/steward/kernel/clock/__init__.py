"""The SLA clock: an append-only event log and one pure function. See `evaluate`."""

from steward.kernel.clock.evaluate import evaluate
from steward.kernel.clock.events import EVENT_LABELS, ClockEvent, EventType, known_at
from steward.kernel.clock.explain import condense, describe, format_duration
from steward.kernel.clock.reading import InvalidClockError
from steward.kernel.clock.spec import (
    KIND_LABELS,
    PRIORITY_LABELS,
    REOPEN_LABELS,
    UNIT_LABELS,
    ClockSpec,
    PriorityMode,
    ReopenMode,
    Unit,
    WarningPoint,
)
from steward.kernel.clock.status import (
    STATE_LABELS,
    ClockStatus,
    Segment,
    SegmentKind,
    State,
    WarningDue,
)

__all__ = [
    "EVENT_LABELS",
    "KIND_LABELS",
    "PRIORITY_LABELS",
    "REOPEN_LABELS",
    "STATE_LABELS",
    "UNIT_LABELS",
    "ClockEvent",
    "ClockSpec",
    "ClockStatus",
    "EventType",
    "InvalidClockError",
    "PriorityMode",
    "ReopenMode",
    "Segment",
    "SegmentKind",
    "State",
    "Unit",
    "WarningDue",
    "WarningPoint",
    "condense",
    "describe",
    "evaluate",
    "format_duration",
    "known_at",
]
