"""One run of a task: drift looked for first, then the engine's sync, counted on both sides.

A run may be killed at any point and executed again: the table remembers the last batch it holds,
so nothing is applied twice and nothing is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.data.collection.choices import Mode, OfferState, RunState, TaskState
from steward.data.collection.events import TableCollected
from steward.data.collection.lakehouse import lake, rows_in
from steward.data.collection.models import CollectionRun, CollectionTask, ColumnOffer
from steward.data.collection.services import FINDING_SOURCE
from steward.data.sources import api as sources
from steward.engine.connectors.base import Connector, TableInfo
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.sync import Report, Sync, Task
from steward.engine.lake.fitting import Fit
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, StewardError

COLLECTOR = Actor.system("数据归集")
CHUNK = 500_000
Progress = Callable[[str, int], None]


class SourceDriftedError(ConflictError):
    """The source lost a column that the task exchanges, or changed a type."""

    code = "collection.source_drifted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    state: RunState
    error: str = ""


def rejects_path(run_id: int) -> Path:
    """Where the rows that could not be read are kept for a person to look at."""
    return Path(settings.LAKE_ROOT) / "_rejects" / f"run-{run_id}.csv"


def execute_run(run_id: int, *, now: datetime, progress: Progress) -> Outcome:
    """Carry a run out; every expected failure is recorded, reported and leaves the last table."""
    run = _begin(run_id, now=now)
    if run is None:
        return Outcome(RunState.SUCCEEDED)
    rejects = Rejects(keep=run.task.keep_bad_rows, path=rejects_path(run.pk))
    try:
        with rejects:
            connector = _connect(run.task, rejects, now=now)
            report = _sync(run.task, connector, progress).run(now=now, state=run.task.sync_state)
    except StewardError as error:
        _fail(run, error, now=now)
        return Outcome(RunState.FAILED, error.message)
    _succeed(run, report, now=now)
    return Outcome(RunState.SUCCEEDED)


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
    source = sources.get(task.source_id)
    if not source.is_active:
        raise SourceDriftedError(f"数据源“{source.name}”已停用，不能归集")
    connector = sources.connect(task.source_id, task.source_table, rejects=rejects)
    _look_for_drift(task, connector.describe(), now=now)
    return connector


def _look_for_drift(task: CollectionTask, live: TableInfo, *, now: datetime) -> None:
    """New columns are offered; a lost column or another type blocks the task."""
    there = {column.name: column.source_type or str(column.type) for column in live.columns}
    offers = [
        ColumnOffer(task=task, column=name, type=there[name], state=OfferState.OPEN, seen_at=now)
        for name in there
        if name not in task.known_columns
    ]
    ColumnOffer.objects.bulk_create(offers, ignore_conflicts=True)
    gone = [name for name in task.columns if name not in there]
    changed = [
        f"“{name}”由 {task.known_columns[name]} 变为 {there[name]}"
        for name in task.columns
        if name in there and task.known_columns.get(name, there[name]) != there[name]
    ]
    if not gone and not changed:
        return
    words = []
    if gone:
        words.append(f"来源已没有列“{'”“'.join(gone)}”")
    if changed:
        words.append(f"列类型变化：{'、'.join(changed)}")
    reason = "；".join(words)
    CollectionTask.objects.filter(pk=task.pk).update(
        state=TaskState.BLOCKED, blocked_reason=reason, next_run_at=None
    )
    raise SourceDriftedError(
        f"{reason}。任务已停住，目标表保持上次的数据；请与数源单位核实后，在任务页选择继续或改字段"
    )


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


def _succeed(run: CollectionRun, report: Report, *, now: datetime) -> None:
    task = run.task
    rows = rows_in(task.target)
    with transaction.atomic():
        for name in ("expected", "read", "rejected", "filtered", "inserted", "updated", "unchanged",
                     "deleted", "version", "checksums", "warnings"):  # fmt: skip
            setattr(run, name, getattr(report, name))
        run.state, run.finished_at, run.rows_after = RunState.SUCCEEDED, now, rows
        run.warnings = run.warnings[:100]
        run.save()
        CollectionTask.objects.filter(pk=task.pk).update(last_success_at=now, rows_total=rows)
        findings.clear(FINDING_SOURCE, f"failed:{task.pk}", now=now)
        findings.clear(FINDING_SOURCE, f"late:{task.pk}", now=now)
        changed = bool(report.inserted or report.updated or report.deleted)
        jobs.publish(
            TableCollected(task.pk, run.pk, task.target, report.version, changed, now), now=now
        )


def _fail(run: CollectionRun, error: StewardError, *, now: datetime) -> None:
    task = CollectionTask.objects.get(pk=run.task_id)
    source = sources.get(task.source_id)
    with transaction.atomic():
        run.state, run.finished_at, run.error = RunState.FAILED, now, error.message
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
                detail={"说明": error.message, "源表": task.source_table, "目标表": task.target},
                remedy="按说明处理后在任务页重新运行；目标表保持上次成功的数据",
            ),
            now=now,
        )
