from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.desk.tickets.choices import EntryKind, LinkKind
from steward.desk.tickets.models import TicketLink
from steward.desk.tickets.services.errors import InvalidInputError
from steward.desk.tickets.services.timeline import Entry, append, lock_ticket
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject


@transaction.atomic
def link_tickets(ticket_id: int, *, kind: str, other: int, by: Actor, now: datetime) -> None:
    """Relate two tickets; the same relation again changes nothing."""
    if kind not in LinkKind.values:
        raise InvalidInputError(f"没有名为“{kind}”的关联关系")
    if ticket_id == other:
        raise InvalidInputError("工单不能关联自己")
    locked = {number: lock_ticket(number) for number in sorted((ticket_id, other))}
    ticket, target = locked[ticket_id], locked[other]
    _, created = TicketLink.objects.get_or_create(
        ticket=ticket,
        kind=kind,
        other=target,
        defaults={"linked_at": now, "linked_by": by.label},
    )
    if not created:
        return
    label = LinkKind(kind).label
    words = f"{label} {target.number} {target.title}"
    append(
        ticket,
        Entry(kind=EntryKind.LINK, text=words, data={"ticket": target.pk}),
        by=by,
        now=now,
    )
    audit.record("desk.ticket.linked", ticket.subject, by=by, now=now, after={"link": words})


@transaction.atomic
def link_subject(
    ticket_id: int, *, subject: Subject, by: Actor, now: datetime, words: str = "关联"
) -> None:
    """Relate a ticket to any other object (a change, a run, an item)."""
    ticket = lock_ticket(ticket_id)
    _, created = TicketLink.objects.get_or_create(
        ticket=ticket,
        kind=LinkKind.RELATED,
        other=None,
        subject_kind=subject.kind,
        subject_key=subject.key,
        defaults={
            "subject_label": subject.label[:200],
            "linked_at": now,
            "linked_by": by.label,
        },
    )
    if not created:
        return
    data = {"subject": [subject.kind, subject.key, subject.label]}
    append(
        ticket,
        Entry(kind=EntryKind.LINK, text=f"{words} {subject.label}", data=data),
        by=by,
        now=now,
    )
    audit.record(
        "desk.ticket.linked", ticket.subject, by=by, now=now, after={"link": subject.label}
    )


@transaction.atomic
def attach_file(ticket_id: int, *, file_id: int, by: Actor, now: datetime) -> None:
    """Attach a stored file to a ticket."""
    ticket = lock_ticket(ticket_id)
    info = files.attach(file_id, ticket.subject, by=by, now=now, purpose="工单附件")
    append(
        ticket,
        Entry(
            kind=EntryKind.ATTACHMENT,
            text=f"附件 {info.name}",
            is_public=True,
            data={"file": info.id, "sha256": info.sha256},
        ),
        by=by,
        now=now,
    )


@transaction.atomic
def tag_ticket(ticket_id: int, *, tags: tuple[str, ...], by: Actor, now: datetime) -> None:
    """Replace the tags; blanks and repetitions are dropped."""
    ticket = lock_ticket(ticket_id)
    cleaned = list(dict.fromkeys(tag.strip()[:40] for tag in tags if tag.strip()))
    if cleaned == ticket.tags:
        return
    before, ticket.tags = ticket.tags, cleaned
    ticket.save(update_fields=["tags"])
    audit.record(
        "desk.ticket.tagged",
        ticket.subject,
        by=by,
        now=now,
        before={"tags": before},
        after={"tags": "、".join(cleaned)},
    )
