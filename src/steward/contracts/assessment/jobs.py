from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import now


@jobs.job(code="assessment.snapshot", label="保存每日考核快照", schedule="50 23 * * *")
def take_snapshots(run: jobs.RunHandle) -> None:
    """Keep every contract's score of the day; one contract that fails does not stop the others."""
    at = now()
    for contract in packs.all_contracts():
        if not contract.start <= at:
            continue
        try:
            kept = assessment.take_daily_snapshot(contract.code, by=Actor.system("考核"), now=at)
        except StewardError as error:
            run.log(f"{contract.title}：{error.message}", level="error")
            continue
        words = "已保存今日快照" if kept else "今日快照已存在"
        run.log(f"{contract.title}：{words}")


@jobs.job(code="assessment.late_payments", label="检查逾期付款", schedule="30 22 * * *")
def check_late_payments(run: jobs.RunHandle) -> None:
    """Propose the client's penalty, for the supplier, where a stage was not paid in time."""
    at = now()
    for contract in packs.all_contracts():
        if contract.start > at:
            continue
        try:
            made = assessment.propose_late_payments(contract.code, now=at)
        except StewardError as error:
            run.log(f"{contract.title}：{error.message}", level="error")
            continue
        if made:
            run.log(f"{contract.title}：提出付款逾期事项 {len(made)} 件，待甲方确认")
