from dataclasses import dataclass
from datetime import datetime

from steward.desk.tickets.models import Clock
from steward.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class ClockInfo:
    """A clock as it was last evaluated; `target` in `unit` (elapsed_minutes, working_minutes,
    working_days).
    """

    id: int
    ticket_id: int
    kind: str
    label: str
    clause: str
    state: str
    state_label: str
    target: int
    unit: str
    is_open: bool
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    is_excused: bool

    @property
    def url(self) -> str:
        return f"/desk/clocks/{self.id}/"


def to_info(row: Clock) -> ClockInfo:
    return ClockInfo(
        id=row.pk,
        ticket_id=row.ticket_id,
        kind=row.kind,
        label=row.label,
        clause=row.clause,
        state=row.state,
        state_label=row.get_state_display(),
        target=row.rule.spec["target"],
        unit=row.rule.spec["unit"],
        is_open=row.is_open,
        started_at=row.started_at,
        due_at=row.due_at,
        stopped_at=row.stopped_at,
        breached_at=row.breached_at,
        is_excused=row.is_excused,
    )


def clocks_of_ticket(ticket_id: int) -> list[ClockInfo]:
    """A ticket's clocks in the policy's order."""
    rows = (
        Clock.objects.filter(ticket_id=ticket_id)
        .select_related("rule")
        .order_by("rule__position", "id")
    )
    return [to_info(row) for row in rows]


def get_clock(clock_id: int) -> ClockInfo:
    """One clock; NotFoundError when there is none."""
    row = Clock.objects.select_related("rule").filter(pk=clock_id).first()
    if row is None:
        raise NotFoundError("没有这个时限")
    return to_info(row)
