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


@dataclass(frozen=True, slots=True)
class ProposalMade(Event):
    """One side put a breach, an exclusion or a payment on record; the other side is to answer."""

    name: ClassVar[str] = "assessment.proposal_made"
    contract: str
    about: str
    about_id: int
    side: str


@dataclass(frozen=True, slots=True)
class ProposalAnswered(Event):
    """A proposal was answered; `state` is where it stands now."""

    name: ClassVar[str] = "assessment.proposal_answered"
    contract: str
    about: str
    about_id: int
    state: str
