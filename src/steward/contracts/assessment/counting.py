"""Which events of a reading count, which do not and why: shared by the rules that count."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from steward.contracts.assessment.registry import ZERO, EventParams, Line, Reading
from steward.core.evidence.api import MetricEvent

Cost = Callable[[MetricEvent], Decimal]


@dataclass(frozen=True, slots=True)
class Count:
    """Events in a fixed order: what counts with its cost, and what does not with the reason."""

    lines: tuple[Line, ...]
    excluded: tuple[tuple[MetricEvent, str], ...]

    @property
    def counted(self) -> int:
        return sum(1 for line in self.lines if line.points)


def incident_of(event: MetricEvent) -> str:
    """The incident an event belongs to: its group, else its subject."""
    return event.group or event.subject.ref


def ordered(events: tuple[MetricEvent, ...]) -> list[MetricEvent]:
    """By time, then by key: the order in which events arrive changes nothing."""
    return sorted(events, key=lambda event: (event.occurred_at, event.key))


def count(params: EventParams, reading: Reading, cost: Cost) -> Count:
    """Sort a reading's events into what costs and what does not.

    A reading with a figure but no events (a figure that a reviewer entered) makes one leaf for
    each whole unit of it.
    """
    excluded: list[tuple[MetricEvent, str]] = []
    lines: list[Line] = []
    seen: set[str] = set()
    free = params.allowance
    for event in ordered(reading.events):
        if event.excluded and params.exclusions == "agreed":
            excluded.append((event, event.excluded))
        elif event.key in reading.claimed:
            excluded.append((event, f"已在“{reading.claimed[event.key]}”扣分，同一事件不重复扣分"))
        elif params.grouping == "incident" and incident_of(event) in seen:
            excluded.append((event, "与同一事件合并计一次"))
        else:
            seen.add(incident_of(event))
            spent = cost(event)
            lines.append(_line(event, free=free > 0 and spent > 0, spent=spent))
            free -= 1 if spent > 0 else 0
    if not reading.events and reading.value:
        lines = _from_figure(params, reading.value)
    return Count(tuple(lines), tuple(excluded))


def _line(event: MetricEvent, *, free: bool, spent: Decimal) -> Line:
    label = f"{event.label}（在允许次数内）" if free else event.label
    return Line(label, ZERO if free else -spent, event)


def _from_figure(params: EventParams, value: Decimal) -> list[Line]:
    whole = int(value.to_integral_value(rounding=ROUND_CEILING))
    counted = max(0, whole - params.allowance)
    return [Line(f"核定第 {n} 次", Decimal(-1)) for n in range(1, counted + 1)]
