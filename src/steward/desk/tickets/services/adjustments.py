"""What changes a clock's figure needs both sides: exclusions, excuses, corrected occurrences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.desk.tickets.choices import AdjustmentKind, AdjustmentState, EntryKind, Side
from steward.desk.tickets.events import ClockAdjusted
from steward.desk.tickets.models import Adjustment, Clock, ClockEventRow, Ticket
from steward.desk.tickets.queries.reading import events_of, read_clock
from steward.desk.tickets.services.clockwork import Mark
from steward.desk.tickets.services.errors import (
    FourEyesError,
    InvalidInputError,
    WrongStateError,
)
from steward.desk.tickets.services.happenings import clocks_of, mark_clocks
from steward.desk.tickets.services.timeline import Entry, append, lock_ticket
from steward.desk.tickets.services.work import demand_text
from steward.kernel.actors import Actor
from steward.kernel.clock import EventType
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local
from steward.kernel.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one side asks for.

    - exclusion: the half-open window from `starts_at` to `ends_at` does not count (force majeure,
      approved maintenance, refused access) on `clock_id`, or on every clock of the ticket.
    - excuse: the breach of `clock_id` is not held against the supplier.
    - occurred_at: the trouble began at `occurred_at`, not at the time first registered; clocks
      that start with the opening count from there.

    An exclusion and an excuse need a `document`.
    """

    kind: str
    reason: str
    clock_id: int | None = None
    document: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    occurred_at: datetime | None = None


@transaction.atomic
def propose_adjustment(
    ticket_id: int, *, proposal: Proposal, side: str, by: Actor, now: datetime
) -> int:
    """Record one side's proposal; it counts only when the other side confirms it."""
    ticket = lock_ticket(ticket_id)
    reason = demand_text(proposal.reason, "理由")
    if by.user_id is None or side not in Side.values:
        raise FourEyesError("计时调整须由甲方或乙方的人提出")
    clock = _clock_of(ticket, proposal.clock_id)
    _check(ticket, proposal, clock, now=now)
    row = Adjustment.objects.create(
        ticket=ticket,
        clock=clock,
        kind=proposal.kind,
        starts_at=proposal.starts_at,
        ends_at=proposal.ends_at,
        occurred_at=proposal.occurred_at,
        reason=reason,
        document=proposal.document.strip(),
        proposed_by_id=by.user_id,
        proposed_by=by.label,
        proposed_side=side,
        proposed_at=now,
    )
    words = f"{Side(side).label}提出{_words(row)}，待对方确认"
    append(ticket, Entry(kind=EntryKind.CLOCK, text=words, is_public=True), by=by, now=now)
    audit.record(
        "desk.adjustment.proposed",
        ticket.subject,
        by=by,
        now=now,
        after={"adjustment": _words(row)},
        reason=reason,
    )
    return row.pk


@transaction.atomic
def decide_adjustment(
    adjustment_id: int, *, agree: bool, side: str, note: str, by: Actor, now: datetime
) -> None:
    """Confirm or refuse the other side's proposal (four eyes, two sides)."""
    found = Adjustment.objects.filter(pk=adjustment_id).values_list("ticket_id", flat=True).first()
    if found is None:
        raise NotFoundError("没有这条计时调整")
    ticket = lock_ticket(found)
    row = Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment_id)
    if row.state != AdjustmentState.PROPOSED:
        raise WrongStateError(f"这条计时调整{row.get_state_display()}，不能再次确认")
    if by.user_id is None or by.user_id == row.proposed_by_id:
        raise FourEyesError("提出人不能确认自己的计时调整，请由对方确认")
    if side not in Side.values or side == row.proposed_side:
        raise FourEyesError(f"计时调整由{row.get_proposed_side_display()}提出，须由对方确认")
    row.state = AdjustmentState.CONFIRMED if agree else AdjustmentState.REFUSED
    row.decided_by_id, row.decided_by, row.decided_side = by.user_id, by.label, side
    row.decided_at, row.decision_note = now, note.strip()
    row.save()
    if agree:
        _apply(ticket, row, by=by, now=now)
    _tell(ticket, row, by=by, now=now)


def _tell(ticket: Ticket, row: Adjustment, *, by: Actor, now: datetime) -> None:
    verdict = "确认" if row.state == AdjustmentState.CONFIRMED else "驳回"
    note = f"：{row.decision_note}" if row.decision_note else ""
    words = f"{row.get_decided_side_display()}{verdict}{_words(row)}{note}"
    append(ticket, Entry(kind=EntryKind.CLOCK, text=words, is_public=True), by=by, now=now)
    audit.record(
        "desk.adjustment.decided",
        ticket.subject,
        by=by,
        now=now,
        after={"adjustment": _words(row), "verdict": verdict},
        reason=row.decision_note,
    )
    jobs.publish(ClockAdjusted(adjustment_id=row.pk, ticket_id=ticket.pk, adjusted_at=now), now=now)


def _clock_of(ticket: Ticket, clock_id: int | None) -> Clock | None:
    if clock_id is None:
        return None
    clock = Clock.objects.filter(ticket=ticket, pk=clock_id).first()
    if clock is None:
        raise NotFoundError("这张工单没有这个时限")
    return clock


def _check(ticket: Ticket, proposal: Proposal, clock: Clock | None, *, now: datetime) -> None:
    if proposal.kind not in AdjustmentKind.values:
        raise InvalidInputError(f"没有名为“{proposal.kind}”的计时调整")
    if proposal.kind == AdjustmentKind.OCCURRED_AT:
        _check_occurred(ticket, proposal.occurred_at, now=now)
        return
    demand_text(proposal.document, "依据文件（文号或附件名）")
    if proposal.kind == AdjustmentKind.EXCLUSION:
        _check_window(proposal)
    elif clock is None or clock.breached_at is None:
        raise InvalidInputError("请选择一个已超时的时限")


def _check_occurred(ticket: Ticket, at: datetime | None, *, now: datetime) -> None:
    if at is None or at > now:
        raise InvalidInputError("请填写不晚于现在的发生时间")
    if at == ticket.occurred_at:
        raise InvalidInputError("发生时间没有变化")


def _check_window(proposal: Proposal) -> None:
    if proposal.starts_at is None or proposal.ends_at is None:
        raise InvalidInputError("请填写剔除时段的起止时间")
    if proposal.ends_at <= proposal.starts_at:
        raise InvalidInputError("剔除时段的结束须晚于开始")


def _words(row: Adjustment) -> str:
    scope = f"{row.clock.label}时限" if row.clock is not None else "全部时限"
    if row.kind == AdjustmentKind.EXCUSE:
        return f"对{scope}超时免责（{row.document}）"
    if row.kind == AdjustmentKind.OCCURRED_AT and row.occurred_at is not None:
        return f"将发生时间更正为 {local(row.occurred_at):%Y-%m-%d %H:%M:%S}"
    if row.starts_at is None or row.ends_at is None:
        return str(row)
    return (
        f"从{scope}剔除 {local(row.starts_at):%m-%d %H:%M} 至 {local(row.ends_at):%m-%d %H:%M}"
        f"（{row.document}）"
    )


def _apply(ticket: Ticket, row: Adjustment, *, by: Actor, now: datetime) -> None:
    starts = _start_rows(ticket) if row.kind == AdjustmentKind.OCCURRED_AT else {}

    def marks(clock: Clock) -> Iterable[Mark]:
        if row.clock_id is not None and row.clock_id != clock.pk:
            return
        if row.kind == AdjustmentKind.EXCUSE:
            yield Mark(type=EventType.EXCUSE, at=now, reason=row.reason, document=row.document)
        elif row.kind == AdjustmentKind.EXCLUSION and row.starts_at and row.ends_at:
            yield Mark(
                type=EventType.EXCLUDE,
                at=now,
                reason=row.reason,
                document=row.document,
                period=Period(row.starts_at, row.ends_at),
            )
        elif clock.pk in starts and row.occurred_at is not None:
            yield Mark(
                type=EventType.START,
                at=row.occurred_at,
                reason=row.reason,
                corrects=starts[clock.pk],
            )

    mark_clocks(ticket, marks, by=by, now=now)
    _excuse_what_cleared(ticket, row, by=by, now=now)
    if row.occurred_at is not None:
        ticket.occurred_at = row.occurred_at
    ticket.save(update_fields=["occurred_at", "queue_at", "urgency"])
    _keep(ticket, row, now=now)


def _excuse_what_cleared(ticket: Ticket, row: Adjustment, *, by: Actor, now: datetime) -> None:
    """A breach stays for ever; one that the agreed figures would not have is marked excused."""
    late = [c for c in clocks_of(ticket) if c.breached_at is not None and not c.is_excused]
    logs = events_of(late)
    cleared = set()
    for clock in late:
        log = [event for event in logs[clock.pk] if event.type != EventType.BREACH.value]
        if read_clock(clock, log, at=now).breach_at is None:
            cleared.add(clock.pk)

    def marks(clock: Clock) -> Iterable[Mark]:
        if clock.pk in cleared:
            reason = f"按双方确认的{row.get_kind_display()}重算未超时：{row.reason}"
            yield Mark(type=EventType.EXCUSE, at=now, reason=reason, document=row.document)

    if cleared:
        mark_clocks(ticket, marks, by=by, now=now)


def _start_rows(ticket: Ticket) -> dict[int, int]:
    """The newest start of each clock that starts with the opening: what a correction replaces."""
    rows = ClockEventRow.objects.filter(
        clock__ticket=ticket, clock__spec__start_event="opened", type=EventType.START.value
    )
    return dict(rows.order_by("id").values_list("clock_id", "id"))


def _keep(ticket: Ticket, row: Adjustment, *, now: datetime) -> None:
    """Both sides have signed: grade C, confirmed by the client."""
    if not ticket.contract:
        return
    evidence.keep(
        evidence.Fact(
            contract=ticket.contract,
            kind=f"desk.adjustment.{row.kind}",
            subject=ticket.subject,
            occurred_at=now,
            source="desk",
            grade="C",
            payload={
                "ticket": ticket.number,
                "clock": row.clock.kind if row.clock is not None else "",
                "what": _words(row),
                "reason": row.reason,
                "document": row.document,
                "proposed_by": row.proposed_by,
                "proposed_side": row.proposed_side,
                "decided_by": row.decided_by,
                "decided_side": row.decided_side,
            },
        ),
        now=now,
    )
