"""Reading clocks: the stored spec and log through the kernel's evaluation."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from steward.core.calendars import api as calendars
from steward.desk.tickets.models import Clock, ClockEventRow
from steward.kernel.clock import ClockEvent, ClockSpec, ClockStatus, EventType, evaluate
from steward.kernel.periods import Period


@lru_cache(maxsize=1024)
def _spec_of(text: str) -> ClockSpec:
    return ClockSpec.from_dict(json.loads(text))


def spec_of(data: Mapping[str, Any]) -> ClockSpec:
    """The kernel's spec of a stored one; equal ones are read once per process."""
    return _spec_of(json.dumps(data, sort_keys=True))


def to_event(row: ClockEventRow) -> ClockEvent:
    """A stored event as the kernel reads it."""
    period = None
    if row.period_start is not None and row.period_end is not None:
        period = Period(row.period_start, row.period_end)
    return ClockEvent(
        type=EventType(row.type),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        id=str(row.pk),
        actor=row.actor_label,
        reason=row.reason,
        key=row.key,
        document=row.document,
        corrects="" if row.corrects_id is None else str(row.corrects_id),
        spec=None if row.spec is None else spec_of(row.spec),
        period=period,
    )


def read_clock(clock: Clock, events: Iterable[ClockEventRow], *, at: datetime) -> ClockStatus:
    """What a clock says at an instant."""
    spec = spec_of(clock.spec)
    known = {code: calendars.version(number).calendar for code, number in clock.calendars.items()}
    return evaluate(
        [to_event(row) for row in events],
        spec,
        known[spec.calendar],
        at=at,
        calendars=known,
    )


def events_of(clocks: Sequence[Clock]) -> dict[int, list[ClockEventRow]]:
    """The logs of several clocks, in one query."""
    found: dict[int, list[ClockEventRow]] = defaultdict(list)
    rows = ClockEventRow.objects.filter(clock_id__in=[clock.pk for clock in clocks])
    for row in rows.order_by("id"):
        found[row.clock_id].append(row)
    return found


def read_clocks(clocks: Sequence[Clock], *, at: datetime) -> dict[int, ClockStatus]:
    """What several clocks say at an instant, by clock id, in one query."""
    logs = events_of(clocks)
    return {clock.pk: read_clock(clock, logs[clock.pk], at=at) for clock in clocks}
