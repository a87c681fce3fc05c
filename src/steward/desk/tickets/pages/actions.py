"""The actions of a ticket's page: who may, when, with which form, through which service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from steward.core.accounts.api import actor_of
from steward.core.files import api as files
from steward.desk.tickets.choices import KINDS, OPEN_STATES, Side, TicketState
from steward.desk.tickets.models import Clock, Ticket
from steward.desk.tickets.pages import forms as ask
from steward.desk.tickets.queries.tickets import find_ticket
from steward.desk.tickets.services import adjustments, ending, linking, opening, severity, work
from steward.desk.tickets.services.errors import InvalidInputError
from steward.kernel.actors import Actor

HANDLE, CLOSE, VOID = "desk.ticket.handle", "desk.ticket.close", "desk.ticket.void"
COMMENT, OVERRIDE = "desk.ticket.comment", "desk.ticket.override"
SIDES = {"contracts.adjustment.client": Side.CLIENT, "desk.adjustment.supplier": Side.SUPPLIER}
REPLIABLE = (*OPEN_STATES, TicketState.RESOLVED, TicketState.CLOSED)


@dataclass(frozen=True, slots=True)
class Scene:
    """The page on which actions are offered."""

    request: HttpRequest
    ticket: Ticket
    clocks: Sequence[Clock]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a service needs besides the form."""

    request: HttpRequest
    ticket: Ticket
    by: Actor
    now: datetime


Do = Callable[[Deed, dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Action:
    """One button: `states` in which it shows, `permissions` of which one is enough."""

    code: str
    label: str
    form: type[forms.Form]
    permissions: tuple[str, ...]
    states: tuple[str, ...]
    do: Do
    shortcut: str = ""
    primary: bool = False

    def allows(self, request: HttpRequest, ticket: Ticket) -> bool:
        """Whether this person may do it to the ticket as it is."""
        return ticket.state in self.states and any(
            request.user.has_perm(code) for code in self.permissions
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that may be done now, with its form."""

    code: str
    label: str
    form: forms.Form
    shortcut: str
    primary: bool

    @classmethod
    def of(cls, action: Action, scene: Scene, *, bound: bool = False) -> "Offer":
        """The action with its form: filled from the request when `bound`, else fresh."""
        given: dict[str, Any] = {"auto_id": f"{action.code}-%s"}
        if bound:
            given |= {"data": scene.request.POST, "files": scene.request.FILES}
        else:
            given["initial"] = _initial(scene.ticket)
        if issubclass(action.form, ask.ChoosingForm):
            given["choices"] = _choices(action, scene)
        return cls(action.code, action.label, action.form(**given), action.shortcut, action.primary)


def _initial(ticket: Ticket) -> dict[str, Any]:
    return {
        "team": ticket.team_id,
        "assignee": ticket.assignee_id,
        "severity": ticket.severity,
        "tags": " ".join(ticket.tags),
    }


def _choices(action: Action, scene: Scene) -> dict[str, ask.Choices]:
    ticket = scene.ticket
    if action.code == "assign":
        return {"team": ask.team_choices(), "assignee": ask.people_choices()}
    if action.code == "suspend":
        return {"reason": list(work.pause_reasons_of(ticket).items())}
    if action.code == "severity":
        return {"severity": ask.severity_choices(ticket)}
    if action.code == "step":
        done = set(ticket.steps.values_list("code", flat=True))
        return {
            "step": [
                (step.code, step.label)
                for step in KINDS[ticket.kind].steps
                if step.code not in done
            ]
        }
    return {
        "clock": [("", "全部时限"), *((c.pk, c.label) for c in scene.clocks)],
        "side": sides_of(scene.request),
    }


def sides_of(request: HttpRequest) -> list[tuple[str, str]]:
    """The sides of the contract that this person may speak for."""
    held = [side for code, side in SIDES.items() if request.user.has_perm(code)]
    return [(side.value, side.label) for side in held]


def offers_for(scene: Scene, *, wrong: Offer | None = None) -> list[Offer]:
    """What this person may do to the ticket now; `wrong` is the form that was refused."""
    found = []
    for action in ACTIONS.values():
        if not action.allows(scene.request, scene.ticket) or not _applies(action, scene.ticket):
            continue
        if wrong is not None and wrong.code == action.code:
            found.append(wrong)
        else:
            found.append(Offer.of(action, scene))
    return found


def _applies(action: Action, ticket: Ticket) -> bool:
    if action.code == "step":
        return bool(KINDS[ticket.kind].steps) if ticket.kind in KINDS else False
    if action.code == "recheck":
        return ticket.findings.exists()
    return True


def perform(action: Action, scene: Scene, data: dict[str, Any], *, now: datetime) -> str:
    """Do it and say what was done."""
    by = actor_of(scene.request.user)
    return action.do(Deed(scene.request, scene.ticket, by, now), data)


def _stored(deed: Deed, upload: Any) -> int | None:
    if upload is None:
        return None
    kept = files.store(upload, upload.name or "附件", by=deed.by, now=deed.now)
    return kept.id


def _reply(deed: Deed, data: dict[str, Any]) -> str:
    file_id = _stored(deed, data["file"])
    if data["internal"]:
        work.add_note(deed.ticket.pk, text=data["text"], by=deed.by, now=deed.now)
    else:
        work.reply(deed.ticket.pk, text=data["text"], by=deed.by, now=deed.now)
    if file_id is not None:
        linking.attach_file(deed.ticket.pk, file_id=file_id, by=deed.by, now=deed.now)
    return "已记入备注" if data["internal"] else "已回复"


def _assign(deed: Deed, data: dict[str, Any]) -> str:
    to = work.Assignment(assignee_id=data["assignee"], team_id=data["team"])
    work.assign_ticket(deed.ticket.pk, to=to, by=deed.by, now=deed.now, reason=data["reason"])
    return "已转派"


def _check_in(deed: Deed, data: dict[str, Any]) -> str:
    arrival = work.Arrival(
        proof=data["proof"], detail=data["detail"], file_id=_stored(deed, data["file"])
    )
    work.check_in(deed.ticket.pk, arrival=arrival, by=deed.by, now=deed.now, at=data["at"])
    return "已签到"


def _suspend(deed: Deed, data: dict[str, Any]) -> str:
    work.suspend_ticket(
        deed.ticket.pk,
        reason=data["reason"],
        message=data["message"],
        by=deed.by,
        now=deed.now,
    )
    return "已挂起"


def _resume(deed: Deed, data: dict[str, Any]) -> str:
    work.resume_ticket(deed.ticket.pk, by=deed.by, now=deed.now, note=data["note"])
    return "已恢复"


def _resolve(deed: Deed, data: dict[str, Any]) -> str:
    override = data["override"]
    if override and not deed.request.user.has_perm(OVERRIDE):
        raise InvalidInputError("你没有“复查未通过仍解决”的权限，请先再查一次或请有权的人处理")
    wanted = ending.Resolution(text=data["text"], cause=data["cause"], override=override)
    ending.resolve_ticket(deed.ticket.pk, resolution=wanted, by=deed.by, now=deed.now)
    return "已解决"


def _recheck(deed: Deed, data: dict[str, Any]) -> str:  # noqa: ARG001
    asked = ending.request_recheck(deed.ticket.pk, by=deed.by, now=deed.now)
    return f"已要求复查 {asked} 个问题，结果会写入经过"


def _step(deed: Deed, data: dict[str, Any]) -> str:
    work.complete_step(
        deed.ticket.pk, step=data["step"], text=data["text"], by=deed.by, now=deed.now
    )
    return "已登记步骤"


def _severity(deed: Deed, data: dict[str, Any]) -> str:
    severity.change_severity(
        deed.ticket.pk, to=data["severity"], reason=data["reason"], by=deed.by, now=deed.now
    )
    return "已变更级别"


def _close(deed: Deed, data: dict[str, Any]) -> str:
    ending.close_ticket(deed.ticket.pk, by=deed.by, now=deed.now, note=data["note"])
    return "已关闭"


def _reopen(deed: Deed, data: dict[str, Any]) -> str:
    info = ending.reopen_ticket(deed.ticket.pk, reason=data["reason"], by=deed.by, now=deed.now)
    return "已重新打开" if info.id == deed.ticket.pk else f"已达上限，另起新单 {info.number}"


def _void(deed: Deed, data: dict[str, Any]) -> str:
    ending.void_ticket(
        deed.ticket.pk, state=data["state"], reason=data["reason"], by=deed.by, now=deed.now
    )
    return "已处理，时限不计入考核"


def _other(number: str) -> int:
    info = find_ticket(number)
    if info is None:
        raise UnknownNumberError(f"没有编号为“{number}”的工单")
    return info.id


class UnknownNumberError(InvalidInputError):
    """A number typed into a form that no ticket has."""

    code = "desk.unknown_number"


def _merge(deed: Deed, data: dict[str, Any]) -> str:
    ending.merge_ticket(
        deed.ticket.pk,
        into=_other(data["number"]),
        reason=data["reason"],
        by=deed.by,
        now=deed.now,
    )
    return "已并入"


def _link(deed: Deed, data: dict[str, Any]) -> str:
    linking.link_tickets(
        deed.ticket.pk, kind=data["kind"], other=_other(data["number"]), by=deed.by, now=deed.now
    )
    return "已关联"


def _tag(deed: Deed, data: dict[str, Any]) -> str:
    linking.tag_ticket(deed.ticket.pk, tags=tuple(data["tags"].split()), by=deed.by, now=deed.now)
    return "标签已更新"


def _problem(deed: Deed, data: dict[str, Any]) -> str:
    ticket = deed.ticket
    info = opening.open_ticket(
        opening.NewTicket(
            kind="problem",
            severity=ticket.severity,
            title=ticket.title,
            description=data["reason"],
            channel=ticket.channel,
            contract=ticket.contract,
            organization_id=ticket.organization_id,
            team_id=ticket.team_id,
            item_id=ticket.item_id,
            about=ticket.about,
        ),
        by=deed.by,
        now=deed.now,
        note=f"由 {ticket.number} 转为问题单",
    )
    linking.link_tickets(ticket.pk, kind="caused_by", other=info.id, by=deed.by, now=deed.now)
    return f"已建问题单 {info.number}"


def _adjust(deed: Deed, data: dict[str, Any]) -> str:
    proposal = adjustments.Proposal(
        kind=data["kind"],
        reason=data["reason"],
        clock_id=data["clock"],
        document=data["document"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        occurred_at=data["occurred_at"],
    )
    adjustments.propose_adjustment(
        deed.ticket.pk, proposal=proposal, side=data["side"], by=deed.by, now=deed.now
    )
    return "已提出，待对方确认"


_OPEN = tuple(state.value for state in OPEN_STATES)
_WORKING = (TicketState.ASSIGNED.value, TicketState.IN_PROGRESS.value)
_DONE = (TicketState.RESOLVED.value, TicketState.CLOSED.value)
_ANY = tuple(TicketState.values)
_ALL_ACTIONS = (
    Action("reply", "回复", ask.ReplyForm, (HANDLE, COMMENT), REPLIABLE, _reply, "C", primary=True),
    Action("assign", "转派", ask.AssignForm, (HANDLE,), _OPEN, _assign, "A"),
    Action("check-in", "到场签到", ask.CheckInForm, (HANDLE,), _OPEN, _check_in),
    Action("suspend", "挂起…", ask.SuspendForm, (HANDLE,), _WORKING, _suspend),
    Action("resume", "恢复", ask.ResumeForm, (HANDLE,), (TicketState.SUSPENDED.value,), _resume),
    Action(
        "step", "登记步骤", ask.StepForm, (HANDLE,), (*_OPEN, TicketState.RESOLVED.value), _step
    ),
    Action("recheck", "再查一次", forms.Form, (HANDLE,), _OPEN, _recheck),
    Action("resolve", "解决", ask.ResolveForm, (HANDLE,), _OPEN, _resolve, "S"),
    Action("close", "关闭", ask.CloseForm, (CLOSE,), (TicketState.RESOLVED.value,), _close),
    Action("reopen", "重新打开", ask.ReasonForm, (CLOSE, HANDLE), _DONE, _reopen),
    Action("severity", "改级别", ask.SeverityForm, (HANDLE,), _OPEN, _severity),
    Action("link", "关联", ask.LinkForm, (HANDLE,), _ANY, _link),
    Action("tag", "标签", ask.TagForm, (HANDLE,), _ANY, _tag),
    Action("problem", "转为问题单", ask.ReasonForm, (HANDLE,), (*_OPEN, *_DONE), _problem),
    Action("adjust", "计时调整", ask.AdjustForm, tuple(SIDES), _ANY, _adjust),
    Action("merge", "并入…", ask.MergeForm, (VOID,), _OPEN, _merge),
    Action("void", "取消或作废", ask.VoidForm, (VOID,), _OPEN, _void),
)
ACTIONS = {action.code: action for action in _ALL_ACTIONS}
