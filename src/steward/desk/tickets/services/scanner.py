"""Finding warnings and breaches in time, however many workers look."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from steward.core.calendars import api as calendars
from steward.desk.tickets.models import Clock, Ticket
from steward.desk.tickets.services.clockwork import settle, summarise
from steward.desk.tickets.services.happenings import clocks_of
from steward.desk.tickets.services.timeline import lock_ticket

BATCH = 200


@transaction.atomic
def scan(*, now: datetime, batch: int = BATCH) -> int:
    """Settle up to `batch` clocks whose next wake has come; returns how many.

    A due clock is claimed together with its ticket's row, which guards all its clocks, and what
    another transaction holds is skipped: two scanners never handle one clock twice, and neither
    ever waits.
    """
    due = list(
        Clock.objects.select_related("ticket")
        .filter(next_wake_at__lte=now)
        .order_by("next_wake_at")
        .select_for_update(skip_locked=True, no_key=True, of=("self", "ticket"))[:batch]
    )
    if due:
        _share_tickets(due)
        settle(due, now=now)
        _place(due)
    return len(due)


def _share_tickets(clocks: list[Clock]) -> None:
    tickets: dict[int, Ticket] = {}
    for clock in clocks:
        clock.ticket = tickets.setdefault(clock.ticket_id, clock.ticket)


def _place(due: list[Clock]) -> None:
    """Give the tickets of settled clocks their new place in the queue."""
    tickets = {clock.ticket_id: clock.ticket for clock in due}
    of_ticket: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(ticket_id__in=tickets):
        of_ticket[clock.ticket_id].append(clock)
    for ticket_id, ticket in tickets.items():
        summarise(ticket, of_ticket[ticket_id])
    Ticket.objects.bulk_update(tickets.values(), ["queue_at", "urgency"], batch_size=500)


def clocks_following(calendar: str) -> list[int]:
    """The tickets that have a clock open by a calendar."""
    rows = Clock.objects.filter(is_open=True, calendars__has_key=calendar)
    return sorted(set(rows.values_list("ticket_id", flat=True)))


@transaction.atomic
def follow_calendar(ticket_id: int, *, calendar: str, now: datetime) -> int:
    """Give a ticket's open clocks the newest version of a calendar (clock rule 6).

    Clocks that have ended keep theirs. Returns how many changed.
    """
    ticket = lock_ticket(ticket_id)
    newest = calendars.get(calendar, now).version_id
    clocks = clocks_of(ticket)
    changed = [
        clock
        for clock in clocks
        if clock.is_open and clock.calendars.get(calendar, newest) != newest
    ]
    for clock in changed:
        clock.calendars = clock.calendars | {calendar: newest}
    Clock.objects.bulk_update(changed, ["calendars"])
    settle(changed, now=now)
    summarise(ticket, clocks)
    ticket.save(update_fields=["queue_at", "urgency"])
    return len(changed)
