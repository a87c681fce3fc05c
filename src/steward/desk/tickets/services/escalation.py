"""Who is told what, in the transaction of the event that caused it."""

from datetime import datetime

from steward.core.notify import api as notify
from steward.desk.tickets.models import Clock, Ticket, TimelineEntry
from steward.kernel.instants import local


def _send(recipients: list[int | None], ticket: Ticket, title: str, *, urgent: bool, now: datetime,
          body: str = "") -> None:  # fmt: skip
    people = sorted({person for person in recipients if person is not None})
    if not people:
        return
    notify.send(
        notify.Notice(
            recipients=people,
            title=title,
            body=body or ticket.title,
            url=f"/desk/{ticket.pk}/",
            urgency=notify.Urgency.URGENT if urgent else notify.Urgency.NORMAL,
        ),
        now=now,
    )


def _team_of(ticket: Ticket) -> list[int | None]:
    """Without an assignee a warning is everybody's in the team."""
    if ticket.team is None:
        return []
    return [ticket.team.lead_id, *ticket.team.members.values_list("pk", flat=True)]


def tell_warning(clock_id: int, *, warning: int, now: datetime) -> None:
    """The assignee hears of the first warning, the team's lead too of any later one."""
    clock = Clock.objects.select_related("ticket__team").get(pk=clock_id)
    ticket = clock.ticket
    if not clock.is_open or clock.due_at is None:
        return
    people: list[int | None] = [ticket.assignee_id] if ticket.assignee_id else _team_of(ticket)
    if warning > 1 and ticket.team is not None:
        people.append(ticket.team.lead_id)
    title = f"{ticket.number} {clock.label}将于 {local(clock.due_at):%m-%d %H:%M} 到期"
    _send(people, ticket, title, urgent=warning > 1, now=now)


def tell_breach(clock_id: int, *, now: datetime) -> None:
    """A breach goes to the assignee and the team's lead at any hour."""
    clock = Clock.objects.select_related("ticket__team").get(pk=clock_id)
    ticket = clock.ticket
    people: list[int | None] = [ticket.assignee_id] if ticket.assignee_id else _team_of(ticket)
    if ticket.team is not None:
        people.append(ticket.team.lead_id)
    _send(people, ticket, f"{ticket.number} {clock.label}已超时", urgent=True, now=now)


def tell_assignment(ticket_id: int, *, assignee_id: int | None, now: datetime) -> None:
    """The new assignee, else the whole team."""
    ticket = Ticket.objects.select_related("team").get(pk=ticket_id)
    people: list[int | None] = [assignee_id] if assignee_id else _team_of(ticket)
    _send(people, ticket, f"{ticket.number} 派给了你", urgent=False, now=now)


def tell_reply(ticket_id: int, entry_id: int, *, to_requester: bool, now: datetime) -> None:
    """A reply goes to the other side."""
    ticket = Ticket.objects.get(pk=ticket_id)
    entry = TimelineEntry.objects.get(pk=entry_id)
    person = ticket.requester_id if to_requester else ticket.assignee_id
    if person is None or person == entry.actor_id:
        return
    title = f"{ticket.number} 有新回复"
    _send([person], ticket, title, urgent=False, now=now, body=entry.text[:500])
