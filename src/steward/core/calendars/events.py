from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CalendarChanged(Event):
    """A calendar has a new version; open clocks that follow it are evaluated again."""

    name: ClassVar[str] = "calendars.changed"
    calendar: str
    version_id: int
    recorded_at: datetime
