"""Moving an approval along its steps: open the next that applies, find who decides, finish."""

from datetime import datetime

from steward.core.accounts import api as accounts
from steward.core.approvals.choices import ApprovalState, Decision, StepState
from steward.core.approvals.definition import Definition, Step
from steward.core.approvals.events import ApprovalPassed, ApprovalRejected, ApprovalWithdrawn
from steward.core.approvals.models import Approval, ApprovalStep, Assignment
from steward.core.approvals.queries import definition_of, delegations_in_force
from steward.core.approvals.registry import Request, purpose
from steward.core.calendars import api as calendars
from steward.core.jobs import api as jobs
from steward.core.notify import api as notify
from steward.kernel.errors import ConflictError
from steward.kernel.worktime import add_working_time

CHANGE_FLOWS = "approvals.flow.change"
EVENTS = {
    ApprovalState.PASSED: ApprovalPassed,
    ApprovalState.REJECTED: ApprovalRejected,
    ApprovalState.WITHDRAWN: ApprovalWithdrawn,
}


class NoApproverError(ConflictError):
    """Nobody is left who may decide a step."""

    code = "approvals.no_approver"


def advance(approval: Approval, *, now: datetime) -> None:
    """Open the next step whose condition holds; without one the approval has passed."""
    definition = definition_of(approval.version)
    labels = purpose(approval.version.flow.purpose)
    for row in approval.steps.filter(state=StepState.WAITING).order_by("position"):
        step = definition.steps[row.position - 1]
        if step.condition.evaluate(approval.facts):
            _open(row, step, definition, now=now)
            return
        row.state, row.closed_at = StepState.SKIPPED, now
        row.note = f"不满足条件：{step.condition.describe(labels.labels, labels.values)}"
        row.save(update_fields=["state", "closed_at", "note"])
    finish(approval, ApprovalState.PASSED, "全部步骤通过", now=now)


def _open(row: ApprovalStep, step: Step, definition: Definition, *, now: datetime) -> None:
    approval = row.approval
    row.state, row.opened_at = StepState.ACTIVE, now
    row.due_at = due_at(step, now)
    found = approvers_of(step, approval, definition, now=now)
    if not found:
        found = _stand_ins(approval, definition)
        row.note = "按设置找不到审批人，转由流程管理员处理"
    if not found:
        raise NoApproverError(
            f"步骤“{step.name}”找不到审批人（申请人本人不能审批），请管理员检查流程设置"
        )
    row.save(update_fields=["state", "opened_at", "due_at", "note"])
    Assignment.objects.bulk_create(Assignment(step=row, user_id=pk) for pk in found)
    tell_approvers(row, found, "待审批", now=now)


def approvers_of(
    step: Step, approval: Approval, definition: Definition, *, now: datetime
) -> list[int]:
    """The people a step names, each once, without the requester unless the flow allows it."""
    request = Request(approval.requested_by_id, approval.organization_id, now)
    found = [pk for approver in step.approvers for pk in approver.resolve(request)]
    return _without_requester(found, approval, definition)


def _without_requester(found: list[int], approval: Approval, definition: Definition) -> list[int]:
    barred = set() if definition.allow_self else {approval.requested_by_id}
    return [pk for pk in dict.fromkeys(found) if pk not in barred]


def _stand_ins(approval: Approval, definition: Definition) -> list[int]:
    managers = [user.id for user in accounts.users_with(CHANGE_FLOWS)]
    return _without_requester(managers, approval, definition)


def due_at(step: Step, now: datetime) -> datetime | None:
    """When the step's time is up, by the newest version of its calendar."""
    if step.timeout is None:
        return None
    calendar = calendars.get(step.timeout.calendar).calendar
    return add_working_time(calendar, now, step.timeout.after)


def tell_approvers(row: ApprovalStep, user_ids: list[int], words: str, *, now: datetime) -> None:
    """A notice for the approvers and for whoever stands in for them now."""
    deputies = delegations_in_force(now).filter(user_id__in=user_ids)
    people = {*user_ids, *deputies.values_list("deputy_id", flat=True)}
    approval = row.approval
    notify.send(
        notify.Notice(
            sorted(people),
            f"{words}：{approval.title}",
            body=f"{approval.requested_by_label} 申请，当前步骤“{row.name}”",
            url=f"/approvals/{approval.pk}/",
        ),
        now=now,
    )


def finish(approval: Approval, state: ApprovalState, outcome: str, *, now: datetime) -> None:
    """End an approval: close what is open, publish the event, tell the requester."""
    approval.steps.filter(state__in=(StepState.WAITING, StepState.ACTIVE)).update(
        state=StepState.CANCELLED, closed_at=now
    )
    void_open(approval)
    approval.state, approval.finished_at, approval.outcome = state, now, outcome
    approval.save(update_fields=["state", "finished_at", "outcome"])
    event = EVENTS[state](
        approval_id=approval.pk,
        flow=approval.version.flow.code,
        subject_kind=approval.subject_kind,
        subject_key=approval.subject_key,
        occurred_at=now,
    )
    jobs.publish(event, now=now)
    if approval.requested_by_id is not None and state != ApprovalState.WITHDRAWN:
        notify.send(
            notify.Notice(
                [approval.requested_by_id],
                f"审批{state.label}：{approval.title}",
                body=outcome,
                url=f"/approvals/{approval.pk}/",
            ),
            now=now,
        )


def void_open(approval: Approval) -> None:
    """Nobody's say is awaited in closed steps any more."""
    Assignment.objects.filter(step__approval=approval, decision=Decision.PENDING).exclude(
        step__state=StepState.ACTIVE
    ).update(decision=Decision.VOID)
