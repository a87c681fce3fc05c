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
from steward.data.collection import vault
from steward.data.collection.choices import FileState, RunState, Shape, TaskState
from steward.data.collection.events import TableRecalled
from steward.data.collection.fetching import folder_of
from steward.data.collection.lakehouse import advisory_lock, lake, rejects_path, rows_in
from steward.data.collection.models import CollectedFile, CollectionTask, Recall
from steward.data.collection.services import InvalidTaskError, TaskStateError
from steward.data.collection.set_aside import parts_of
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
    shared: int = 0


def recall_task(task_id: int, *, reason: str, document: str, by: Actor, now: datetime) -> Recall:
    """Revoke a task and remove every version of its table from disk; the proof is evidence.

    The proof lists each removed file with its size, and says that nothing is left. It may be
    asked for again after a crash: what is already gone stays gone.
    """
    if not reason.strip() or not document.strip():
        raise InvalidTaskError("请写明回收理由和依据（通知、批复文号）", field="reason")
    task = _stop(task_id)
    with advisory_lock(f"collection-task-{task.pk}"):
        held = _files_removed(task) if task.shape == Shape.FILES else _table_removed(task)
        _leftovers_removed(task)
    return _record(task, held, (reason.strip(), document.strip()), by=by, now=now)


def _table_removed(task: CollectionTask) -> _Held:
    with advisory_lock(task.target):
        held = _held(task.target)
        folder = TableName.parse(task.target).path(Path(settings.LAKE_ROOT))
        shutil.rmtree(folder, ignore_errors=False) if folder.exists() else None
        if folder.exists() or lake().exists(task.target):
            raise TaskStateError(f"表“{task.target}”的文件没有删净，请检查磁盘后重试")
    return held


def _files_removed(task: CollectionTask) -> _Held:
    """Remove every version of every file; content that another task holds too stays for that one."""
    rows = list(task.files.filter(state=FileState.HELD).order_by("path", "version"))
    elsewhere = set(
        CollectedFile.objects.filter(
            sha256__in={row.sha256 for row in rows}, state=FileState.HELD, task__shape=Shape.FILES
        )
        .exclude(task=task)
        .values_list("sha256", flat=True)
    )
    for sha256 in {row.sha256 for row in rows} - elsewhere:
        if not vault.remove(sha256):
            raise TaskStateError(f"文件 {sha256} 没有删净，请检查磁盘后重试")
    listed: list[dict[str, object]] = [
        {"name": row.path, "version": row.version, "bytes": row.size, "sha256": row.sha256}
        for row in rows
    ]
    shared = sum(row.sha256 in elsewhere for row in rows)
    return _Held(len(rows), None, listed, shared)


def _leftovers_removed(task: CollectionTask) -> None:
    """What was set aside, is on its way or waits: it is data of the task as well."""
    for run_id in task.runs.values_list("pk", flat=True):
        rejects_path(run_id).unlink(missing_ok=True)
        for part in parts_of(run_id):
            part.unlink()
    vault.forget(task.pk)
    if folder := folder_of(task):
        shutil.rmtree(sources.upload_folder(task.source_id) / folder, ignore_errors=True)


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
        "shared": held.shared,
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
    CollectionTask.objects.filter(pk=task.pk).update(rows_total=0, bytes_total=0)
    task.files.update(state=FileState.RECALLED, is_current=False)
    after = {"rows": held.rows, "table": task.target}
    audit.record("collection.recalled", task.subject, by=by, now=now, after=after, reason=reason)
    if task.shape != Shape.FILES:
        jobs.publish(TableRecalled(task.pk, task.target, now), now=now)
    return row
