from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OccurrenceFulfilled(Event):
    """A duty was fulfilled for one of its occurrences, in time or late."""

    name: ClassVar[str] = "obligations.fulfilled"
    contract: str
    duty: str
    occurrence_id: int
    late: bool
    fulfilled_at: datetime


@dataclass(frozen=True, slots=True)
class OccurrenceMissed(Event):
    """An occurrence came due and nothing sufficient proves it."""

    name: ClassVar[str] = "obligations.missed"
    contract: str
    duty: str
    occurrence_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class MomentConfirmed(Event):
    """Both sides agreed on an important moment; its duties are laid out."""

    name: ClassVar[str] = "obligations.moment_confirmed"
    contract: str
    moment_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MomentCancelled(Event):
    """An important moment does not take place."""

    name: ClassVar[str] = "obligations.moment_cancelled"
    contract: str
    moment_id: int
