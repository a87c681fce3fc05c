"""What the clocks of a contract's tickets amounted to, as known at an instant."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDay

from steward.desk.tickets.models import Clock, ClockEventRow, Ticket, TimelineEntry
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
    excluded: str
    ticket_kind: str
    severity: str
    clock_kind: str
    at: datetime

    @property
    def sort(self) -> "Sort":
        return self.ticket_kind, self.severity, self.clock_kind


@dataclass(frozen=True, slots=True)
class Judged:
    """`population` clocks were met or breached; `breaches` also lists the excused and void."""

    population: int
    breaches: tuple[Breach, ...]

    @property
    def counted(self) -> int:
        """Breaches that count."""
        return sum(1 for breach in self.breaches if not breach.excluded)


Sort = tuple[str, str, str]
"""Ticket kind, severity, clock kind."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Clocks counted by sort, and the breaches among them.

    `until` is when passing time alone changes it, None for never; `is_lasting` False when the log
    has something newer than the instant asked for, or a clock waits to be looked at: then it only
    holds for that instant.
    """

    judged: Mapping[Sort, int]
    breaches: tuple[Breach, ...]
    until: datetime | None
    is_lasting: bool


def tickets_which(which: Which) -> QuerySet[Ticket]:
    """The tickets meant, void ones included, by the severity that was known then."""
    rows = _tickets_of(which)
    if which.ticket_kinds:
        rows = rows.filter(kind__in=which.ticket_kinds)
    if which.severities:
        before = severities_before(which)
        then = [pk for pk, severity in before.items() if severity in which.severities]
        rows = rows.filter(
            Q(severity__in=which.severities) & ~Q(pk__in=list(before)) | Q(pk__in=then)
        )
    return rows


def _tickets_of(which: Which) -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        contract=which.contract,
        opened_at__gte=which.start,
        opened_at__lt=min(which.end, which.as_of),
    )


def days_with_tickets(contract: str, start: datetime) -> set[datetime]:
    """The days (UTC) since `start` on which tickets of a contract were opened."""
    rows = Ticket.objects.filter(contract=contract, opened_at__gte=start).order_by()
    days = rows.annotate(day=TruncDay("opened_at", tzinfo=UTC)).values_list("day", flat=True)
    return {day for day in days.distinct() if day is not None}


def severities_before(which: Which) -> dict[int, str]:
    """What tickets that were rated anew at or after `as_of` had been rated before, by id."""
    rated = TimelineEntry.objects.filter(
        happening="reprioritised", recorded_at__gte=which.as_of, ticket__contract=which.contract
    ).order_by("-recorded_at", "-id")
    return {
        pk: data["from"] for pk, data in rated.values_list("ticket_id", "data") if data.get("from")
    }


def clocks_which(which: Which) -> QuerySet[Clock]:
    """The clocks meant, in whatever state."""
    rows = Clock.objects.filter(ticket__in=tickets_which(which))
    return rows.filter(kind__in=which.clock_kinds) if which.clock_kinds else rows


JUDGED = ~Q(state=State.VOID.value) & (Q(is_open=False) | Q(breached_at__isnull=False))
SORT = ("ticket__kind", "ticket__severity", "kind")


def _touched(clocks: QuerySet[Clock], as_of: datetime) -> set[int]:
    """Clocks whose stored state is not that of `as_of`.

    Their log has something newer, they ran out later, or nobody has looked since they ran out.
    """
    newer = ClockEventRow.objects.filter(clock__in=clocks, recorded_at__gte=as_of)
    logged = set(newer.values_list("clock_id", flat=True))
    unseen = Q(is_open=True, breached_at__isnull=True, due_at__lte=as_of)
    timed = clocks.filter(Q(breached_at__gte=as_of) | unseen).values_list("pk", flat=True)
    return logged | set(timed)


def tally(which: Which) -> Tally:
    """Count and list by what was recorded before `as_of`.

    The stored state of a clock is right unless its log has something newer or time has passed it
    by; only such clocks are evaluated again, from the part of the log that was known.
    """
    clocks = clocks_which(which)
    touched = _touched(clocks, which.as_of)
    settled = clocks.exclude(pk__in=touched) if touched else clocks
    before = severities_before(which)
    judged: Counter[Sort] = Counter()
    rows = settled.filter(JUDGED).order_by()
    if before:
        for pk, *sort in rows.values_list("ticket_id", *SORT).iterator():
            judged[sort[0], before.get(pk, sort[1]), sort[2]] += 1
    else:
        for kind, severity, clock, number in rows.values_list(*SORT).annotate(Count("pk")):
            judged[kind, severity, clock] = number
    found = _stored_breaches(settled, which.as_of, before)
    for again, counts in _judged_again(clocks.filter(pk__in=touched), which.as_of, before):
        judged.update([again.sort] if counts else [])
        found += [again.breach] if again.breach is not None else []
    found.sort(key=lambda breach: (breach.at, breach.clock_id))
    is_lasting = not (touched or before or _opens_later(which) or _waits(clocks, which.as_of))
    until = _next_change(clocks, which.as_of) if is_lasting else None
    return Tally(dict(judged), tuple(found), until, is_lasting)


def _opens_later(which: Which) -> bool:
    later = Ticket.objects.filter(
        contract=which.contract, opened_at__gte=which.as_of, opened_at__lt=which.end
    )
    return later.exists()


def _waits(clocks: QuerySet[Clock], as_of: datetime) -> bool:
    return clocks.filter(is_open=True, next_wake_at__lte=as_of).exists()


def _next_change(clocks: QuerySet[Clock], as_of: datetime) -> datetime | None:
    waiting = clocks.filter(is_open=True).aggregate(
        wakes=Min("next_wake_at", filter=Q(next_wake_at__gt=as_of)),
        due=Min("due_at", filter=Q(due_at__gt=as_of)),
    )
    return min((at for at in waiting.values() if at is not None), default=None)


def judge(which: Which) -> Judged:
    """The clocks meant, as known at `as_of`."""
    found = tally(which)
    return Judged(sum(found.judged.values()), found.breaches)


def _stored_breaches(
    settled: QuerySet[Clock], as_of: datetime, before: Mapping[int, str]
) -> list[Breach]:
    late = list(
        settled.filter(breached_at__isnull=False)
        .order_by("breached_at", "id")
        .values_list("id", "label", "ticket__number", "ticket__title", "breached_at",
                     "ticket_id", *SORT, "state", "is_excused")
    )  # fmt: skip
    marked = [row[0] for row in late if row[9] == State.VOID.value or row[10]]
    reasons = reasons_for(marked, before=as_of)
    return [
        Breach(
            clock_id=row[0],
            label=row[1],
            number=row[2],
            title=row[3],
            at=row[4],
            excluded=reasons.get(row[0], ""),
            ticket_kind=row[6],
            severity=before.get(row[5], row[7]),
            clock_kind=row[8],
        )
        for row in late
        if row[4] is not None
    ]


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


@dataclass(frozen=True, slots=True)
class _Again:
    """A clock that was evaluated again: its sort, and its breach if it has one."""

    sort: Sort
    breach: Breach | None


def _judged_again(
    clocks: QuerySet[Clock], as_of: datetime, before: Mapping[int, str]
) -> Iterator[tuple[_Again, bool]]:
    """Each clock evaluated at `as_of`, and whether it belongs to the population."""
    for clock, events in _with_logs(clocks, as_of=as_of):
        status = read_clock(clock, events, at=as_of)
        is_void = status.state is State.VOID
        ticket = clock.ticket
        sort = (ticket.kind, before.get(ticket.pk, ticket.severity), clock.kind)
        breach = None
        if status.breach_at is not None:
            reasons = reasons_for([clock.pk], before=as_of) if is_void or status.excused else {}
            breach = Breach(
                clock_id=clock.pk,
                label=clock.label,
                number=ticket.number,
                title=ticket.title,
                at=status.breach_at,
                excluded=reasons.get(clock.pk, ""),
                ticket_kind=sort[0],
                severity=sort[1],
                clock_kind=sort[2],
            )
        counts = not is_void and (breach is not None or status.state is State.MET)
        yield _Again(sort, breach), counts


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
    touched = _touched(clocks, which.as_of)
    settled = clocks.exclude(pk__in=touched) if touched else clocks
    ids = list(settled.filter(JUDGED).values_list("pk", flat=True))
    for clock, events in _with_logs(clocks.filter(pk__in=touched), as_of=which.as_of):
        status = read_clock(clock, events, at=which.as_of)
        if status.state is State.MET or (
            status.state is not State.VOID and status.breach_at is not None
        ):
            ids.append(clock.pk)
    return ids
