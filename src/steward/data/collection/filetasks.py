"""Tasks over files: described from a file that there is, so that columns and types are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from steward.data.collection import vault
from steward.data.collection.choices import Mode, Origin, Shape, TaskState
from steward.data.collection.fetching import NoFileError, bring, listing
from steward.data.collection.models import GIBIBYTE, CollectionTask
from steward.data.collection.schedules import next_run
from steward.data.collection.services import InvalidTaskError, add_task, unblock_task
from steward.data.collection.tables_in_files import (
    TYPES,
    Preview,
    columns_in_file,
    is_table,
    preview,
)
from steward.data.sources import api as sources
from steward.engine.lake.errors import EngineError
from steward.engine.lake.names import TableName
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError

LOOK = 0
KEPT_LOOKS = timedelta(days=1)
MAX_PREVIEW = 512 << 20
COLLECTION = "files"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTaskDraft:
    """What a task over files is to do. `pattern`: which paths, as `2026/人口_*.csv`.

    For a table (shape sheet): `types` are all its columns with the type of each (text, int, float,
    date, timestamp, bool), `columns` those to bring (empty: all), `reading` the sheet and the row
    of the header of a workbook.
    """

    shape: str
    name: str
    source_id: int
    pattern: str
    target: str
    types: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    mode: str = Mode.INCREMENTAL
    reading: Mapping[str, Any] = field(default_factory=dict)
    keep_bad_rows: bool = False
    max_bytes: int = 2 * GIBIBYTE
    schedule: str = ""
    max_lag_hours: int = 48


def create_file_task(draft: FileTaskDraft, *, by: Actor, now: datetime) -> CollectionTask:
    """Register a task over files; InvalidTaskError names what is wrong and where."""
    _check(draft)
    source = sources.get(draft.source_id)
    row = CollectionTask(
        name=draft.name.strip(),
        shape=draft.shape,
        origin=Origin.LOCAL,
        source_id=source.id,
        source_table=draft.pattern.strip(),
        target=_target(draft),
        mode=draft.mode if draft.shape == Shape.SHEET else Mode.INCREMENTAL,
        columns=list(draft.columns or draft.types),
        known_columns=dict(draft.types),
        keys=list(draft.keys),
        reading=dict(draft.reading),
        keep_bad_rows=draft.keep_bad_rows,
        max_bytes=draft.max_bytes,
        schedule=draft.schedule.strip(),
        max_lag_hours=draft.max_lag_hours,
        state=TaskState.ACTIVE,
        next_run_at=next_run(draft.schedule, now),
        created_by=by.label,
        created_at=now,
    )
    return add_task(row, by=by, now=now)


def _target(draft: FileTaskDraft) -> str:
    target = draft.target.strip()
    return target if draft.shape == Shape.SHEET else f"{COLLECTION}.{target}"


def _check(draft: FileTaskDraft) -> None:
    source = sources.get(draft.source_id)
    if source.is_database:
        raise InvalidTaskError(f"“{source.name}”是数据库，请选表建立任务", field="pattern")
    for name, label in (("name", "任务名称"), ("pattern", "文件名样式"), ("target", "目标")):
        if not str(getattr(draft, name)).strip():
            raise InvalidTaskError(f"请填写{label}", field=name)
    if ".." in draft.pattern or draft.pattern.strip().startswith("/"):
        raise InvalidTaskError(
            "文件名样式从数据源的目录算起，不以“/”开头，不含“..”", field="pattern"
        )
    if draft.max_bytes < 1:
        raise InvalidTaskError("单个文件上限应大于 0", field="max_mb")
    if draft.shape == Shape.SHEET:
        _check_sheet(draft)
    elif draft.shape != Shape.FILES:
        raise InvalidTaskError(f"没有名为“{draft.shape}”的形式", field="shape")


def _check_sheet(draft: FileTaskDraft) -> None:
    if TableName.parse(draft.target.strip()).layer != "ods":
        raise InvalidTaskError("归集的目标表应在归集层，如“ods.人口”", field="target")
    if draft.mode not in (Mode.FULL, Mode.INCREMENTAL):
        raise InvalidTaskError("文件只能全量或增量归集", field="mode")
    if not draft.types:
        raise InvalidTaskError("还不知道有哪些列，请先读一个文件", field="pattern")
    if bad := [name for name, kind in draft.types.items() if kind not in TYPES]:
        raise InvalidTaskError(f"列“{bad[0]}”的类型无效", field="columns")
    _check_names(draft)


def _check_names(draft: FileTaskDraft) -> None:
    for field_name, wanted in (("columns", draft.columns), ("keys", draft.keys)):
        if unknown := [name for name in wanted if name not in draft.types]:
            raise InvalidTaskError(f"文件里没有列“{unknown[0]}”", field=field_name)
    if missing := [name for name in draft.keys if name not in (draft.columns or draft.types)]:
        raise InvalidTaskError(f"交换字段须包含关键字“{missing[0]}”", field="columns")


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the newest file of a pattern before there is a task."""

    path: str
    matching: int
    found: Preview


def look_at(source_id: int, pattern: str, reading: Mapping[str, Any], *, now: datetime) -> Look:
    """Fetch the newest file that fits and read its columns and first rows.

    NoFileError, NotATableError, and the errors of the connectors, with the file's own name.
    """
    files = sources.files_in(source_id, pattern)
    tables = [file for file in files if is_table(file.path) and file.size]
    if not tables:
        raise NoFileError(
            f"没有与“{pattern}”相符的表格文件（相符的文件 {len(files)} 个）；请核对文件名样式和目录"
        )
    newest = tables[-1]
    if newest.size > MAX_PREVIEW:
        raise InvalidTaskError(
            f"“{newest.path}”有 {newest.size >> 20} MB，太大不便预览；请先放一个列相同的小样",
            field="pattern",
        )
    vault.forget_older(vault.root() / "incoming" / f"task-{LOOK}", now - KEPT_LOOKS)
    place = vault.incoming(
        LOOK, f"{source_id}/{newest.path}", size=newest.size, modified_at=newest.modified_at
    )
    bring(sources.store(source_id), newest, place)
    return Look(newest.path, len(tables), previewed(place, reading))


def previewed(place: Path, reading: Mapping[str, Any]) -> Preview:
    """A look at a file here; errors name the file and not where it lies."""
    try:
        return preview(place, reading)
    except StewardError as error:
        if str(place) not in error.message:
            raise
        raise EngineError(error.message.replace(str(place), place.name)) from error


def columns_now(task: CollectionTask) -> dict[str, str]:
    """The columns of the newest file of a task, at the task's types. NoFileError."""
    found = listing(task)
    if not found.files:
        raise NoFileError("没有可读的文件，不知道现在有哪些列")
    newest = found.files[-1]
    place = vault.incoming(task.pk, newest.path, size=newest.size, modified_at=newest.modified_at)
    bring(found.store, newest, place)
    live = columns_in_file(place, task.reading)
    return {name: task.known_columns.get(name, kind) for name, kind in live.items()}


def unblock_any(task_id: int, *, reason: str, by: Actor, now: datetime) -> CollectionTask:
    """Go on with what the source still has; the newest file is read for a task over files."""
    task = CollectionTask.objects.select_related("source").get(pk=task_id)
    there = columns_now(task) if task.shape == Shape.SHEET else None
    return unblock_task(task_id, reason=reason, by=by, now=now, there=there)
