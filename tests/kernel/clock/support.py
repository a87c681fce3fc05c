"""Clocks for tests: a spec by what differs, events by their local time, a status as plain text."""

from typing import Any

from steward.kernel.clock import ClockEvent, ClockSpec, ClockStatus, WarningDue, format_duration
from steward.kernel.instants import local as to_local
from steward.kernel.periods import Period
from tests.kernel.support import local

DEFAULTS = {
    "kind": "resolve",
    "target": 240,
    "unit": "elapsed_minutes",
    "start_event": "opened",
    "stop_event": "resolved",
    "pause_reasons": ["client"],
}
INSTANTS = ("started_at", "due_at", "breach_at", "stopped_at", "next_wake_at")
DURATIONS = ("elapsed", "paused", "excluded", "remaining")


def spec_of(**changes: Any) -> ClockSpec:
    """The usual resolve clock with changes."""
    return ClockSpec.from_dict(DEFAULTS | changes)


def event_of(*, type: str, at: Any, recorded: Any = None, **rest: Any) -> ClockEvent:  # noqa: A002
    """An event at a local time, recorded at once unless said otherwise."""
    period = rest.pop("period", None)
    spec = rest.pop("spec", None)
    return ClockEvent(
        type=type,
        occurred_at=local(at),
        recorded_at=local(recorded or at),
        period=period and Period(*map(local, period)),
        spec=spec and spec_of(**spec),
        **rest,
    )


def shown(status: ClockStatus, names: Any) -> dict[str, Any]:
    """The named values of a status, as the tables of cases write them."""
    return {name: _shown(name, getattr(status, name)) for name in names}


def _shown(name: str, value: Any) -> Any:
    if name in INSTANTS:
        return value and to_local(value).replace(tzinfo=None)
    if name in DURATIONS:
        return format_duration(value)
    return [_warning(due) for due in value] if name == "warnings" else value


def _warning(due: WarningDue) -> str:
    point = due.point
    what = f"{point.percent}%" if point.percent else f"{point.lead_minutes}min"
    return f"{what} {to_local(due.at):%H:%M:%S}"
