from datetime import timedelta

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import ChangeState
from steward.contracts.staffing.models import CHANGE_KIND
from steward.contracts.staffing.services.changes import PLATFORM, apply_due, take_decision
from steward.contracts.staffing.services.checks import check_contract
from steward.contracts.staffing.services.roster import generate_roster
from steward.core.approvals import api as approvals
from steward.core.jobs import api as jobs
from steward.kernel.errors import StewardError
from steward.kernel.instants import local_date
from steward.kernel.instants import now as wall_clock

AHEAD = timedelta(days=35)
Ended = approvals.ApprovalPassed | approvals.ApprovalRejected | approvals.ApprovalWithdrawn


def _take(event: Ended, *, to: ChangeState) -> None:
    if event.subject_kind == CHANGE_KIND:
        take_decision(int(event.subject_key), to=to, now=event.occurred_at)


@jobs.handles(approvals.ApprovalPassed, code="staffing.approved")
def on_passed(event: approvals.ApprovalPassed) -> None:
    _take(event, to=ChangeState.ACCEPTED)


@jobs.handles(approvals.ApprovalRejected, code="staffing.rejected")
def on_rejected(event: approvals.ApprovalRejected) -> None:
    _take(event, to=ChangeState.REJECTED)


@jobs.handles(approvals.ApprovalWithdrawn, code="staffing.withdrawn")
def on_withdrawn(event: approvals.ApprovalWithdrawn) -> None:
    _take(event, to=ChangeState.WITHDRAWN)


@jobs.job(code="staffing.effective", label="到期的人员变更生效", schedule="1,31 * * * *")
def make_effective(run: jobs.RunHandle) -> None:
    """Accepted changes whose day has come; twice an hour, each exactly once."""
    run.log(f"{apply_due(now=wall_clock())} 项人员变更生效")


@jobs.job(code="staffing.check", label="核对驻场人数与人员变更", schedule="15 16 * * *")
def check_days(run: jobs.RunHandle) -> None:
    """A quarter past midnight: the day that ended, and what was made up for; contract by contract."""
    now = wall_clock()
    for contract in packs.all_contracts():
        try:
            gaps, missing = check_contract(contract.code, now=now)
        except StewardError as error:
            run.log(f"{contract.title}：{error.message}", level="error")
            continue
        run.log(f"{contract.title}：近期人数不足 {gaps} 天，未经同意离场 {missing} 人")


@jobs.job(code="staffing.roster", label="排定今后五周的班", schedule="0 17 * * *")
def lay_rosters(run: jobs.RunHandle) -> None:
    """Keep the roster laid five weeks ahead; what people edited stays."""
    now = wall_clock()
    today = local_date(now)
    for contract in packs.all_contracts():
        try:
            added = generate_roster(contract.code, today, today + AHEAD, by=PLATFORM, now=now)
        except StewardError as error:
            run.log(f"{contract.title}：{error.message}", level="error")
            continue
        run.log(f"{contract.title}：新增 {added} 人日")
