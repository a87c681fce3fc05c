"""One ticket's clocks: every state comes from the kernel's evaluation of the event log.

The caller holds the ticket's row lock; it guards the clocks too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from steward.core.calendars import api as calendars
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.desk.tickets.choices import EntryKind, Urgency
from steward.desk.tickets.events import ClockBreached, ClockWarned
from steward.desk.tickets.models import (
    Clock,
    ClockEventRow,
    PolicyRuleRow,
    Ticket,
    TimelineEntry,
)
from steward.desk.tickets.queries.cards import target_words
from steward.desk.tickets.queries.reading import events_of, read_clock
from steward.desk.tickets.services.timeline import Entry, entry_row
from steward.kernel.actors import Actor
from steward.kernel.clock import (
    KIND_LABELS,
    ClockStatus,
    EventType,
    State,
    format_duration,
)
from steward.kernel.instants import local
from steward.kernel.periods import Period

CLOCKWORK = Actor.system("时限")
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is to be written into a clock's log."""

    type: EventType
    at: datetime
    reason: str = ""
    document: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    spec: dict[str, Any] | None = None
    period: Period | None = None
    corrects: int | None = None


def new_clock(ticket: Ticket, rule: PolicyRuleRow, *, now: datetime) -> Clock:
    """A clock that a rule promises, by the calendar known now."""
    return Clock.objects.create(
        ticket=ticket,
        kind=rule.spec["kind"],
        label=KIND_LABELS.get(rule.spec["kind"], rule.label),
        clause=rule.clause,
        rule=rule,
        spec=rule.spec,
        calendars={rule.calendar: calendars.get(rule.calendar, now).version_id},
    )


def write(clock: Clock, mark: Mark, *, by: Actor, now: datetime) -> ClockEventRow:
    """Append one event to a clock's log; the caller settles the clock afterwards."""
    row = _row(clock, mark, by=by, now=now)
    row.save(force_insert=True)
    return row


def _row(clock: Clock, mark: Mark, *, by: Actor, now: datetime) -> ClockEventRow:
    return ClockEventRow(
        clock=clock,
        type=mark.type.value,
        occurred_at=mark.at,
        recorded_at=now,
        actor_id=by.user_id,
        actor_label=by.label[:100],
        reason=mark.reason,
        document=mark.document,
        evidence=dict(mark.evidence),
        corrects_id=mark.corrects,
        spec=mark.spec,
        period_start=None if mark.period is None else mark.period.start,
        period_end=None if mark.period is None else mark.period.end,
    )


@dataclass(slots=True)
class _Notes:
    """What settling writes down, gathered to be written at once."""

    events: list[ClockEventRow] = field(default_factory=list)
    entries: list[TimelineEntry] = field(default_factory=list)


def settle(
    clocks: Sequence[Clock],
    *,
    now: datetime,
    logs: Mapping[int, list[ClockEventRow]] | None = None,
) -> dict[int, ClockStatus]:
    """Evaluate clocks, store what they say, record breaches at their exact instant, warn.

    Two reads and one write however many clocks, plus what each breach or warning needs.
    """
    known = events_of(clocks) if logs is None else logs
    found: dict[int, ClockStatus] = {}
    notes = _Notes()
    for clock in clocks:
        status = read_clock(clock, known.get(clock.pk, []), at=now)
        found[clock.pk] = status
        if status.breach_at is not None and clock.breached_at is None:
            _record_breach(clock, status, notes, now=now)
        _warn(clock, status, notes, now=now)
        _store(clock, status)
    Clock.objects.bulk_update(clocks, _STORED, batch_size=500)
    ClockEventRow.objects.bulk_create(notes.events)
    TimelineEntry.objects.bulk_create(notes.entries)
    return found


_STORED = [
    "state",
    "is_open",
    "started_at",
    "due_at",
    "stopped_at",
    "breached_at",
    "breach_recorded_at",
    "next_wake_at",
    "warned",
    "is_excused",
    "is_provisional",
]


def _store(clock: Clock, status: ClockStatus) -> None:
    pending = status.state is State.PENDING
    clock.state = status.state.value
    clock.is_open = status.is_open or pending
    clock.started_at = status.started_at
    clock.due_at = status.due_at
    clock.stopped_at = status.stopped_at
    clock.next_wake_at = status.next_wake_at
    clock.warned = len(status.warnings)
    clock.is_excused = status.excused
    clock.is_provisional = status.provisional


def _record_breach(clock: Clock, status: ClockStatus, notes: _Notes, *, now: datetime) -> None:
    at = status.breach_at
    if at is None:
        return
    notes.events.append(_row(clock, Mark(type=EventType.BREACH, at=at), by=CLOCKWORK, now=now))
    words = f"{clock.label}时限超时（≤ {target_words(status.target, status.unit.value)}）"
    entry = Entry(kind=EntryKind.CLOCK, text=words, at=at, data={"breach": clock.kind})
    notes.entries.append(entry_row(clock.ticket, entry, by=CLOCKWORK, now=now))
    clock.breached_at, clock.breach_recorded_at = at, now
    keep_outcome(clock, status, now=now, breached=True)
    jobs.publish(
        ClockBreached(
            clock_id=clock.pk,
            ticket_id=clock.ticket_id,
            contract=clock.ticket.contract,
            breached_at=at,
        ),
        now=now,
    )


def _warn(clock: Clock, status: ClockStatus, notes: _Notes, *, now: datetime) -> None:
    if not status.is_open:
        return
    if clock.breached_at is None and len(status.warnings) > clock.warned and status.due_at:
        words = f"{clock.label}时限预警：{local(status.due_at):%m-%d %H:%M:%S} 到期"
        at = status.warnings[-1].at
        entry = Entry(kind=EntryKind.CLOCK, text=words, at=at, data={"warning": clock.kind})
        notes.entries.append(entry_row(clock.ticket, entry, by=CLOCKWORK, now=now))
    for count, warning in enumerate(status.warnings[clock.warned :], start=clock.warned + 1):
        jobs.publish(
            ClockWarned(
                clock_id=clock.pk,
                ticket_id=clock.ticket_id,
                warning=count,
                warned_at=warning.at,
            ),
            now=now,
        )


def keep_outcome(clock: Clock, status: ClockStatus, *, now: datetime, breached: bool) -> None:
    """Keep evidence (grade A: measured by the platform) of a breach or of a met clock (C7)."""
    contract = clock.ticket.contract
    at = status.breach_at if breached else status.stopped_at
    if not contract or at is None:
        return
    evidence.keep(
        evidence.Fact(
            contract=contract,
            kind="desk.clock.breached" if breached else "desk.clock.met",
            subject=clock.subject,
            occurred_at=at,
            source="desk",
            grade="A",
            payload={
                "ticket": clock.ticket.number,
                "ticket_kind": clock.ticket.kind,
                "severity": clock.ticket.severity,
                "clock": clock.kind,
                "clause": clock.clause,
                "target": status.target,
                "unit": status.unit.value,
                "calendars": dict(clock.calendars),
                "started_at": _text(status.started_at),
                "due_at": _text(status.due_at),
                "stopped_at": _text(status.stopped_at),
                "elapsed_seconds": int(status.elapsed.total_seconds()),
                "paused_seconds": int(status.paused.total_seconds()),
            },
        ),
        now=now,
    )


def _text(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat()


def summarise(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    """Derive the ticket's place in the queue from its clocks; the caller saves it."""
    waiting = [clock for clock in clocks if clock.is_open and clock.due_at is not None]
    ticket.queue_at = min((clock.due_at or FAR for clock in waiting), default=FAR)
    if any(clock.breached_at is not None for clock in waiting):
        ticket.urgency = Urgency.LATE
    elif any(clock.warned for clock in waiting):
        ticket.urgency = Urgency.SOON
    else:
        ticket.urgency = Urgency.CALM


def outcome_sentence(clock: Clock, status: ClockStatus) -> str:
    """How a clock ended, e.g. 响应时限停止：用时 11 min 33 s，达标（≤ 30 min）."""
    words = {
        State.MET: "达标",
        State.BREACHED: "超时",
        State.VOID: f"不计：{status.void_reason}",
    }
    if status.state not in words or status.is_open:
        return ""
    used = format_duration(status.elapsed)
    promise = target_words(status.target, status.unit.value)
    return f"{clock.label}时限停止：用时 {used}，{words[status.state]}（≤ {promise}）"
