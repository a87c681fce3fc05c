"""Files that people bring by the page: refused at once with a reason, or waiting for their task."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from django.db import transaction

from steward.core.audit import api as audit
from steward.data.collection import vault
from steward.data.collection.choices import FileState, RunState, Shape, TaskState, Trigger
from steward.data.collection.drift import difference
from steward.data.collection.fetching import folder_of
from steward.data.collection.filetasks import KEPT_LOOKS, previewed
from steward.data.collection.models import CollectionRun, CollectionTask
from steward.data.collection.results import FileResult
from steward.data.collection.services import InvalidTaskError, TaskStateError, request_run
from steward.data.collection.tables_in_files import columns_in_file
from steward.data.sources import api as sources
from steward.engine.lake.errors import disk_full, is_disk_full
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError, StewardError

MOST = 100
SAMPLES = "samples"


class RefusedUploadError(InvalidError):
    """A file that is not taken; the others are."""

    code = "collection.upload_refused"


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was sent: its name, bytes as told, and its content in pieces."""

    name: str
    size: int
    content: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one file: waiting for the run, or refused with the reason."""

    name: str
    is_taken: bool
    words: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """All answers, and the run that collects what was taken (None: nothing was)."""

    answers: tuple[Answer, ...]
    run_id: int | None

    @property
    def taken(self) -> int:
        """How many files wait."""
        return sum(answer.is_taken for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was uploaded and not collected yet."""

    name: str
    size: int
    modified_at: datetime


def upload_files(task_id: int, files: Sequence[Given], *, by: Actor, now: datetime) -> Uploaded:
    """Take files for a task and ask for a run; a bad file is refused and stops no other.

    TaskStateError where the task takes no uploads now, InvalidTaskError without files.
    """
    task = CollectionTask.objects.select_related("source").get(pk=task_id)
    if not sources.get(task.source_id).takes_uploads:
        raise TaskStateError(f"任务“{task.name}”从“{task.source.name}”取文件，不收上传")
    if task.state != TaskState.ACTIVE:
        raise TaskStateError(f"任务“{task.name}”{task.get_state_display()}，现在不收文件")
    if not files:
        raise InvalidTaskError("请选择要上传的文件", field="files")
    if len(files) > MOST:
        raise InvalidTaskError(f"一次最多 {MOST} 个文件，请分批上传", field="files")
    answers = tuple(_taken(task, given) for given in files)
    names = [answer.name for answer in answers if answer.is_taken]
    if not names:
        return Uploaded(answers, None)
    after = {"count": len(names), "names": names[:50]}
    with transaction.atomic():
        audit.record("collection.uploaded", task.subject, by=by, now=now, after=after)
    return Uploaded(answers, _run_for(task, by=by, now=now))


def _run_for(task: CollectionTask, *, by: Actor, now: datetime) -> int | None:
    """The run that will see the files: a new one, or the one that waits already."""
    try:
        return request_run(task.pk, trigger=Trigger.UPLOAD, by=by, now=now).pk
    except TaskStateError:
        open_run = task.runs.filter(state__in=(RunState.QUEUED, RunState.RUNNING)).first()
        return None if open_run is None else open_run.pk


def _taken(task: CollectionTask, given: Given) -> Answer:
    name = given.name.replace("\\", "/").rpartition("/")[2].strip()
    try:
        _check_name(task, name)
        _check_size(task, given.size)
        draft, sha256 = _saved(task, given)
        try:
            _check_content(task, draft, sha256)
            draft.replace(_folder(task) / name)
        finally:
            draft.unlink(missing_ok=True)
            draft.parent.rmdir()
    except StewardError as error:
        return Answer(name or "（没有名称）", is_taken=False, words=error.message)
    return Answer(name, is_taken=True, words="已收到")


def _folder(task: CollectionTask) -> Path:
    folder = sources.upload_folder(task.source_id) / folder_of(task)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _check_name(task: CollectionTask, name: str) -> None:
    if not name or name.startswith(".") or len(name.encode()) > 200 or not name.isprintable():
        raise RefusedUploadError("文件名无效：不能为空、以点开头、含控制字符或超过 200 字节")
    if not fnmatch(name, task.source_table):
        raise RefusedUploadError(f"文件名与任务要求的“{task.source_table}”不符，不是这个任务的文件")


def _check_size(task: CollectionTask, size: int) -> None:
    if not size:
        raise RefusedUploadError("是空文件")
    if size > task.max_bytes:
        raise RefusedUploadError(
            f"{size / (1 << 20):,.1f} MB，超过上限 {task.max_bytes / (1 << 20):,.0f} MB"
        )


def _saved(task: CollectionTask, given: Given) -> tuple[Path, str]:
    """The content in a folder beside the waiting ones, whole, with its hash."""
    folder = Path(tempfile.mkdtemp(prefix=".up-", dir=_folder(task).parent))
    draft = folder / Path(given.name).name
    digest, size = hashlib.sha256(), 0
    try:
        with draft.open("wb") as handle:
            for piece in given.content:
                digest.update(piece)
                size += len(piece)
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        draft.unlink(missing_ok=True)
        folder.rmdir()
        if is_disk_full(error):
            raise disk_full("上传目录") from error
        raise
    if size != given.size:
        draft.unlink()
        folder.rmdir()
        raise RefusedUploadError(f"应为 {given.size} 字节，实收 {size} 字节，上传中断，请重传")
    return draft, digest.hexdigest()


def _check_content(task: CollectionTask, draft: Path, sha256: str) -> None:
    """A table's file must have the task's columns and say something new."""
    if task.shape != Shape.SHEET:
        return
    previewed(draft, task.reading)
    live = columns_in_file(draft, task.reading)
    there = {name: task.known_columns.get(name, kind) for name, kind in live.items()}
    if words := difference(task, there):
        raise RefusedUploadError(f"{words.replace('来源已', '文件里')}，像是另一张表")
    held = task.files.filter(state=FileState.HELD, sha256=sha256).order_by("-batch").first()
    newest = task.files.filter(state=FileState.HELD).order_by("-batch").first()
    if held is not None and (task.mode != "full" or held == newest):
        raise RefusedUploadError(
            f"与 {held.collected_at:%Y-%m-%d} 归集的“{held.name}”内容相同，没有重复收取"
        )


def waiting(task: CollectionTask) -> list[Waiting]:
    """The uploads not collected yet, oldest first."""
    folder = folder_of(task)
    if not folder:
        return []
    found = sources.files_in(task.source_id, folder=folder)
    return [Waiting(file.path, file.size, file.modified_at) for file in found]


def discard_waiting(task_id: int, name: str, *, by: Actor, now: datetime) -> None:
    """Throw an upload away before it is collected. RefusedUploadError where it is not there."""
    task = CollectionTask.objects.select_related("source").get(pk=task_id)
    if name not in {file.name for file in waiting(task)}:
        raise RefusedUploadError(f"没有等待归集的文件“{name}”")
    (_folder(task) / name).unlink(missing_ok=True)
    with transaction.atomic():
        audit.record(
            "collection.upload.discarded", task.subject, by=by, now=now, after={"name": name}
        )


def run_again_for_late(run_id: int, *, by: Actor, now: datetime) -> None:
    """Files that came while a run was under way get a run of their own."""
    run = CollectionRun.objects.select_related("task__source").get(pk=run_id)
    failed = {row["path"] for row in run.files if row["result"] == FileResult.FAILED}
    late = [file for file in waiting(run.task) if file.name not in failed]
    if late and run.task.state == TaskState.ACTIVE:
        _run_for(run.task, by=by, now=now)


def keep_sample(source_id: int, given: Given, *, now: datetime) -> str:
    """Keep a file for a day to describe a task by; a token for `sample_at`. RefusedUploadError."""
    name = given.name.replace("\\", "/").rpartition("/")[2].strip()
    if not given.size or not name or name.startswith("."):
        raise RefusedUploadError("样例是空文件或没有文件名")
    folder = _samples(source_id)
    folder.mkdir(parents=True, exist_ok=True)
    vault.forget_older(folder, now - KEPT_LOOKS)
    place = Path(tempfile.mkdtemp(prefix="s", dir=folder)) / name
    with place.open("wb") as handle:
        for piece in given.content:
            handle.write(piece)
    return f"{place.parent.name}/{name}"


def sample_at(source_id: int, token: str) -> Path:
    """Where a sample lies. RefusedUploadError where it is not (any longer)."""
    folder, place = _samples(source_id), _samples(source_id) / token
    if not place.resolve().is_relative_to(folder.resolve()) or not place.is_file():
        raise RefusedUploadError("样例文件已不在，请重新上传样例")
    return place


def _samples(source_id: int) -> Path:
    return sources.upload_folder(source_id).parent / SAMPLES / f"source-{source_id}"
