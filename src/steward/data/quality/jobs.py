from steward.core.approvals import api as approvals
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.data.collection import api as collection
from steward.data.quality import library, packs, writeback
from steward.data.quality.choices import RunState, Trigger
from steward.data.quality.cleaning.running import execute_cleaning
from steward.data.quality.cleaning.services import CLEAN_JOB
from steward.data.quality.dispatching import FINDING_SOURCE
from steward.data.quality.models import (
    CHANGES_KIND,
    PACK_VERSION_KIND,
    VERSION_KIND,
    ChangeSet,
    CheckedTable,
    QualityRun,
)
from steward.data.quality.running import execute_run
from steward.data.quality.tables import RUN_JOB, TableStateError, request_run, run_due
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

SCHEDULER = Actor.system("定时")
COLLECTED = Actor.system("数据归集")
RECHECKER = Actor.system("复查")


class QualityRunFailedError(StewardError):
    """A check ended without a result; the words say why."""

    code = "quality.run_failed"
    status = 502


@jobs.job(code="quality.schedule", label="启动到期的质量检查", schedule="* * * * *")
def schedule(run: jobs.RunHandle) -> None:
    """Every minute: queue what is due."""
    started = run_due(by=SCHEDULER, now=wall_clock())
    run.progress(started, started)


@jobs.job(code=RUN_JOB, label="质量检查", queue_name="data")
def run_one(run: jobs.RunHandle, run_id: int) -> None:
    """One check of one table; executed again after a killed worker it checks the same version."""
    with run.reporter() as reporter:
        steps = 0

        def progress(step: str) -> None:
            nonlocal steps
            steps += 1
            reporter.tell(steps, 0, step)

        outcome = execute_run(run_id, now=wall_clock(), progress=progress)
    if outcome.state == RunState.FAILED:
        raise QualityRunFailedError(outcome.error)
    _catch_up(run_id)


@jobs.job(code=CLEAN_JOB, label="数据清洗", queue_name="data")
def clean(run: jobs.RunHandle, run_id: int) -> None:
    """One run of a cleaning project's table."""
    done = execute_cleaning(run_id, now=wall_clock())
    run.progress(done.rows_out, done.rows_in, done.error)
    if done.error:
        raise QualityRunFailedError(done.error)


@jobs.job(code=writeback.WRITE_JOB, label="问题数据写回", queue_name="data")
def write_back(run: jobs.RunHandle, change_set_id: int) -> None:
    """Write an approved change set to its source."""
    done = writeback.execute_writeback(change_set_id, now=wall_clock())
    run.progress(1, 1, done.error)
    if done.error:
        run.log(done.error, level="error")


def _catch_up(run_id: int) -> None:
    """Data that came while a check ran is checked next."""
    row = QualityRun.objects.select_related("table").get(pk=run_id)
    table = row.table
    if not collection.lake().exists(table.name):
        return
    newest = collection.lake().snapshot(table.name).version
    corrected = ChangeSet.objects.filter(order__table=table, version__gt=row.version or 0)
    wanted = table.on_collected or corrected.exists()
    if wanted and row.version is not None and newest > row.version:
        _ask(table.pk, Trigger.COLLECTED, by=COLLECTED)


def _ask(table_id: int, trigger: Trigger, *, by: Actor) -> None:
    try:
        request_run(table_id, trigger=trigger, by=by, now=wall_clock())
    except TableStateError:
        return


@jobs.handles(collection.TableCollected, code="quality.collected")
def on_collected(event: collection.TableCollected) -> None:
    """Check a table as soon as its rows moved; a running check catches up by itself."""
    rows = CheckedTable.objects.filter(name=event.table, is_active=True, on_collected=True)
    for table in rows.filter(uses__is_active=True).distinct():
        if event.changed or not table.runs.filter(state=RunState.SUCCEEDED).exists():
            _ask(table.pk, Trigger.COLLECTED, by=COLLECTED)


@jobs.handles(findings.RecheckRequested, code="quality.recheck")
def recheck(event: findings.RecheckRequested) -> None:
    """Check the table again; a pass closes the order and its finding."""
    if event.source != FINDING_SOURCE:
        return
    table_id = int(event.fingerprint.split(":")[1])
    if CheckedTable.objects.filter(pk=table_id).exists():
        _ask(table_id, Trigger.RECHECK, by=RECHECKER)


Ended = approvals.ApprovalPassed | approvals.ApprovalRejected | approvals.ApprovalWithdrawn


def _take(event: Ended, *, approved: bool) -> None:
    if event.subject_kind == VERSION_KIND:
        library.take_decision(int(event.subject_key), approved=approved, now=event.occurred_at)
    if event.subject_kind == PACK_VERSION_KIND:
        packs.take_pack_decision(int(event.subject_key), approved=approved, now=event.occurred_at)
    if event.subject_kind == CHANGES_KIND:
        writeback.take_decision(int(event.subject_key), approved=approved, now=event.occurred_at)


@jobs.handles(approvals.ApprovalPassed, code="quality.approved")
def on_passed(event: approvals.ApprovalPassed) -> None:
    _take(event, approved=True)


@jobs.handles(approvals.ApprovalRejected, code="quality.rejected")
def on_rejected(event: approvals.ApprovalRejected) -> None:
    _take(event, approved=False)


@jobs.handles(approvals.ApprovalWithdrawn, code="quality.withdrawn")
def on_withdrawn(event: approvals.ApprovalWithdrawn) -> None:
    _take(event, approved=False)
