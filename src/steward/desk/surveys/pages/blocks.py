"""What surveys show on other pages: what waits for me, one click on an ended ticket."""

from typing import Any

from django.http import HttpRequest

from steward.desk.surveys.choices import RATINGS
from steward.desk.surveys.queries import pending_of, rating_of
from steward.desk.tickets import api as desk
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

ENDED = (desk.TicketState.RESOLVED, desk.TicketState.CLOSED)


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """The questionnaires that wait for this person; None without any."""
    if request.user.pk is None:
        return None
    rows = pending_of(request.user.pk, now=wall_clock())
    return {"rows": rows} if rows else None


def rating_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The rating of an ended ticket; the buttons for its requester while there is none."""
    if not subject.key.isdigit():
        return None
    ticket = desk.get_ticket(int(subject.key))
    if ticket.state not in ENDED:
        return None
    given = rating_of(ticket.id)
    may_rate = (
        given is None
        and ticket.requester_id == request.user.pk
        and request.user.has_perm("desk.ticket.rate")
    )
    if given is None and not may_rate:
        return None
    return {"ticket": ticket, "given": given, "may_rate": may_rate, "ratings": RATINGS}
