"""How a ticket ends, and how it comes back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.desk.tickets.choices import (
    DONE_STATES,
    OPEN_STATES,
    EntryKind,
    LinkKind,
    TicketState,
    kind_of,
)
from steward.desk.tickets.events import TicketEnded, TicketReopened
from steward.desk.tickets.models import Ticket, TicketFinding, TicketLink
from steward.desk.tickets.queries.tickets import TicketInfo, to_info
from steward.desk.tickets.services.errors import (
    InvalidInputError,
    MissingStepError,
    StillFailingError,
)
from steward.desk.tickets.services.happenings import happen, keep_met, restart, void
from steward.desk.tickets.services.opening import NewTicket, open_ticket
from steward.desk.tickets.services.timeline import Entry, append, lock_ticket
from steward.desk.tickets.services.work import PLACED, demand_state, demand_text
from steward.kernel.actors import Actor

ENDED = [*PLACED, "resolved_at", "closed_at", "resolution", "cause", "end_reason", "suspend_reason"]
WITHOUT_POLICY_LIMIT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was done and why it had happened.

    `override` is the reason of somebody who may resolve although the check still fails.
    """

    text: str
    cause: str = ""
    override: str = ""


@transaction.atomic
def resolve_ticket(
    ticket_id: int, *, resolution: Resolution, by: Actor, now: datetime
) -> TicketInfo:
    """Resolve: not while its check still fails (unless overridden), nor with a must step open.

    StillFailingError names the findings; MissingStepError the step.
    """
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, OPEN_STATES, "解决")
    content = demand_text(resolution.text, "处理结果")
    override = resolution.override.strip()
    _demand_steps(ticket, "resolve")
    failing = _demand_passing(ticket, override=override)
    ended = happen(ticket, "resolved", at=now, by=by, now=now)
    ticket.state, ticket.resolved_at = TicketState.RESOLVED, now
    ticket.resolution, ticket.cause, ticket.suspend_reason = content, resolution.cause.strip(), ""
    words = f"解决：{content}"
    if failing:
        words += f"（复查仍未通过，经授权解决：{override}）"
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=words,
            is_public=True,
            happening="resolved",
            data={"clocks": ended},
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=ENDED)
    code = "desk.ticket.resolved_over_failing" if failing else "desk.ticket.resolved"
    audit.record(code, ticket.subject, by=by, now=now, reason=override if failing else content)
    _publish_end(ticket, now=now)
    return to_info(ticket)


@transaction.atomic
def close_ticket(ticket_id: int, *, by: Actor, now: datetime, note: str = "") -> TicketInfo:
    """Close a resolved ticket; its met clocks are kept as evidence."""
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, (TicketState.RESOLVED,), "关闭")
    _demand_steps(ticket, "close")
    _demand_passing(ticket, override=_override_given(ticket))
    ended = happen(ticket, "closed", at=now, by=by, now=now)
    ticket.state, ticket.closed_at = TicketState.CLOSED, now
    keep_met(ticket, now=now)
    words = f"关闭：{note.strip()}" if note.strip() else "关闭"
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=words,
            is_public=True,
            happening="closed",
            data={"clocks": ended},
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=ENDED)
    audit.record("desk.ticket.closed", ticket.subject, by=by, now=now)
    _publish_end(ticket, now=now)
    return to_info(ticket)


@transaction.atomic
def reopen_ticket(ticket_id: int, *, reason: str, by: Actor, now: datetime) -> TicketInfo:
    """Take a resolved or closed ticket up again, by its policy's mode (clock rule 11).

    After the policy's limit the trouble becomes a new ticket that follows this one; the answer is
    the ticket to work on.
    """
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, DONE_STATES, "重新打开")
    words = demand_text(reason, "重新打开的原因")
    limit = ticket.policy.reopen_limit if ticket.policy is not None else WITHOUT_POLICY_LIMIT
    if ticket.reopen_count >= limit:
        return _follow_up(ticket, words, by=by, now=now)
    restart(ticket, words, by=by, now=now)
    ticket.state = TicketState.IN_PROGRESS if ticket.assignee_id else TicketState.NEW
    ticket.resolved_at = ticket.closed_at = None
    ticket.reopen_count += 1
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=f"重新打开（第 {ticket.reopen_count} 次）：{words}",
            is_public=True,
            happening="reopened",
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=[*ENDED, "reopen_count"])
    audit.record("desk.ticket.reopened", ticket.subject, by=by, now=now, reason=words)
    jobs.publish(TicketReopened(ticket_id=ticket.pk, reopened_at=now), now=now)
    return to_info(ticket)


def _follow_up(ticket: Ticket, reason: str, *, by: Actor, now: datetime) -> TicketInfo:
    new = NewTicket(
        kind=ticket.kind,
        severity=ticket.severity,
        title=ticket.title,
        description=reason,
        channel=ticket.channel,
        contract=ticket.contract,
        organization_id=ticket.organization_id,
        requester_id=ticket.requester_id,
        requester_name=ticket.requester_name,
        team_id=ticket.team_id,
        assignee_id=ticket.assignee_id,
        item_id=ticket.item_id,
        about=ticket.about,
    )
    note = f"工单 {ticket.number} 重新打开已达 {ticket.reopen_count} 次上限，另起新单"
    info = open_ticket(new, by=by, now=now, note=note)
    TicketLink.objects.create(
        ticket_id=info.id, kind=LinkKind.FOLLOWS, other=ticket, linked_at=now, linked_by=by.label
    )
    append(
        ticket,
        Entry(
            kind=EntryKind.LINK,
            text=f"重新打开已达上限，另起新单 {info.number}：{reason}",
            is_public=True,
            data={"ticket": info.id},
        ),
        by=by,
        now=now,
    )
    return info


@transaction.atomic
def void_ticket(ticket_id: int, *, state: str, reason: str, by: Actor, now: datetime) -> TicketInfo:
    """Cancel (withdrawn) or void (invalid): out of numerator and denominator, listed (rule 18)."""
    if state not in (TicketState.CANCELLED, TicketState.VOID):
        raise InvalidInputError("请选择取消或作废")
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, OPEN_STATES, TicketState(state).label)
    _end_void(ticket, TicketState(state), demand_text(reason, "原因"), by=by, now=now)
    return to_info(ticket)


@transaction.atomic
def merge_ticket(ticket_id: int, *, into: int, reason: str, by: Actor, now: datetime) -> TicketInfo:
    """Mark a ticket as a duplicate of another, which takes over its findings."""
    if ticket_id == into:
        raise InvalidInputError("工单不能并入自己")
    locked = {number: lock_ticket(number) for number in sorted((ticket_id, into))}
    ticket, target = locked[ticket_id], locked[into]
    demand_state(ticket, OPEN_STATES, "并入其他工单")
    if target.state in (TicketState.CANCELLED, TicketState.VOID, TicketState.DUPLICATE):
        raise InvalidInputError(f"{target.number} 已{target.get_state_display()}，不能并入")
    TicketFinding.objects.filter(ticket=ticket).update(ticket=target)
    TicketLink.objects.get_or_create(
        ticket=ticket,
        kind=LinkKind.DUPLICATE_OF,
        other=target,
        defaults={"linked_at": now, "linked_by": by.label},
    )
    words = f"与 {target.number} 重复" + (f"：{reason.strip()}" if reason.strip() else "")
    _end_void(ticket, TicketState.DUPLICATE, words, by=by, now=now)
    append(
        target,
        Entry(kind=EntryKind.LINK, text=f"{ticket.number} 并入本单", data={"ticket": ticket.pk}),
        by=by,
        now=now,
    )
    return to_info(ticket)


def _end_void(ticket: Ticket, state: TicketState, reason: str, *, by: Actor, now: datetime) -> None:
    void(ticket, reason, by=by, now=now)
    ticket.state, ticket.end_reason, ticket.closed_at = state, reason, now
    ticket.suspend_reason = ""
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=f"{state.label}：{reason}；时限不计入考核，列入清单",
            is_public=True,
            happening="voided",
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=ENDED)
    audit.record(
        "desk.ticket.voided",
        ticket.subject,
        by=by,
        now=now,
        after={"state": state.label},
        reason=reason,
    )
    _publish_end(ticket, now=now)


def _publish_end(ticket: Ticket, *, now: datetime) -> None:
    jobs.publish(TicketEnded(ticket_id=ticket.pk, state=ticket.state, ended_at=now), now=now)


def _demand_steps(ticket: Ticket, before: str) -> None:
    must = {step.code: step.label for step in kind_of(ticket.kind).steps if step.before == before}
    done = set(ticket.steps.values_list("code", flat=True))
    missing = [label for code, label in must.items() if code not in done]
    if missing:
        action = "解决" if before == "resolve" else "关闭"
        raise MissingStepError(
            f"{ticket.kind_label}须先登记“{'”“'.join(missing)}”才能{action}", missing=missing
        )


def failing_findings(ticket: Ticket) -> list[findings.FindingInfo]:
    """The findings of a ticket whose check still fails."""
    ids = list(ticket.findings.values_list("finding_id", flat=True))
    return [info for info in findings.get_many(ids).values() if info.is_open]


def _demand_passing(ticket: Ticket, *, override: str) -> list[findings.FindingInfo]:
    failing = failing_findings(ticket)
    if failing and not override:
        named = "、".join(f"{info.number} {info.title}" for info in failing)
        raise StillFailingError(
            f"复查仍未通过：{named}。请先处理并点“再查一次”；确需解决的，由有权的人写明理由",
            findings=[info.id for info in failing],
        )
    return failing


def _override_given(ticket: Ticket) -> str:
    """A resolution that was authorised over a failing check holds for closing as well."""
    found = audit.history(ticket.subject, limit=50) if ticket.findings.exists() else []
    for line in found:
        if line.code == "desk.ticket.resolved_over_failing":
            return line.reason
    return ""


@transaction.atomic
def request_recheck(ticket_id: int, *, by: Actor, now: datetime) -> int:
    """Ask for another run of every check behind the ticket that still fails; how many."""
    ticket = lock_ticket(ticket_id)
    failing = failing_findings(ticket)
    if not failing:
        raise InvalidInputError("这张工单没有待复查的问题")
    for info in failing:
        findings.request_recheck(info.id, by=by, now=now)
    append(
        ticket,
        Entry(
            kind=EntryKind.FINDING,
            text=f"要求复查：{'、'.join(info.number for info in failing)}",
            data={"findings": [info.id for info in failing]},
        ),
        by=by,
        now=now,
    )
    return len(failing)
