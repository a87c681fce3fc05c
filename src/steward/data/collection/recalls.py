"""Recall (回收): end the task, remove the data, and prove both (K11.1)."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.data.collection.choices import RunState, TaskState
from steward.data.collection.events import TableRecalled
from steward.data.collection.lakehouse import advisory_lock, lake, rows_in
from steward.data.collection.models import CollectionTask, Recall
from steward.data.collection.services import InvalidTaskError, TaskStateError
from steward.data.sources import api as sources
from steward.engine.lake.names import TableName
from steward.kernel.actors import Actor
from steward.kernel.canonical import content_hash


@dataclass(frozen=True, slots=True)
class _Held:
    """What there was before the removal."""

    rows: int
    version: int | None
    files: list[dict[str, object]]


def recall_task(task_id: int, *, reason: str, document: str, by: Actor, now: datetime) -> Recall:
    """Revoke a task and remove every version of its table from disk; the proof is evidence.

    The proof lists each removed file with its size, and says that nothing is left. It may be
    asked for again after a crash: what is already gone stays gone.
    """
    if not reason.strip() or not document.strip():
        raise InvalidTaskError("请写明回收理由和依据（通知、批复文号）", field="reason")
    task = _stop(task_id)
    with advisory_lock(task.target):
        held = _held(task.target)
        folder = TableName.parse(task.target).path(Path(settings.LAKE_ROOT))
        shutil.rmtree(folder, ignore_errors=False) if folder.exists() else None
        if folder.exists() or lake().exists(task.target):
            raise TaskStateError(f"表“{task.target}”的文件没有删净，请检查磁盘后重试")
    return _record(task, held, (reason.strip(), document.strip()), by=by, now=now)


@transaction.atomic
def _stop(task_id: int) -> CollectionTask:
    task = CollectionTask.objects.select_for_update().get(pk=task_id)
    if Recall.objects.filter(task=task).exists():
        raise TaskStateError("这个任务已经回收")
    if task.runs.filter(state=RunState.RUNNING).exists():
        raise TaskStateError("任务正在运行，请等它结束后再回收")
    task.runs.filter(state=RunState.QUEUED).update(state=RunState.FAILED, error="任务已回收")
    task.state, task.next_run_at = TaskState.RECALLED, None
    task.save(update_fields=["state", "next_run_at"])
    return task


def _held(table: str) -> _Held:
    if not lake().exists(table):
        return _Held(0, None, [])
    folder = TableName.parse(table).path(Path(settings.LAKE_ROOT))
    files: list[dict[str, object]] = [
        {"name": str(path.relative_to(folder)), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return _Held(rows_in(table), lake().snapshot(table).version, files)


@transaction.atomic
def _record(
    task: CollectionTask, held: _Held, words: tuple[str, str], *, by: Actor, now: datetime
) -> Recall:
    reason, document = words
    digest = content_hash({"table": task.target, "files": held.files})
    payload = {
        "table": task.target,
        "rows": held.rows,
        "version": held.version,
        "files": len(held.files),
        "digest": digest,
        "left": 0,
        "reason": reason,
        "document": document,
    }
    contract = sources.get(task.source_id).contract
    kept = evidence.keep(
        evidence.Fact(
            contract=contract,
            kind="collection.recalled",
            subject=task.subject,
            occurred_at=now,
            source="data.collection",
            grade="A",
            payload=payload,
        ),
        now=now,
    )
    row = Recall.objects.create(
        task=task,
        reason=reason,
        document=document,
        rows=held.rows,
        version=held.version,
        files=held.files,
        digest=digest,
        evidence_id=kept,
        recalled_by=by.label,
        recalled_at=now,
    )
    CollectionTask.objects.filter(pk=task.pk).update(rows_total=0)
    after = {"rows": held.rows, "table": task.target}
    audit.record("collection.recalled", task.subject, by=by, now=now, after=after, reason=reason)
    jobs.publish(TableRecalled(task.pk, task.target, now), now=now)
    return row
