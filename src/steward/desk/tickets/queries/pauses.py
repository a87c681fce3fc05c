"""How much of each engineer's promised time was paused (clock rule 4: the share is reported)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from steward.desk.tickets.models import Clock
from steward.desk.tickets.queries.reading import read_clocks
from steward.desk.tickets.queries.scope import Somebody, visible_to
from steward.kernel.clock import ClockStatus, SegmentKind, State
from steward.kernel.periods import Period

_BATCH = 500


@dataclass(frozen=True, slots=True)
class PausedClock:
    """One clock that may pause: its time run, its time paused, and for which reasons.

    `elapsed` and `paused` are in the clock's own time (working time for a clock of working time).
    """

    clock_id: int
    label: str
    ticket_id: int
    number: str
    title: str
    assignee_id: int | None
    assignee: str
    elapsed: timedelta
    paused: timedelta
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PausedShare:
    """One engineer's clocks together; `share` of the time that was paused, None without any time."""

    person_id: int | None
    name: str
    clocks: int
    paused_clocks: int
    elapsed: timedelta
    paused: timedelta
    reasons: tuple[str, ...]

    @property
    def share(self) -> Decimal | None:
        whole = self.elapsed + self.paused
        if not whole:
            return None
        return Decimal(self.paused // timedelta(seconds=1)) / (whole // timedelta(seconds=1))


def paused_clocks(
    user: Somebody, period: Period, *, contract: str = "", at: datetime
) -> list[PausedClock]:
    """The clocks that may pause of the tickets opened in a period that somebody sees.

    Whoever has the ticket now answers for its pauses.
    """
    tickets = visible_to(user).filter(opened_at__gte=period.start, opened_at__lt=period.end)
    if contract:
        tickets = tickets.filter(contract=contract)
    rows = (
        Clock.objects.filter(ticket__in=tickets)
        .exclude(spec__pause_reasons=[])
        .select_related("ticket__assignee", "ticket__policy")
        .order_by("id")
    )
    found = []
    coming = rows.iterator(chunk_size=_BATCH)
    while batch := list(islice(coming, _BATCH)):
        statuses = read_clocks(batch, at=at)
        found += [
            _clock(row, statuses[row.pk])
            for row in batch
            if statuses[row.pk].state not in (State.PENDING, State.VOID)
        ]
    return found


def _clock(row: Clock, status: ClockStatus) -> PausedClock:
    ticket = row.ticket
    return PausedClock(
        clock_id=row.pk,
        label=row.label,
        ticket_id=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        assignee_id=ticket.assignee_id,
        assignee=ticket.assignee.name if ticket.assignee is not None else "未分派",
        elapsed=status.elapsed,
        paused=status.paused,
        reasons=tuple(sorted(set(_reasons(row, status)))) if status.paused else (),
    )


def _reasons(row: Clock, status: ClockStatus) -> Iterator[str]:
    policy = row.ticket.policy
    words = policy.pause_reasons if policy is not None else {}
    for part in status.explanation:
        if part.kind == SegmentKind.PAUSED:
            yield words.get(part.reason, part.reason)


def shares_of(rows: list[PausedClock]) -> list[PausedShare]:
    """The clocks by engineer, the largest share first."""
    by_person: dict[tuple[int | None, str], list[PausedClock]] = defaultdict(list)
    for row in rows:
        by_person[row.assignee_id, row.assignee].append(row)
    found = [_share(person, own) for person, own in by_person.items()]
    return sorted(found, key=lambda one: (-(one.share or Decimal(0)), one.name))


def _share(person: tuple[int | None, str], rows: list[PausedClock]) -> PausedShare:
    person_id, name = person
    return PausedShare(
        person_id=person_id,
        name=name,
        clocks=len(rows),
        paused_clocks=sum(1 for row in rows if row.paused),
        elapsed=sum((row.elapsed for row in rows), timedelta()),
        paused=sum((row.paused for row in rows), timedelta()),
        reasons=tuple(sorted({reason for row in rows for reason in row.reasons})),
    )
