"""The daily work on a ticket: assigning, answering, arriving, suspending, steps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.jobs import api as jobs
from steward.desk.tickets.choices import (
    STEP_HAPPENINGS,
    ArrivalProof,
    EntryKind,
    TicketState,
    kind_of,
)
from steward.desk.tickets.events import TicketAssigned, TicketReplied
from steward.desk.tickets.models import Team, Ticket, TicketStep
from steward.desk.tickets.queries.tickets import TicketInfo, to_info
from steward.desk.tickets.services.errors import InvalidInputError, WrongStateError
from steward.desk.tickets.services.happenings import happen, pause, unpause
from steward.desk.tickets.services.timeline import Entry, append, lock_ticket
from steward.kernel.actors import Actor
from steward.kernel.clock import format_duration

PLACED = ["state", "queue_at", "urgency"]
WORKABLE = (
    TicketState.NEW,
    TicketState.ASSIGNED,
    TicketState.IN_PROGRESS,
    TicketState.SUSPENDED,
)


def demand_state(ticket: Ticket, states: Collection[str], action: str) -> None:
    """WrongStateError unless the ticket is in one of the states."""
    if ticket.state not in states:
        raise WrongStateError(
            f"工单 {ticket.number} 现为“{ticket.get_state_display()}”，不能{action}",
            state=ticket.state,
        )


def demand_text(text: str, what: str) -> str:
    """The text without blanks around it; InvalidInputError when nothing is left."""
    plain = text.strip()
    if not plain:
        raise InvalidInputError(f"请填写{what}")
    return plain


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to have a ticket: a person, a team, or both."""

    assignee_id: int | None = None
    team_id: int | None = None


@transaction.atomic
def assign_ticket(
    ticket_id: int, *, to: Assignment, by: Actor, now: datetime, reason: str = ""
) -> TicketInfo:
    """Give a ticket to a person or team; this is not yet an answer (clock rule 16)."""
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, WORKABLE, "转派")
    who = _names(to)
    if (to.assignee_id, to.team_id) == (ticket.assignee_id, ticket.team_id):
        return to_info(ticket)
    before = {"assignee": ticket.assignee_id, "team": ticket.team_id}
    ticket.assignee_id, ticket.team_id = to.assignee_id, to.team_id
    if ticket.state == TicketState.NEW and to.assignee_id:
        ticket.state = TicketState.ASSIGNED
    ended = happen(ticket, "assigned", at=now, by=by, now=now)
    words = f"转派给{who}" + (f"：{reason.strip()}" if reason.strip() else "")
    append(
        ticket,
        Entry(kind=EntryKind.ASSIGNMENT, text=words, happening="assigned", data={"clocks": ended}),
        by=by,
        now=now,
    )
    ticket.save(update_fields=["assignee", "team", *PLACED])
    audit.record(
        "desk.ticket.assigned",
        ticket.subject,
        by=by,
        now=now,
        before=before,
        after={"assignee": who},
        reason=reason,
    )
    jobs.publish(
        TicketAssigned(
            ticket_id=ticket.pk,
            assignee_id=to.assignee_id,
            team_id=to.team_id,
            assigned_at=now,
        ),
        now=now,
    )
    return to_info(ticket)


def _names(to: Assignment) -> str:
    parts = []
    if to.team_id is not None:
        team = Team.objects.filter(pk=to.team_id, is_active=True).first()
        if team is None:
            raise InvalidInputError("所选处理组不存在或已停用")
        parts.append(team.name)
    if to.assignee_id is not None:
        person = accounts.get_user(to.assignee_id)
        if person is None:
            raise InvalidInputError("所选处理人不存在")
        parts.append(person.name)
    if not parts:
        raise InvalidInputError("请选择处理组或处理人")
    return " · ".join(parts)


@transaction.atomic
def reply(ticket_id: int, *, text: str, by: Actor, now: datetime) -> TicketInfo:
    """Write to the requester, or as the requester to the desk.

    The first words of a person of the desk are the response (clock rule 16: a human act with
    content; an automatic answer or an assignment is none). Words of the requester end a pause.
    """
    ticket = lock_ticket(ticket_id)
    if ticket.state in (TicketState.CANCELLED, TicketState.VOID, TicketState.DUPLICATE):
        demand_state(ticket, WORKABLE, "回复")
    content = demand_text(text, "回复内容")
    from_requester = by.is_person and by.user_id == ticket.requester_id
    is_response = by.is_person and not from_requester and ticket.is_open
    ended: list[str] = []
    if is_response:
        if ticket.state in (TicketState.NEW, TicketState.ASSIGNED):
            ticket.state = TicketState.IN_PROGRESS
        ended = happen(ticket, "responded", at=now, by=by, now=now)
    entry = append(
        ticket,
        Entry(
            kind=EntryKind.REPLY,
            text=content,
            is_public=True,
            happening="responded" if is_response else "",
            data={"clocks": ended, "from_requester": from_requester},
        ),
        by=by,
        now=now,
    )
    if from_requester and ticket.state == TicketState.SUSPENDED:
        _resume(ticket, "报告人已回复，自动恢复", by=by, now=now)
    ticket.save(update_fields=[*PLACED, "suspend_reason"])
    audit.record("desk.ticket.replied", ticket.subject, by=by, now=now)
    jobs.publish(
        TicketReplied(
            ticket_id=ticket.pk, entry_id=entry.pk, to_requester=not from_requester, replied_at=now
        ),
        now=now,
    )
    return to_info(ticket)


@transaction.atomic
def add_note(ticket_id: int, *, text: str, by: Actor, now: datetime) -> TicketInfo:
    """Write for the desk only; it answers nobody and moves no clock."""
    ticket = lock_ticket(ticket_id)
    append(ticket, Entry(kind=EntryKind.NOTE, text=demand_text(text, "备注内容")), by=by, now=now)
    return to_info(ticket)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How somebody's arrival on site is proved.

    `proof` code (the client's confirmation code in `detail`), photo (`file_id` of the stored
    picture) or client (the confirming person's post in `detail`).
    """

    proof: str
    detail: str = ""
    file_id: int | None = None


@transaction.atomic
def check_in(
    ticket_id: int, *, arrival: Arrival, by: Actor, now: datetime, at: datetime | None = None
) -> TicketInfo:
    """Record an arrival on site with its proof (clock rule 17); without proof it is refused."""
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, WORKABLE, "到场签到")
    arrived = at or now
    if not ticket.opened_at <= arrived <= now:
        raise InvalidInputError("到场时间应在建单之后、现在之前")
    proof, data = _proof(ticket, arrival, by=by, now=now)
    ended = happen(ticket, "checked_in", at=arrived, by=by, now=now)
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=f"到场签到：{proof}",
            is_public=True,
            happening="checked_in",
            at=arrived,
            data=data | {"clocks": ended},
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=PLACED)
    audit.record("desk.ticket.checked_in", ticket.subject, by=by, now=now, after={"proof": proof})
    return to_info(ticket)


def _proof(
    ticket: Ticket, arrival: Arrival, *, by: Actor, now: datetime
) -> tuple[str, dict[str, str]]:
    if arrival.proof not in ArrivalProof.values:
        raise InvalidInputError("请选择到场凭据：甲方确认码、现场照片或甲方人员确认")
    label = ArrivalProof(arrival.proof).label
    if arrival.proof == ArrivalProof.PHOTO:
        if arrival.file_id is None:
            raise InvalidInputError("请上传现场照片")
        photo = files.attach(arrival.file_id, ticket.subject, by=by, now=now, purpose="到场照片")
        return f"{label}（{photo.name}）", {"proof": arrival.proof, "sha256": photo.sha256}
    detail = demand_text(arrival.detail, label)
    return f"{label}（{detail}）", {"proof": arrival.proof, "detail": detail}


@transaction.atomic
def suspend_ticket(
    ticket_id: int, *, reason: str, message: str, by: Actor, now: datetime
) -> TicketInfo:
    """Suspend with a reason of the contract and a message to the requester (clock rule 4).

    Clocks whose contract does not allow the reason run on. InvalidInputError for a reason that
    the ticket's policy does not name.
    """
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, (TicketState.ASSIGNED, TicketState.IN_PROGRESS), "挂起")
    allowed = pause_reasons_of(ticket)
    if reason not in allowed:
        raise InvalidInputError(
            f"“{reason}”不是合同约定的暂停原因，可用：{'、'.join(allowed.values())}"
        )
    content = demand_text(message, "给报告人的说明")
    pause(ticket, reason, by=by, now=now)
    ticket.state, ticket.suspend_reason = TicketState.SUSPENDED, reason
    append(
        ticket,
        Entry(
            kind=EntryKind.STATE,
            text=f"挂起：{content}",
            is_public=True,
            happening="suspended",
            data={"reason": reason, "reason_label": allowed[reason]},
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=[*PLACED, "suspend_reason"])
    audit.record(
        "desk.ticket.suspended",
        ticket.subject,
        by=by,
        now=now,
        reason=f"{allowed[reason]}：{content}",
    )
    return to_info(ticket)


DEFAULT_PAUSE_REASONS = {"customer": "待客户"}


def pause_reasons_of(ticket: Ticket) -> dict[str, str]:
    """The reasons the ticket's contract knows, with their words."""
    if ticket.policy is None:
        return DEFAULT_PAUSE_REASONS
    return {str(code): str(words) for code, words in ticket.policy.pause_reasons.items()}


@transaction.atomic
def resume_ticket(ticket_id: int, *, by: Actor, now: datetime, note: str = "") -> TicketInfo:
    """Take a suspended ticket up again."""
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, (TicketState.SUSPENDED,), "恢复")
    _resume(ticket, note.strip() or "恢复处理", by=by, now=now)
    ticket.save(update_fields=[*PLACED, "suspend_reason"])
    audit.record("desk.ticket.resumed", ticket.subject, by=by, now=now)
    return to_info(ticket)


def _resume(ticket: Ticket, words: str, *, by: Actor, now: datetime) -> None:
    last = ticket.timeline.filter(happening="suspended").order_by("-id").first()
    unpause(ticket, by=by, now=now)
    ticket.state, ticket.suspend_reason = TicketState.IN_PROGRESS, ""
    length = f"（挂起 {format_duration(now - last.at)}）" if last is not None else ""
    append(
        ticket,
        Entry(kind=EntryKind.STATE, text=f"{words}{length}", is_public=True, happening="resumed"),
        by=by,
        now=now,
    )


@transaction.atomic
def complete_step(ticket_id: int, *, step: str, text: str, by: Actor, now: datetime) -> TicketInfo:
    """Record a step of the kind's course of work (K1–K4, K7–K9) with what came of it."""
    ticket = lock_ticket(ticket_id)
    demand_state(ticket, (*WORKABLE, TicketState.RESOLVED), "登记步骤")
    steps = {known.code: known for known in kind_of(ticket.kind).steps}
    if step not in steps:
        raise InvalidInputError(f"{ticket.kind_label}没有步骤“{step}”")
    content = demand_text(text, steps[step].label)
    row, created = TicketStep.objects.get_or_create(
        ticket=ticket,
        code=step,
        defaults={"text": content, "done_at": now, "done_by": by.label},
    )
    if not created:
        raise WrongStateError(f"步骤“{steps[step].label}”已由{row.done_by}登记")
    happening = STEP_HAPPENINGS.get(step, "")
    ended = happen(ticket, happening, at=now, by=by, now=now) if happening else []
    append(
        ticket,
        Entry(
            kind=EntryKind.STEP,
            text=f"{steps[step].label}：{content}",
            happening=happening,
            data={"step": step, "clocks": ended},
        ),
        by=by,
        now=now,
    )
    ticket.save(update_fields=PLACED)
    audit.record(
        "desk.ticket.step", ticket.subject, by=by, now=now, after={"step": steps[step].label}
    )
    return to_info(ticket)
