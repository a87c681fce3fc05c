from steward.contracts.confidentiality.choices import RequestState
from steward.contracts.confidentiality.models import REQUEST_KIND
from steward.contracts.confidentiality.services.access import (
    expire_due,
    revoke_of_member,
    take_decision,
)
from steward.contracts.confidentiality.services.checks import check_contract
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.core.approvals import api as approvals
from steward.core.jobs import api as jobs
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

Ended = approvals.ApprovalPassed | approvals.ApprovalRejected | approvals.ApprovalWithdrawn


def _take(event: Ended, *, to: RequestState) -> None:
    if event.subject_kind == REQUEST_KIND:
        take_decision(int(event.subject_key), to=to, now=event.occurred_at)


@jobs.handles(approvals.ApprovalPassed, code="confidentiality.approved")
def on_passed(event: approvals.ApprovalPassed) -> None:
    _take(event, to=RequestState.APPROVED)


@jobs.handles(approvals.ApprovalRejected, code="confidentiality.rejected")
def on_rejected(event: approvals.ApprovalRejected) -> None:
    _take(event, to=RequestState.REJECTED)


@jobs.handles(approvals.ApprovalWithdrawn, code="confidentiality.withdrawn")
def on_withdrawn(event: approvals.ApprovalWithdrawn) -> None:
    _take(event, to=RequestState.WITHDRAWN)


@jobs.handles(staffing.MemberLeft, code="confidentiality.member_left")
def on_member_left(event: staffing.MemberLeft) -> None:
    """Whoever is gone opens nothing any more; somebody who goes tomorrow is left to the job."""
    now = wall_clock()
    if event.left_at <= now:
        revoke_of_member(event.member_id, reason="人员已离场", now=now)


@jobs.job(code="confidentiality.expire", label="访问授权到期", schedule="*/5 * * * *")
def expire(run: jobs.RunHandle) -> None:
    """Close what is over; each exactly once, however many workers run it."""
    closed = expire_due(now=wall_clock())
    if closed:
        run.log(f"{closed} 项访问授权到期")


@jobs.job(code="confidentiality.check", label="核对保密协议与授权", schedule="20 16 * * *")
def check(run: jobs.RunHandle) -> None:
    """Every night: people without an agreement, access of people who left, reminders."""
    now = wall_clock()
    for contract in packs.all_contracts():
        try:
            missing, reminded = check_contract(contract.code, now=now)
        except StewardError as error:
            run.log(f"{contract.title}：{error.message}", level="error")
            continue
        run.log(f"{contract.title}：{missing} 人没有有效协议，提醒 {reminded} 份")
