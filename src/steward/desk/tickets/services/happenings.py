"""What happens on a ticket reaches its clocks: starts, stops, pauses, re-opening, voiding."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from steward.core.calendars import api as calendars
from steward.desk.tickets.models import Clock, ClockEventRow, PolicyRuleRow, Ticket, TimelineEntry
from steward.desk.tickets.queries.cards import target_words
from steward.desk.tickets.queries.reading import events_of, spec_of
from steward.desk.tickets.services.clockwork import (
    Mark,
    keep_outcome,
    new_clock,
    outcome_sentence,
    settle,
    summarise,
    write,
)
from steward.desk.tickets.services.policies import rules_for
from steward.kernel.actors import Actor
from steward.kernel.clock import ClockStatus, EventType, PriorityMode, ReopenMode, State

ENDINGS = ("resolved", "closed")
EARLIER = ("responded", "checked_in", "workaround", "restored")
REOPENED = ("resolved", "closed", "restored", "workaround")

Marks = Callable[[Clock], Iterable[Mark]]


def clocks_of(ticket: Ticket) -> list[Clock]:
    """The ticket's clocks in the policy's order, each with the ticket at hand."""
    clocks = list(Clock.objects.filter(ticket=ticket).order_by("rule__position", "id"))
    for clock in clocks:
        clock.ticket = ticket
    return clocks


def mark_clocks(ticket: Ticket, marks: Marks, *, by: Actor, now: datetime) -> list[str]:
    """Write each clock's marks, settle, place the ticket in the queue.

    Returns how the clocks that ended by it did, in words.
    """
    clocks = clocks_of(ticket)
    logs = events_of(clocks)
    were_open = {clock.pk for clock in clocks if clock.is_open}
    for clock in clocks:
        for mark in marks(clock):
            logs[clock.pk].append(write(clock, mark, by=by, now=now))
    found = settle(clocks, now=now, logs=logs)
    summarise(ticket, clocks)
    ended = [clock for clock in clocks if clock.pk in were_open and not clock.is_open]
    return [words for clock in ended if (words := outcome_sentence(clock, found[clock.pk]))]


def start_clocks(ticket: Ticket, *, by: Actor, now: datetime) -> list[Clock]:
    """Make the clocks that the ticket's policy promises and start those that start with opening."""
    clocks = [new_clock(ticket, rule, now=now) for rule in _rules(ticket)]
    logs: dict[int, list[ClockEventRow]] = {clock.pk: [] for clock in clocks}
    for clock in clocks:
        if clock.spec["start_event"] == "opened":
            start = Mark(type=EventType.START, at=ticket.opened_at)
            logs[clock.pk].append(write(clock, start, by=by, now=now))
    settle(clocks, now=now, logs=logs)
    summarise(ticket, clocks)
    return clocks


def happen(ticket: Ticket, name: str, *, at: datetime, by: Actor, now: datetime) -> list[str]:
    """Tell the clocks of a happening: those that it starts start, those that it stops stop.

    Resolving or closing also ends what should have come before it (see `_ended_by`).
    """

    def marks(clock: Clock) -> Iterable[Mark]:
        if clock.spec["start_event"] == name and clock.started_at is None:
            yield Mark(type=EventType.START, at=at)
        if not clock.is_open:
            return
        if clock.spec["stop_event"] == name:
            yield Mark(type=EventType.STOP, at=at)
        elif name in ENDINGS:
            yield from _ended_by(clock, at=at, by=by)

    return mark_clocks(ticket, marks, by=by, now=now)


def _ended_by(clock: Clock, *, at: datetime, by: Actor) -> Iterable[Mark]:
    """What resolving does to a clock that waits for something earlier.

    A person's resolution is a human act with content, so it answers; an arrival that the work
    did not need is void and listed; what healed by itself in time needed no answer. A clock past
    its due time is stopped, so that its breach counts.
    """
    stop_event = clock.spec["stop_event"]
    if stop_event not in EARLIER:
        return
    late = clock.breached_at is not None or (clock.due_at is not None and clock.due_at < at)
    answered = by.is_person and stop_event != "checked_in"
    if clock.started_at is not None and (late or answered):
        yield Mark(type=EventType.STOP, at=at, reason="解决时一并停止")
    elif stop_event == "checked_in":
        yield Mark(type=EventType.VOID, at=at, reason="远程解决，未需到场")
    else:
        yield Mark(type=EventType.VOID, at=at, reason="自行恢复，无需处理")


def pause(ticket: Ticket, reason: str, *, by: Actor, now: datetime) -> None:
    """Write a pause into every open clock; the kernel heeds it where the contract allows it."""

    def marks(clock: Clock) -> Iterable[Mark]:
        if clock.is_open:
            yield Mark(type=EventType.PAUSE, at=now, reason=reason)

    mark_clocks(ticket, marks, by=by, now=now)


def unpause(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """End every pause."""

    def marks(clock: Clock) -> Iterable[Mark]:
        if clock.is_open:
            yield Mark(type=EventType.RESUME, at=now)

    mark_clocks(ticket, marks, by=by, now=now)


def restart(ticket: Ticket, reason: str, *, by: Actor, now: datetime) -> None:
    """Re-open clocks that ended with the work; answering and arriving happen once.

    A contract that wants them again says so by the mode `restart` (clock rule 11).
    """

    def marks(clock: Clock) -> Iterable[Mark]:
        again = clock.spec["reopen_mode"] == ReopenMode.RESTART
        if clock.stopped_at is not None and (again or clock.spec["stop_event"] in REOPENED):
            yield Mark(type=EventType.REOPEN, at=now, reason=reason)

    mark_clocks(ticket, marks, by=by, now=now)


def void(ticket: Ticket, reason: str, *, by: Actor, now: datetime) -> None:
    """Take every clock out of numerator and denominator, listed with the reason (rule 18)."""

    mark_clocks(
        ticket, lambda _: (Mark(type=EventType.VOID, at=now, reason=reason),), by=by, now=now
    )


def retarget(ticket: Ticket, *, by: Actor, now: datetime) -> list[str]:
    """Fit the clocks to the ticket's new severity (clock rule 10); says what changed in words.

    Each clock's own mode decides from where the new target counts. A clock that is new starts
    where it would have, with what has happened since; one that no longer applies is void unless
    it is breached already: a recorded breach stays.
    """
    wanted = {rule.spec["kind"]: rule for rule in _rules(ticket)}
    present = clocks_of(ticket)
    kinds = {clock.kind for clock in present}
    for kind, rule in wanted.items():
        if kind not in kinds and rule.spec["priority_mode"] != PriorityMode.LOCKED:
            _late_clock(new_clock(ticket, rule, now=now), ticket, by=by, now=now)
    changed = {clock.pk for clock in present if _follows(clock, wanted.get(clock.kind))}
    for clock in present:
        if clock.pk in changed:
            _take_rule(clock, wanted[clock.kind], now=now)

    def marks(clock: Clock) -> Iterable[Mark]:
        if clock.pk in changed:
            yield Mark(type=EventType.RETARGET, at=now, spec=wanted[clock.kind].spec)
        elif clock.kind not in wanted and clock.is_open and clock.breached_at is None:
            yield Mark(type=EventType.VOID, at=now, reason="级别变更后不再适用")

    mark_clocks(ticket, marks, by=by, now=now)
    return [
        f"{spec_of(rule.spec).label} ≤ {target_words(rule.spec['target'], rule.spec['unit'])}"
        for rule in wanted.values()
    ]


def _follows(clock: Clock, rule: PolicyRuleRow | None) -> bool:
    """Whether a clock gets the target of another rule; a locked one keeps its own."""
    if rule is None or rule.pk == clock.rule_id:
        return False
    return bool(clock.spec["priority_mode"] != PriorityMode.LOCKED)


def _take_rule(clock: Clock, rule: PolicyRuleRow, *, now: datetime) -> None:
    clock.rule, clock.clause = rule, rule.clause
    if rule.calendar not in clock.calendars:
        version = calendars.get(rule.calendar, now).version_id
        clock.calendars = clock.calendars | {rule.calendar: version}
    clock.save(update_fields=["rule", "clause", "calendars"])


def _late_clock(clock: Clock, ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """Replay into a clock made by a change of severity what the ticket has been through."""
    if clock.spec["priority_mode"] == PriorityMode.FRESH:
        write(clock, Mark(type=EventType.START, at=now), by=by, now=now)
        return
    for entry in TimelineEntry.objects.filter(ticket=ticket).exclude(happening="").order_by("id"):
        for mark in _replayed(clock, entry):
            write(clock, mark, by=by, now=now)


def _replayed(clock: Clock, entry: TimelineEntry) -> Iterable[Mark]:
    at = entry.at
    if entry.happening == clock.spec["start_event"]:
        yield Mark(type=EventType.START, at=at)
    if entry.happening == clock.spec["stop_event"]:
        yield Mark(type=EventType.STOP, at=at)
    elif entry.happening == "suspended":
        yield Mark(type=EventType.PAUSE, at=at, reason=entry.data.get("reason", "") or "挂起")
    elif entry.happening == "resumed":
        yield Mark(type=EventType.RESUME, at=at)


def keep_met(ticket: Ticket, *, now: datetime) -> None:
    """At the end keep evidence of each met clock; breaches were kept when they happened."""
    clocks = clocks_of(ticket)
    found: dict[int, ClockStatus] = settle(clocks, now=now)
    for clock in clocks:
        if found[clock.pk].state is State.MET:
            keep_outcome(clock, found[clock.pk], now=now, breached=False)


def _rules(ticket: Ticket) -> Sequence[PolicyRuleRow]:
    return rules_for(ticket.policy, ticket.kind, ticket.severity)
