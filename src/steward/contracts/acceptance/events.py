from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class AcceptanceRequested(Event):
    """The supplier asked for acceptance, for the first time or after rectification."""

    name: ClassVar[str] = "acceptance.requested"
    acceptance_id: int
    contract: str
    attempt: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class AcceptanceConcluded(Event):
    """The contract was accepted; `deemed` when silence did it, at `occurred_at`."""

    name: ClassVar[str] = "acceptance.concluded"
    acceptance_id: int
    contract: str
    deemed: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class AcceptanceRefused(Event):
    """The client refused to accept; without a reason it owes the contract's penalty."""

    name: ClassVar[str] = "acceptance.refused"
    acceptance_id: int
    contract: str
    has_reason: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class AcceptanceOverdue(Event):
    """A step of the client passed its last instant; told once for each step and attempt."""

    name: ClassVar[str] = "acceptance.overdue"
    acceptance_id: int
    contract: str
    limit: str
    due_at: datetime
