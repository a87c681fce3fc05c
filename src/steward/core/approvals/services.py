from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.accounts import api as accounts
from steward.core.approvals import routing
from steward.core.approvals.choices import ApprovalState, Decision, Mode, StepState, TimeoutAction
from steward.core.approvals.definition import InvalidFlowError, read_definition
from steward.core.approvals.models import (
    Approval,
    ApprovalStep,
    Assignment,
    Delegation,
    Flow,
    FlowVersion,
)
from steward.core.approvals.queries import (
    ApprovalInfo,
    UnknownFlowError,
    decidable,
    definition_of,
    flow_row,
    newest_version,
    to_info,
)
from steward.core.approvals.registry import GENERAL, Request, purpose
from steward.core.audit import api as audit
from steward.core.calendars import api as calendars
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError, NotFoundError
from steward.kernel.subjects import Subject

KIND, FLOW_KIND = "approvals.approval", "approvals.flow"
SYSTEM = Actor.system("审批")


class ApprovalFinishedError(ConflictError):
    """The approval is no longer pending."""

    code = "approvals.finished"


class NotApproverError(ConflictError):
    """This person has no say in the present step."""

    code = "approvals.not_approver"


class CommentRequiredError(InvalidError):
    """A refusal without a reason."""

    code = "approvals.comment_required"


class PendingApprovalError(ConflictError):
    """The object is already being approved in this flow."""

    code = "approvals.already_pending"


class InvalidDelegationError(InvalidError):
    """A deputy that cannot be, or a period that ends before it begins."""

    code = "approvals.invalid_delegation"


@transaction.atomic
def seed_flow(
    code: str, name: str, definition: Mapping[str, Any], *, purpose_code: str, now: datetime
) -> None:
    """Define a flow where there is none of that code; what administrators made of it stays."""
    if not Flow.objects.filter(code=code).exists():
        define_flow(code, name, definition, purpose_code=purpose_code, by=Actor.system(), now=now)


@transaction.atomic
def define_flow(
    code: str,
    name: str,
    definition: Mapping[str, Any],
    *,
    purpose_code: str = GENERAL,
    is_enabled: bool = True,
    is_self_service: bool = False,
    by: Actor,
    now: datetime,
) -> int:
    """Make or change a flow; what changes its steps is a new version. Returns the version number.

    `definition`: `{"allow_self": false, "steps": [{"name", "approvers": [{"kind": "users",
    "users": [1]} | {"kind": "holders" | "superior", "permission": code}], "mode": "any" | "all",
    "condition": a condition on the purpose's facts, "timeout": {"hours", "calendar", "action":
    "remind" | "escalate" | "reject", "escalate_to": approvers}}]}`. InvalidFlowError lists every
    problem. Running approvals keep their version.
    """
    if not name.strip():
        raise InvalidFlowError(["请填写流程名称"])
    known = [known for known, _ in calendars.all_calendars()]
    read_definition(definition, purpose=purpose(purpose_code), calendars=known)
    flow, created = Flow.objects.select_for_update().update_or_create(
        code=code,
        defaults={
            "name": name.strip(),
            "purpose": purpose_code,
            "is_enabled": is_enabled,
            "is_self_service": is_self_service,
        },
    )
    version = None if created else newest_version(flow)
    if version is None or version.definition != definition:
        version = FlowVersion.objects.create(
            flow=flow,
            number=1 if version is None else version.number + 1,
            definition=dict(definition),
            defined_at=now,
            defined_by_label=by.label,
        )
    audit.record(
        "approvals.flow_defined", Subject(FLOW_KIND, code, flow.name), by=by, now=now,
        after={"version": version.number, "state": "启用" if is_enabled else "停用"},
    )  # fmt: skip
    return version.number


@transaction.atomic
def start(
    flow_code: str,
    subject: Subject,
    facts: Mapping[str, Any],
    *,
    title: str = "",
    body: str = "",
    organization_id: int | None = None,
    by: Actor,
    now: datetime,
) -> ApprovalInfo:
    """Begin an approval by the flow's newest version and open its first step.

    `facts` are plain JSON values under the codes of the flow's purpose; `organization_id` is the
    requester's body, by default that of their main post. PendingApprovalError when the object is
    already being approved; UnknownFlowError; NoApproverError.
    """
    flow = flow_row(flow_code)
    if not flow.is_enabled:
        raise UnknownFlowError(f"审批流程“{flow.name}”已停用，请联系流程管理员")
    version = newest_version(flow)
    _require_not_pending(flow, subject)
    approval = Approval.objects.create(
        version=version,
        title=(title or f"{flow.name}：{subject.label}")[:200],
        body=body,
        subject_kind=subject.kind,
        subject_key=subject.key,
        subject_label=subject.label[:200],
        facts=dict(facts),
        requested_by_id=by.user_id,
        requested_by_label=by.label,
        organization_id=organization_id or _main_body(by, now),
        requested_at=now,
    )
    steps = definition_of(version).steps
    ApprovalStep.objects.bulk_create(
        ApprovalStep(approval=approval, position=n, name=step.name, mode=step.mode)
        for n, step in enumerate(steps, start=1)
    )
    audit.record("approvals.started", _subject(approval), by=by, now=now, after={"flow": flow.name})
    routing.advance(approval, now=now)
    return to_info(approval)


def _require_not_pending(flow: Flow, subject: Subject) -> None:
    if not subject.key:
        return
    running = Approval.objects.filter(
        version__flow=flow,
        subject_kind=subject.kind,
        subject_key=subject.key,
        state=ApprovalState.PENDING,
    )
    if running.exists():
        raise PendingApprovalError(
            f"“{subject.label}”已在“{flow.name}”的审批中，请等待结果或先撤回"
        )


def _main_body(by: Actor, now: datetime) -> int | None:
    posts = [] if by.user_id is None else accounts.posts_of(by.user_id, now=now)
    return posts[0].organization_id if posts else None


def _subject(approval: Approval) -> Subject:
    return Subject(KIND, str(approval.pk), approval.title)


def _locked(approval_id: int) -> Approval:
    rows = Approval.objects.select_for_update(of=("self",)).select_related("version__flow")
    approval = rows.filter(pk=approval_id).first()
    if approval is None:
        raise NotFoundError(f"没有编号为 {approval_id} 的审批")
    if approval.state != ApprovalState.PENDING:
        raise ApprovalFinishedError(
            f"审批“{approval.title}”{approval.get_state_display()}，不能再处理"
        )
    return approval


@transaction.atomic
def decide(
    approval_id: int, *, approve: bool, comment: str = "", by: Actor, now: datetime
) -> ApprovalInfo:
    """Give one's say in the present step, also in the place of whoever delegated to this person.

    A refusal needs a comment and rejects the whole request; NotApproverError for anybody else,
    the requester included where the flow forbids self-approval.
    """
    approval = _locked(approval_id)
    if not approve and not comment.strip():
        raise CommentRequiredError("不同意时请说明原因，申请人会看到")
    mine = list(decidable(approval, by.user_id or 0, now).select_related("user", "step"))
    if not mine:
        raise NotApproverError(_why_not(approval, by))
    for assignment in mine:
        _say(assignment, approve=approve, comment=comment, by=by, now=now)
    _close_if_decided(approval, mine[0].step, approve=approve, comment=comment, now=now)
    return to_info(approval)


def _why_not(approval: Approval, by: Actor) -> str:
    if approval.requested_by_id == by.user_id:
        return "本流程不允许审批自己的申请，请等待其他审批人处理"
    return "当前步骤不需要您审批，或您已经处理过"


def _say(assignment: Assignment, *, approve: bool, comment: str, by: Actor, now: datetime) -> None:
    deputy = assignment.user_id != by.user_id
    assignment.decision = Decision.APPROVED if approve else Decision.REJECTED
    assignment.comment, assignment.decided_at = comment.strip(), now
    assignment.decided_by_label = f"{by.label}（代 {assignment.user}）" if deputy else by.label
    assignment.save(update_fields=["decision", "comment", "decided_at", "decided_by_label"])
    audit.record(
        "approvals.decided", _subject(assignment.step.approval), by=by, now=now,
        reason=comment.strip(),
        after={
            "step": assignment.step.name,
            "decision": assignment.get_decision_display(),
            "place": f"（代 {assignment.user}）" if deputy else "",
            "said": f"：{comment.strip()}" if comment.strip() else "",
        },
    )  # fmt: skip


def _close_if_decided(
    approval: Approval, step: ApprovalStep, *, approve: bool, comment: str, now: datetime
) -> None:
    waiting = step.assignments.filter(decision=Decision.PENDING).exists()
    if approve and step.mode == Mode.ALL and waiting:
        return
    step.state = StepState.PASSED if approve else StepState.REJECTED
    step.closed_at = now
    step.save(update_fields=["state", "closed_at"])
    routing.void_open(approval)
    if approve:
        routing.advance(approval, now=now)
    else:
        routing.finish(
            approval, ApprovalState.REJECTED, f"“{step.name}”不同意：{comment.strip()}", now=now
        )


@transaction.atomic
def withdraw(approval_id: int, *, reason: str = "", by: Actor, now: datetime) -> ApprovalInfo:
    """The requester takes the request back while it is pending."""
    approval = _locked(approval_id)
    if approval.requested_by_id != by.user_id:
        raise NotApproverError("只有申请人可以撤回")
    words = reason.strip() or "申请人撤回"
    audit.record("approvals.withdrawn", _subject(approval), by=by, now=now, reason=words)
    routing.finish(approval, ApprovalState.WITHDRAWN, words, now=now)
    return to_info(approval)


@transaction.atomic
def delegate(
    user_id: int,
    deputy_id: int,
    *,
    from_at: datetime,
    until_at: datetime,
    reason: str,
    by: Actor,
    now: datetime,
) -> int:
    """Let somebody approve in a person's place for a period; returns the delegation's id.

    It holds for what is already waiting too; a deputy's own deputy does not inherit it.
    """
    people = accounts.get_users([user_id, deputy_id])
    if user_id == deputy_id or len(people) < 2 or not people[deputy_id].is_active:
        raise InvalidDelegationError("请选择另一位在用的用户作为代理人")
    if until_at <= from_at or until_at <= now:
        raise InvalidDelegationError("委托的结束时间须晚于开始时间，且不能已经过去")
    if not reason.strip():
        raise InvalidDelegationError("请填写委托原因")
    row = Delegation.objects.create(
        user_id=user_id, deputy_id=deputy_id, from_at=from_at, until_at=until_at,
        reason=reason.strip(),
    )  # fmt: skip
    audit.record(
        "approvals.delegated", people[user_id].subject, by=by, now=now, reason=reason,
        after={"deputy": people[deputy_id].name},
    )  # fmt: skip
    return row.pk


@transaction.atomic
def end_delegation(delegation_id: int, *, user_id: int, by: Actor, now: datetime) -> None:
    """Take a delegation back before its end; only one's own."""
    row = Delegation.objects.filter(pk=delegation_id, user_id=user_id, ended_at=None).first()
    if row is None:
        raise NotFoundError("没有这项委托，或它已经结束")
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    people = accounts.get_users([row.user_id, row.deputy_id])
    audit.record(
        "approvals.delegation_ended", people[row.user_id].subject, by=by, now=now,
        after={"deputy": people[row.deputy_id].name},
    )  # fmt: skip


def handle_timeouts(*, now: datetime, limit: int = 500) -> int:
    """Remind, escalate or reject where a step's time is up; how many steps were handled.

    Each approval is claimed in a transaction of its own, before its step as `decide` does, so
    that two workers never handle one twice and nobody waits for the other.
    """
    due = ApprovalStep.objects.filter(state=StepState.ACTIVE, due_at__lte=now).order_by("due_at")
    pairs = list(due.values_list("pk", "approval_id")[:limit])
    return sum(_handle_timeout(step_id, approval_id, now=now) for step_id, approval_id in pairs)


@transaction.atomic
def _handle_timeout(step_id: int, approval_id: int, *, now: datetime) -> bool:
    claimed = Approval.objects.select_for_update(of=("self",), skip_locked=True)
    approval = claimed.select_related("version__flow").filter(pk=approval_id).first()
    due = ApprovalStep.objects.filter(pk=step_id, state=StepState.ACTIVE, due_at__lte=now)
    step = due.first() if approval is not None else None
    if approval is None or step is None:
        return False
    step.approval = approval
    timeout = definition_of(approval.version).steps[step.position - 1].timeout
    action = TimeoutAction.REMIND if timeout is None else TimeoutAction(timeout.action)
    audit.record(
        "approvals.timed_out", _subject(approval), by=SYSTEM, now=now,
        after={"step": step.name, "action": action.label},
    )  # fmt: skip
    if action == TimeoutAction.REJECT:
        step.state, step.closed_at, step.note = StepState.REJECTED, now, "超时自动驳回"
        step.save(update_fields=["state", "closed_at", "note"])
        outcome = f"“{step.name}”超过时限无人处理，自动驳回"
        routing.finish(approval, ApprovalState.REJECTED, outcome, now=now)
        return True
    if action == TimeoutAction.ESCALATE and not step.note.startswith("已升级"):
        _escalate(step, now=now)
    _remind(step, now=now)
    return True


def _escalate(step: ApprovalStep, *, now: datetime) -> None:
    """Superiors may decide too; in a step that needs everybody, theirs is one more say."""
    approval = step.approval
    definition = definition_of(approval.version)
    timeout = definition.steps[step.position - 1].timeout
    request = Request(approval.requested_by_id, approval.organization_id, now)
    upper = timeout.escalate_to if timeout else ()
    found = {pk for approver in upper for pk in approver.resolve(request)}
    if not definition.allow_self:
        found.discard(approval.requested_by_id or 0)
    found -= set(step.assignments.values_list("user_id", flat=True))
    Assignment.objects.bulk_create(Assignment(step=step, user_id=pk) for pk in sorted(found))
    step.note = f"已升级：超时后增加 {len(found)} 名上级审批人"


def _remind(step: ApprovalStep, *, now: datetime) -> None:
    definition = definition_of(step.approval.version).steps[step.position - 1]
    step.due_at = routing.due_at(definition, now)
    step.save(update_fields=["due_at", "note"])
    waiting = step.assignments.filter(decision=Decision.PENDING)
    people = list(waiting.values_list("user_id", flat=True))
    routing.tell_approvers(step, people, "审批超时，请尽快处理", now=now)
