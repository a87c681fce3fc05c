from steward.core.approvals import api as approvals
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.data.collection.applications import take_decision
from steward.data.collection.choices import RunState
from steward.data.collection.models import APPLICATION_KIND
from steward.data.collection.queries import late_tasks
from steward.data.collection.running import execute_run
from steward.data.collection.services import (
    FINDING_SOURCE,
    RUN_JOB,
    TaskStateError,
    request_run,
    run_due,
)
from steward.data.collection.uploads import run_again_for_late
from steward.data.collection.verifying import check_kept_files
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import local
from steward.kernel.instants import now as wall_clock

SCHEDULER = Actor.system("定时")
UPLOADS = Actor.system("上传")
RECHECKER = Actor.system("复查")


class CollectionFailedError(StewardError):
    """A run ended without its table; the words say why."""

    code = "collection.run_failed"
    status = 502


@jobs.job(code="collection.schedule", label="启动到期的归集任务", schedule="* * * * *")
def schedule(run: jobs.RunHandle) -> None:
    """Every minute: queue what is due."""
    started = run_due(by=SCHEDULER, now=wall_clock())
    run.progress(started, started)


@jobs.job(code=RUN_JOB, label="归集", queue_name="data")
def run_one(run: jobs.RunHandle, run_id: int) -> None:
    """One run of one task; executed again after a killed worker it goes on where it was."""

    with run.reporter() as reporter:

        def progress(step: str, rows: int) -> None:
            reporter.tell(rows, 0, step)

        outcome = execute_run(run_id, now=wall_clock(), progress=progress)
    run_again_for_late(run_id, by=UPLOADS, now=wall_clock())
    if outcome.state == RunState.FAILED:
        raise CollectionFailedError(outcome.error)


@jobs.job(code="collection.check_files", label="核对归集文件的校验值", schedule="40 19 * * 6")
def check_files(run: jobs.RunHandle) -> None:
    """Every week: each kept file still is what it was when it came; a damaged one is a finding."""
    for done, total in check_kept_files(now=wall_clock()):
        run.progress(done, total)


@jobs.job(code="collection.lateness", label="检查归集滞后", schedule="5 * * * *")
def look_for_late(run: jobs.RunHandle) -> None:
    """Every hour: a table that is older than its task promises is a finding."""
    now = wall_clock()
    late = late_tasks(now)
    for task in late:
        since = task.last_success_at
        words = f"最近成功 {local(since):%Y-%m-%d %H:%M}" if since else "从未成功"
        findings.report(
            findings.Report(
                source=FINDING_SOURCE,
                fingerprint=f"late:{task.pk}",
                title=f"归集任务“{task.name}”滞后",
                severity="minor",
                subject=task.subject,
                contract=task.source.contract,
                category="data_collection",
                organization_id=task.source.organization_id,
                detail={"说明": f"{words}，超过 {task.max_lag_hours} 小时"},
                remedy="查看最近一次运行的错误，处理后重新运行",
            ),
            now=now,
        )
    run.progress(len(late), len(late))


@jobs.handles(findings.RecheckRequested, code="collection.recheck")
def recheck(event: findings.RecheckRequested) -> None:
    """Run the task again; its success closes the finding."""
    if event.source != FINDING_SOURCE:
        return
    kind, _, key = event.fingerprint.partition(":")
    if kind == "damaged":
        jobs.start_job("collection.check_files", by=RECHECKER, now=event.requested_at)
        return
    task_id = int(key)
    try:
        request_run(task_id, by=RECHECKER, now=event.requested_at)
    except TaskStateError:
        return


Ended = approvals.ApprovalPassed | approvals.ApprovalRejected | approvals.ApprovalWithdrawn


def _take(event: Ended, *, approved: bool) -> None:
    if event.subject_kind == APPLICATION_KIND:
        take_decision(int(event.subject_key), approved=approved, now=event.occurred_at)


@jobs.handles(approvals.ApprovalPassed, code="collection.approved")
def on_passed(event: approvals.ApprovalPassed) -> None:
    _take(event, approved=True)


@jobs.handles(approvals.ApprovalRejected, code="collection.rejected")
def on_rejected(event: approvals.ApprovalRejected) -> None:
    _take(event, approved=False)


@jobs.handles(approvals.ApprovalWithdrawn, code="collection.withdrawn")
def on_withdrawn(event: approvals.ApprovalWithdrawn) -> None:
    _take(event, approved=False)
