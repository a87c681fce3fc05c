from dataclasses import dataclass
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ExpertEntryRecorded(Event):
    """A reviewer decided about an indicator."""

    name: ClassVar[str] = "assessment.entry_recorded"
    contract: str
    owner: str
    entry_id: int


@dataclass(frozen=True, slots=True)
class PeriodSettled(Event):
    """A contract year's score was frozen."""

    name: ClassVar[str] = "assessment.period_settled"
    contract: str
    period: int
    snapshot_id: int
