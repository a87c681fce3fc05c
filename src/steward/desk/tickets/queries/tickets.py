from dataclasses import dataclass
from datetime import datetime

from steward.desk.tickets.choices import SEVERITIES
from steward.desk.tickets.models import Ticket
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True)
class TicketInfo:
    """A ticket as other apps see it."""

    id: int
    number: str
    kind: str
    kind_label: str
    severity: str
    severity_label: str
    state: str
    state_label: str
    title: str
    contract: str
    organization_id: int | None
    requester_id: int | None
    assignee_id: int | None
    team_id: int | None
    item_id: int | None
    about: Subject | None
    occurred_at: datetime
    opened_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    reopen_count: int
    is_open: bool

    @property
    def subject(self) -> Subject:
        return Subject("desk.ticket", str(self.id), f"{self.number} {self.title}")


def to_info(row: Ticket) -> TicketInfo:
    return TicketInfo(
        id=row.pk,
        number=row.number,
        kind=row.kind,
        kind_label=row.kind_label,
        severity=row.severity,
        severity_label=severity_words(row),
        state=row.state,
        state_label=row.get_state_display(),
        title=row.title,
        contract=row.contract,
        organization_id=row.organization_id,
        requester_id=row.requester_id,
        assignee_id=row.assignee_id,
        team_id=row.team_id,
        item_id=row.item_id,
        about=row.about,
        occurred_at=row.occurred_at,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        reopen_count=row.reopen_count,
        is_open=row.is_open,
    )


def severity_words(row: Ticket) -> str:
    """The contract's word for the severity where its policy has one, else the desk's."""
    own = row.policy.severities if row.policy is not None else {}
    return str(own.get(row.severity) or SEVERITIES.get(row.severity, row.severity))


def get_ticket(ticket_id: int) -> TicketInfo:
    """One ticket; NotFoundError when there is none."""
    row = Ticket.objects.select_related("policy").filter(pk=ticket_id).first()
    if row is None:
        raise NotFoundError("没有这张工单")
    return to_info(row)


def find_ticket(number: str) -> TicketInfo | None:
    """One ticket by its number, or None."""
    row = Ticket.objects.select_related("policy").filter(number=number.strip().upper()).first()
    return None if row is None else to_info(row)


def tickets_about(subject: Subject, *, since: datetime, limit: int = 50) -> list[TicketInfo]:
    """Tickets about one object opened since an instant, newest first."""
    rows = Ticket.objects.select_related("policy").filter(
        subject_kind=subject.kind, subject_key=subject.key, opened_at__gte=since
    )
    return [to_info(row) for row in rows.order_by("-id")[:limit]]


def grams_of(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text, lower case, for searching inside titles."""
    plain = "".join(text.lower().split())
    return sorted({plain[i : i + 2] for i in range(len(plain) - 1)})
