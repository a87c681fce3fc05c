from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PolicyInstalled(Event):
    """A contract's SLA has a new version."""

    name: ClassVar[str] = "desk.policy_installed"
    policy_id: int
    contract: str
    installed_at: datetime


@dataclass(frozen=True, slots=True)
class TicketOpened(Event):
    """A ticket exists; its clocks run."""

    name: ClassVar[str] = "desk.ticket_opened"
    ticket_id: int
    contract: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class TicketAssigned(Event):
    """Somebody, or a team, has a ticket now."""

    name: ClassVar[str] = "desk.ticket_assigned"
    ticket_id: int
    assignee_id: int | None
    team_id: int | None
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class TicketReplied(Event):
    """A reply that the requester may read; `to_requester` tells who should be told."""

    name: ClassVar[str] = "desk.ticket_replied"
    ticket_id: int
    entry_id: int
    to_requester: bool
    replied_at: datetime


@dataclass(frozen=True, slots=True)
class TicketEnded(Event):
    """A ticket was resolved, closed, cancelled, voided or merged: `state` says which."""

    name: ClassVar[str] = "desk.ticket_ended"
    ticket_id: int
    state: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class TicketReopened(Event):
    """A ticket that was resolved or closed is worked on again."""

    name: ClassVar[str] = "desk.ticket_reopened"
    ticket_id: int
    reopened_at: datetime


@dataclass(frozen=True, slots=True)
class ClockWarned(Event):
    """A clock has reached a warning point; `warning` counts them from 1."""

    name: ClassVar[str] = "desk.clock_warned"
    clock_id: int
    ticket_id: int
    warning: int
    warned_at: datetime


@dataclass(frozen=True, slots=True)
class ClockBreached(Event):
    """A clock ran out at `breached_at`, the exact computed instant."""

    name: ClassVar[str] = "desk.clock_breached"
    clock_id: int
    ticket_id: int
    contract: str
    breached_at: datetime


@dataclass(frozen=True, slots=True)
class ClockAdjusted(Event):
    """Both sides agreed to count a clock differently."""

    name: ClassVar[str] = "desk.clock_adjusted"
    adjustment_id: int
    ticket_id: int
    adjusted_at: datetime
