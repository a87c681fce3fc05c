from dataclasses import dataclass
from datetime import datetime

from steward.desk.tickets.choices import EntryKind
from steward.desk.tickets.models import TimelineEntry


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of what happened on a ticket: when it happened, when it was written, by whom.

    `happening` names what the clocks heard (responded, suspended …); `clocks` are the sentences of the clocks it moved.
    """

    id: int
    kind: str
    kind_label: str
    at: datetime
    recorded_at: datetime
    actor: str
    text: str
    reason: str
    happening: str
    clocks: tuple[str, ...]
    is_internal: bool


def timeline_of(
    ticket_id: int, *, as_of: datetime, with_internal: bool = False
) -> tuple[TimelineLine, ...]:
    """What happened on a ticket as it was on record at an instant, in the order of happening.

    Internal notes of the desk stay out unless they are asked for.
    """
    rows = TimelineEntry.objects.filter(ticket_id=ticket_id, recorded_at__lte=as_of)
    if not with_internal:
        rows = rows.exclude(kind=EntryKind.NOTE)
    return tuple(_line(row) for row in rows.order_by("at", "id"))


def _line(row: TimelineEntry) -> TimelineLine:
    return TimelineLine(
        id=row.pk,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        at=row.at,
        recorded_at=row.recorded_at,
        actor=row.actor_label,
        text=row.text,
        reason=str(row.data.get("reason_label") or ""),
        happening=row.happening,
        clocks=tuple(str(sentence) for sentence in row.data.get("clocks", ())),
        is_internal=row.kind == EntryKind.NOTE,
    )
