"""What the clocks of a contract's tickets amounted to, as known at an instant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from steward.desk.tickets.models import Clock, ClockEventRow, Ticket
from steward.desk.tickets.queries.reading import read_clock
from steward.kernel.clock import EventType, State


@dataclass(frozen=True, slots=True)
class Which:
    """Clocks of tickets of one contract opened in [start, end), known before `as_of`.

    Empty tuples stand for any.
    """

    contract: str
    start: datetime
    end: datetime
    as_of: datetime
    ticket_kinds: tuple[str, ...] = field(default=())
    severities: tuple[str, ...] = field(default=())
    clock_kinds: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Breach:
    """A clock that ran out; `excluded` says why it does not count, or is empty."""

    clock_id: int
    label: str
    number: str
    title: str
    at: datetime
    excluded: str


@dataclass(frozen=True, slots=True)
class Judged:
    """`population` clocks were met or breached; `breaches` also lists the excused and void."""

    population: int
    breaches: tuple[Breach, ...]

    @property
    def counted(self) -> int:
        """Breaches that count."""
        return sum(1 for breach in self.breaches if not breach.excluded)


def tickets_which(which: Which) -> QuerySet[Ticket]:
    """The tickets meant, void ones included."""
    rows = Ticket.objects.filter(
        contract=which.contract,
        opened_at__gte=which.start,
        opened_at__lt=min(which.end, which.as_of),
    )
    if which.ticket_kinds:
        rows = rows.filter(kind__in=which.ticket_kinds)
    if which.severities:
        rows = rows.filter(severity__in=which.severities)
    return rows


def clocks_which(which: Which) -> QuerySet[Clock]:
    """The clocks meant, in whatever state."""
    rows = Clock.objects.filter(ticket__in=tickets_which(which))
    return rows.filter(kind__in=which.clock_kinds) if which.clock_kinds else rows


JUDGED = ~Q(state=State.VOID.value) & (Q(is_open=False) | Q(breached_at__isnull=False))


def judge(which: Which) -> Judged:
    """Count and list, by what was recorded before `as_of`.

    The stored state of a clock is right unless its log has something newer; only such clocks are
    evaluated again, from the part of the log that was known.
    """
    clocks = clocks_which(which)
    newer = ClockEventRow.objects.filter(clock__in=clocks, recorded_at__gte=which.as_of)
    touched = set(newer.values_list("clock_id", flat=True))
    settled = clocks.exclude(pk__in=touched) if touched else clocks
    late = list(
        settled.filter(breached_at__isnull=False)
        .order_by("breached_at", "id")
        .values_list("id", "label", "ticket__number", "ticket__title", "breached_at", "state",
                     "is_excused")
    )  # fmt: skip
    marked = [row[0] for row in late if row[5] == State.VOID.value or row[6]]
    reasons = reasons_for(marked, before=which.as_of)
    found = [
        Breach(pk, label, number, title, at, excluded=reasons.get(pk, ""))
        for pk, label, number, title, at, _, _ in late
        if at is not None
    ]
    population = settled.filter(JUDGED).count()
    if touched:
        more, judged = _judge_again(clocks.filter(pk__in=touched), as_of=which.as_of)
        found = sorted([*found, *more], key=lambda breach: (breach.at, breach.clock_id))
        population += judged
    return Judged(population, tuple(found))


def reasons_for(clock_ids: Sequence[int], *, before: datetime) -> dict[int, str]:
    """Why breaches do not count: the excuse or voiding with its document, by clock id."""
    rows = ClockEventRow.objects.filter(
        clock_id__in=clock_ids,
        type__in=(EventType.EXCUSE.value, EventType.VOID.value),
        recorded_at__lt=before,
    ).order_by("id")
    found: dict[int, str] = {}
    for row in rows:
        document = f"（{row.document}）" if row.document else ""
        found[row.clock_id] = f"{row.get_type_display()}：{row.reason}{document}"
    return found


def _judge_again(clocks: QuerySet[Clock], *, as_of: datetime) -> tuple[list[Breach], int]:
    breaches: list[Breach] = []
    judged = 0
    for clock, events in _with_logs(clocks, as_of=as_of):
        status = read_clock(clock, events, at=as_of)
        is_void = status.state is State.VOID
        if not is_void and (status.breach_at is not None or status.state is State.MET):
            judged += 1
        if status.breach_at is not None:
            reasons = reasons_for([clock.pk], before=as_of) if is_void or status.excused else {}
            breaches.append(
                Breach(
                    clock.pk,
                    clock.label,
                    clock.ticket.number,
                    clock.ticket.title,
                    status.breach_at,
                    excluded=reasons.get(clock.pk, ""),
                )
            )
    return breaches, judged


def _with_logs(
    clocks: QuerySet[Clock], *, as_of: datetime
) -> Iterator[tuple[Clock, list[ClockEventRow]]]:
    rows = list(clocks.select_related("ticket"))
    logs: dict[int, list[ClockEventRow]] = {clock.pk: [] for clock in rows}
    for event in ClockEventRow.objects.filter(clock_id__in=logs, recorded_at__lt=as_of):
        logs[event.clock_id].append(event)
    for clock in rows:
        yield clock, logs[clock.pk]


def names_in(params: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A parameter that is a list of codes, or one text with commas."""
    value = params.get(name) or ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(part) for part in value)


def judged_ids(which: Which) -> list[int]:
    """The clocks that `judge` counts as its population, by id."""
    clocks = clocks_which(which)
    newer = ClockEventRow.objects.filter(clock__in=clocks, recorded_at__gte=which.as_of)
    touched = set(newer.values_list("clock_id", flat=True))
    settled = clocks.exclude(pk__in=touched) if touched else clocks
    ids = list(settled.filter(JUDGED).values_list("pk", flat=True))
    for clock, events in _with_logs(clocks.filter(pk__in=touched), as_of=which.as_of):
        status = read_clock(clock, events, at=which.as_of)
        if status.state is State.MET or (
            status.state is not State.VOID and status.breach_at is not None
        ):
            ids.append(clock.pk)
    return ids
