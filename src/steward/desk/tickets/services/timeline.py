from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from steward.desk.tickets.models import Ticket, TimelineEntry
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line to be written; `at` defaults to the time of recording."""

    kind: str
    text: str
    is_public: bool = False
    happening: str = ""
    at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def append(ticket: Ticket, entry: Entry, *, by: Actor, now: datetime) -> TimelineEntry:
    """Write one line of what happened on a ticket."""
    row = entry_row(ticket, entry, by=by, now=now)
    row.save(force_insert=True)
    return row


def entry_row(ticket: Ticket, entry: Entry, *, by: Actor, now: datetime) -> TimelineEntry:
    """The same line, for whoever writes many at once."""
    return TimelineEntry(
        ticket=ticket,
        kind=entry.kind,
        is_public=entry.is_public,
        at=entry.at or now,
        recorded_at=now,
        actor_id=by.user_id,
        actor_label=by.label[:100],
        text=entry.text,
        happening=entry.happening,
        data=dict(entry.data),
    )


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends; the lock guards its clocks as well."""
    ticket = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFoundError("没有这张工单")
    return ticket
