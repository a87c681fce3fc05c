"""One click after a ticket ended: how satisfied was its requester."""

from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.desk.surveys.models import TicketRating
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError

ENDED = (desk.TicketState.RESOLVED, desk.TicketState.CLOSED)


class RatingRefusedError(ConflictError):
    """A ticket that cannot be rated (any more), or not by this person."""

    code = "surveys.rating_refused"


@transaction.atomic
def rate_ticket(
    ticket: desk.TicketInfo, *, rating: int, comment: str = "", by: Actor, now: datetime
) -> None:
    """The requester rates a resolved or closed ticket from 1 to 5, once."""
    if not 1 <= rating <= 5:
        raise InvalidError("请在 1–5 中选择", field="rating")
    if ticket.requester_id is None or ticket.requester_id != by.user_id:
        raise RatingRefusedError("只有报告人本人可以评价这张工单")
    if ticket.state not in ENDED:
        raise RatingRefusedError("工单解决以后才能评价")
    _, created = TicketRating.objects.get_or_create(
        ticket_id=ticket.id,
        defaults={
            "contract": ticket.contract,
            "rating": rating,
            "comment": comment.strip()[:500],
            "rated_at": now,
            "rated_by_id": by.user_id,
            "rated_by": by.label,
        },
    )
    if not created:
        raise RatingRefusedError("这张工单已经评价过，评价不能修改")
    audit.record("surveys.ticket.rated", ticket.subject, by=by, now=now, after={"rating": rating})
