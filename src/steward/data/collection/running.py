"""One run of a task: drift looked for first, then the engine's sync, counted on both sides.

A run may be killed at any point and executed again: the table remembers the last batch it holds,
so nothing is applied twice and nothing is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.data.collection.choices import Mode, RunState, Shape
from steward.data.collection.drift import SourceDriftedError, look_for_drift
from steward.data.collection.events import TableCollected
from steward.data.collection.filing import collect_files, held_now
from steward.data.collection.lakehouse import lake, rejects_path, rows_in
from steward.data.collection.models import CollectionRun, CollectionTask
from steward.data.collection.results import Result
from steward.data.collection.services import FINDING_SOURCE
from steward.data.collection.sheets import collect_sheets
from steward.data.sources import api as sources
from steward.engine.connectors.base import Connector
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.sync import Sync, Task
from steward.engine.lake.fitting import Fit
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import running

COLLECTOR = Actor.system("数据归集")
CHUNK = 500_000
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    state: RunState
    error: str = ""


def execute_run(run_id: int, *, now: datetime, progress: Progress) -> Outcome:
    """Carry a run out; every expected failure is recorded, reported and leaves the last table."""
    run = _begin(run_id, now=now)
    if run is None:
        return Outcome(RunState.SUCCEEDED)
    clock = running(now)
    try:
        result = _carried_out(run, progress, now=now)
    except StewardError as error:
        _fail(run, error.message, now=clock())
        return Outcome(RunState.FAILED, error.message)
    _finish(run, result, now=clock())
    return Outcome(RunState.FAILED if result.failed else RunState.SUCCEEDED, result.error)


def _carried_out(run: CollectionRun, progress: Progress, *, now: datetime) -> Result:
    """What the shape of the task asks for."""
    task = run.task
    source = sources.get(task.source_id)
    if not source.is_active:
        raise SourceDriftedError(f"数据源“{source.name}”已停用，不能归集")
    if task.shape == Shape.SHEET:
        return collect_sheets(run, now=now, progress=progress)
    if task.shape == Shape.FILES:
        return collect_files(run, now=now, progress=progress)
    with Rejects(keep=task.keep_bad_rows, path=rejects_path(run.pk)) as rejects:
        connector = _connect(task, rejects, now=now)
        return Result(report=_sync(task, connector, progress).run(now=now, state=task.sync_state))


@transaction.atomic
def _begin(run_id: int, *, now: datetime) -> CollectionRun | None:
    """The run marked as running; None when it has ended already."""
    run = (
        CollectionRun.objects.select_for_update(of=("self",)).select_related("task").get(pk=run_id)
    )
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        return None
    run.state = RunState.RUNNING
    run.started_at = run.started_at or now
    run.attempts += 1
    run.save(update_fields=["state", "started_at", "attempts"])
    return run


def _connect(task: CollectionTask, rejects: Rejects, *, now: datetime) -> Connector:
    connector = sources.connect(task.source_id, task.source_table, rejects=rejects)
    live = connector.describe().columns
    there = {column.name: column.source_type or str(column.type) for column in live}
    look_for_drift(task, there, now=now)
    return connector


def _sync(task: CollectionTask, connector: Connector, progress: Progress) -> Sync:
    def save(state: dict[str, object]) -> None:
        CollectionTask.objects.filter(pk=task.pk).update(sync_state=state)

    mode = "full" if task.mode == Mode.FULL else "incremental"
    job = Task(
        name=f"task-{task.pk}",
        mode=mode,  # type: ignore[arg-type]
        keys=tuple(task.keys),
        cursor=task.cursor if mode == "incremental" else "",
        chunk=CHUNK,
        columns=tuple(task.columns),
        deletes=task.mode == Mode.MIRROR,
        fit=Fit(new="add", missing="null"),
        condition=task.condition,
    )
    return Sync(
        source=connector, lake=lake(), table=task.target, task=job, save=save, progress=progress
    )


def _finish(run: CollectionRun, result: Result, *, now: datetime) -> None:
    """Record what was done; what failed of many files is a failure that keeps the others."""
    task, report = run.task, result.report
    rows, size = _held(task)
    for name in ("expected", "read", "rejected", "filtered", "inserted", "updated", "unchanged",
                 "deleted", "version", "checksums", "warnings"):  # fmt: skip
        setattr(run, name, getattr(report, name))
    run.warnings, run.checksums = run.warnings[:100], run.checksums[:100]
    run.rows_after, run.files, run.bytes = rows, result.files, result.bytes
    with transaction.atomic():
        run.save()
        CollectionTask.objects.filter(pk=task.pk).update(rows_total=rows, bytes_total=size)
        if result.failed:
            _fail(run, result.error, now=now)
        else:
            _succeed(run, now=now)
        changed = bool(report.inserted or report.updated or report.deleted)
        if task.shape != Shape.FILES and (changed or not result.failed):
            jobs.publish(
                TableCollected(task.pk, run.pk, task.target, report.version, changed, now), now=now
            )


def _held(task: CollectionTask) -> tuple[int | None, int | None]:
    """What there is of a task now: rows of its table, or files and their bytes."""
    if task.shape == Shape.FILES:
        return held_now(task)
    return (rows_in(task.target) if lake().exists(task.target) else 0), None


def _succeed(run: CollectionRun, *, now: datetime) -> None:
    run.state, run.finished_at = RunState.SUCCEEDED, now
    run.save(update_fields=["state", "finished_at"])
    CollectionTask.objects.filter(pk=run.task_id).update(last_success_at=now)
    findings.clear(FINDING_SOURCE, f"failed:{run.task_id}", now=now)
    findings.clear(FINDING_SOURCE, f"late:{run.task_id}", now=now)


def _fail(run: CollectionRun, words: str, *, now: datetime) -> None:
    task = CollectionTask.objects.get(pk=run.task_id)
    source = sources.get(task.source_id)
    with transaction.atomic():
        run.state, run.finished_at, run.error = RunState.FAILED, now, words
        run.save(update_fields=["state", "finished_at", "error"])
        findings.report(
            findings.Report(
                source=FINDING_SOURCE,
                fingerprint=f"failed:{task.pk}",
                title=f"归集任务“{task.name}”失败",
                severity="major",
                subject=task.subject,
                contract=source.contract,
                category="data_collection",
                organization_id=source.organization_id,
                detail={"说明": words, "来源": task.source_table, "目标": task.target},
                remedy="按说明处理后在任务页重新运行；已归集的数据保持不变",
            ),
            now=now,
        )
