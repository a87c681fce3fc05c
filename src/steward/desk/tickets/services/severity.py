from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.desk.tickets.choices import EntryKind, check_severity
from steward.desk.tickets.queries.tickets import TicketInfo, severity_words, to_info
from steward.desk.tickets.services.errors import InvalidInputError
from steward.desk.tickets.services.happenings import retarget
from steward.desk.tickets.services.timeline import Entry, append, lock_ticket
from steward.desk.tickets.services.work import PLACED, WORKABLE, demand_state, demand_text
from steward.kernel.actors import Actor


@transaction.atomic
def change_severity(
    ticket_id: int, *, to: str, reason: str, by: Actor, now: datetime
) -> TicketInfo:
    """Change how bad it is; the clocks get the new targets by their mode (clock rule 10)."""
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, WORKABLE, "变更级别")
    if ticket.policy is None or to not in ticket.policy.severities:
        check_severity(to)
    if to == ticket.severity:
        raise InvalidInputError(f"级别已经是“{severity_words(ticket)}”")
    why = demand_text(reason, "变更级别的原因")
    before, rated = severity_words(ticket), ticket.severity
    ticket.severity = to
    promised = retarget(ticket, by=by, now=now)
    after = severity_words(ticket)
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=f"级别由{before}改为{after}：{why}",
            happening="reprioritised",
            data={
                "clocks": [f"时限改为：{'、'.join(promised)}"] if promised else [],
                "from": rated,
                "to": to,
            },
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=["severity", *PLACED])
    audit.record(
        "desk.ticket.severity",
        ticket.subject,
        by=by,
        now=now,
        before={"severity": before},
        after={"severity": after},
        reason=why,
    )
    return to_info(ticket)
