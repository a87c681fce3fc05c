from steward.core.approvals import api as approvals
from steward.core.jobs import api as jobs
from steward.desk.changes.models import ACCESS_SUBJECT, CHANGE_SUBJECT
from steward.desk.changes.services import take_access_decision, take_decision
from steward.kernel.instants import now as wall_clock

Ended = approvals.ApprovalPassed | approvals.ApprovalRejected | approvals.ApprovalWithdrawn


def _take(event: Ended, *, approved: bool) -> None:
    if event.subject_kind == CHANGE_SUBJECT:
        take_decision(int(event.subject_key), approved=approved, now=event.occurred_at)
    elif event.subject_kind == ACCESS_SUBJECT:
        take_access_decision(int(event.subject_key), approved=approved, now=wall_clock())


@jobs.handles(approvals.ApprovalPassed, code="changes.approved")
def on_passed(event: approvals.ApprovalPassed) -> None:
    _take(event, approved=True)


@jobs.handles(approvals.ApprovalRejected, code="changes.rejected")
def on_rejected(event: approvals.ApprovalRejected) -> None:
    _take(event, approved=False)


@jobs.handles(approvals.ApprovalWithdrawn, code="changes.withdrawn")
def on_withdrawn(event: approvals.ApprovalWithdrawn) -> None:
    _take(event, approved=False)
