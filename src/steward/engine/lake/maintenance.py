"""Pins that keep a version readable, and the vacuum that respects them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from steward.engine.lake.errors import VersionGoneError
from steward.engine.lake.names import TableName
from steward.engine.lake.store import Lake
from steward.engine.lake.table import Snapshot, open_delta
from steward.kernel.errors import InvalidError

RETENTION: Final = timedelta(days=7)
SHORTEST: Final = timedelta(hours=1)


class RetentionTooShortError(InvalidError):
    """A vacuum would remove files that a writer may be about to commit."""

    code = "engine.lake.retention_too_short"


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A promise that a version stays readable until an instant."""

    path: Path
    version: int
    until: datetime


def pin(lake: Lake, name: str, version: int, *, until: datetime) -> Pin:
    """Keep a version for a reader of any process; `release` ends it early."""
    open_delta(TableName.parse(name), lake.root, version=version)
    folder = _folder(lake, name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid4().hex}.json"
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"version": version, "until": until.isoformat()}), encoding="utf-8")
    draft.rename(path)
    return Pin(path=path, version=version, until=until)


def release(pinned: Pin) -> None:
    """End a pin; ending it twice is no error."""
    pinned.path.unlink(missing_ok=True)


@contextmanager
def pinned_snapshot(
    lake: Lake,
    name: str,
    *,
    now: datetime,
    version: int | None = None,
    stay: timedelta = timedelta(hours=6),
) -> Iterator[Snapshot]:
    """A snapshot whose files no vacuum removes while the block runs (at most `stay`).

    VersionGoneError when a vacuum had removed files of an old version before the pin.
    """
    number = lake.snapshot(name).version if version is None else version
    held = pin(lake, name, number, until=now + stay)
    try:
        snapshot = lake.snapshot(name, number)
        if missing := [file for file in snapshot.files if not Path(file).exists()]:
            raise VersionGoneError(
                f"表“{name}”版本 {number} 的 {len(missing)} 个文件已被清理，无法读取",
                table=name,
                version=number,
            )
        yield snapshot
    finally:
        release(held)


def pins(lake: Lake, name: str, *, now: datetime) -> list[Pin]:
    """The pins in force; those past their time are removed."""
    found = []
    for path in sorted(_folder(lake, name).glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        until = datetime.fromisoformat(facts["until"])
        if until <= now:
            path.unlink(missing_ok=True)
        else:
            found.append(Pin(path=path, version=int(facts["version"]), until=until))
    return found


def vacuum(
    lake: Lake,
    name: str,
    *,
    now: datetime,
    retention: timedelta = RETENTION,
    idle: bool = False,
) -> list[str]:
    """Remove files that neither the newest version, nor a pin, nor the retention needs.

    `retention` counts from the removal of a file; below one hour it would also hit files that a
    writer has staged and not yet committed, so that it is refused unless the caller states that
    the lake is `idle`. The paths of removed files, relative to the table.
    """
    if retention < SHORTEST and not idle:
        raise RetentionTooShortError("清理的保留时间不能短于 1 小时，除非确认没有任务正在写入")
    table = TableName.parse(name)
    with lake.lock(name):
        keep = sorted({held.version for held in pins(lake, name, now=now)})
        delta = open_delta(table, lake.root)
        removed = delta.vacuum(
            retention_hours=int(retention / timedelta(hours=1)),
            dry_run=False,
            enforce_retention_duration=False,
            full=True,
            keep_versions=keep or None,
        )
        _drop_empty(table.path(lake.root))
    return list(removed)


def _drop_empty(path: Path) -> None:
    for folder in path.glob("part-*"):
        if folder.is_dir() and not any(folder.rglob("*.parquet")):
            for inner in sorted(folder.rglob("*"), reverse=True):
                inner.rmdir()
            folder.rmdir()


def _folder(lake: Lake, name: str) -> Path:
    return lake.root / "_pins" / str(TableName.parse(name))
