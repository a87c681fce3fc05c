from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.desk.tickets.models import BulkResult
from steward.desk.tickets.services.ending import close_ticket
from steward.desk.tickets.services.errors import InvalidInputError
from steward.desk.tickets.services.severity import change_severity
from steward.desk.tickets.services.work import Assignment, assign_ticket
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """One action on many tickets: assign (value: user id), severity (value: code), close."""

    action: str
    value: str = ""
    reason: str = ""


def do_in_bulk(
    order: BulkOrder, tickets: Sequence[int], *, run_id: int, by: Actor, now: datetime
) -> int:
    """Do it ticket by ticket, each in its own transaction; a refusal never stops the others.

    Tickets that already have a result of this run are left, so that a killed job resumes.
    Returns how many succeeded.
    """
    known = set(BulkResult.objects.filter(run_id=run_id).values_list("ticket_id", flat=True))
    for ticket_id in tickets:
        if ticket_id in known:
            continue
        try:
            _do(order, ticket_id, by=by, now=now)
        except StewardError as error:
            _note(run_id, ticket_id, ok=False, message=error.message)
        else:
            _note(run_id, ticket_id, ok=True, message="完成")
    return BulkResult.objects.filter(run_id=run_id, is_ok=True).count()


def _note(run_id: int, ticket_id: int, *, ok: bool, message: str) -> None:
    BulkResult.objects.create(run_id=run_id, ticket_id=ticket_id, is_ok=ok, message=message)


def _do(order: BulkOrder, ticket_id: int, *, by: Actor, now: datetime) -> None:
    if order.action == "assign":
        to = Assignment(assignee_id=int(order.value))
        assign_ticket(ticket_id, to=to, by=by, now=now, reason=order.reason)
    elif order.action == "severity":
        change_severity(ticket_id, to=order.value, reason=order.reason, by=by, now=now)
    elif order.action == "close":
        close_ticket(ticket_id, by=by, now=now, note=order.reason)
    else:
        raise InvalidInputError(f"没有名为“{order.action}”的批量操作")
