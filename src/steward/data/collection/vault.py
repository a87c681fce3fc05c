"""Files by their content, below LAKE_ROOT/_files: one copy however often the same file comes.

`<first two digits>/<sha256>` are the files; `incoming/` holds what is on its way, so that a
transfer that broke off goes on where it stopped.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings

BLOCK = 1 << 20


def root() -> Path:
    """Where all of it lies."""
    return Path(settings.LAKE_ROOT) / "_files"


def path_of(sha256: str) -> Path:
    """Where a file of that content lies, or would."""
    return root() / sha256[:2] / sha256


def digest(path: Path, kind: str = "sha256") -> str:
    """The hash of a file: sha256, sm3 or md5. ValueError where this machine has no such hash."""
    found = hashlib.new(kind, usedforsecurity=False)
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def keep(arrived: Path, sha256: str) -> Path:
    """Put a file under its hash; `arrived` stays until `drop`, so a crash in between loses nothing."""
    target = path_of(sha256)
    if target.is_file() and digest(target) == sha256:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".keep-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as draft, arrived.open("rb") as source:
            shutil.copyfileobj(source, draft, BLOCK)
            draft.flush()
            os.fsync(draft.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target


def remove(sha256: str) -> bool:
    """Delete the file of that content; whether nothing of it is left."""
    target = path_of(sha256)
    target.unlink(missing_ok=True)
    return not target.exists()


def incoming(task_id: int, path: str, *, size: int, modified_at: datetime) -> Path:
    """Where one state of one file arrives; an older state of it is thrown away."""
    folder, mark = root() / "incoming" / f"task-{task_id}", _mark(path)
    place = folder / f"{mark}-{size}-{int(modified_at.timestamp())}"
    for stale in folder.glob(f"{mark}-*"):
        if stale != place:
            shutil.rmtree(stale)
    place.mkdir(parents=True, exist_ok=True)
    return place / PurePosixPath(path).name


def drop(arrived: Path) -> None:
    """Throw away what has been taken, with the folder it arrived in."""
    shutil.rmtree(arrived.parent, ignore_errors=True)


def forget(task_id: int) -> None:
    """Throw away whatever is on its way for a task."""
    shutil.rmtree(root() / "incoming" / f"task-{task_id}", ignore_errors=True)


def tidy(task_id: int, paths: Iterable[str]) -> None:
    """Throw away what began to arrive of files that are no longer wanted."""
    marks = {_mark(path) for path in paths}
    for folder in (root() / "incoming" / f"task-{task_id}").glob("*"):
        if folder.name.partition("-")[0] not in marks:
            shutil.rmtree(folder, ignore_errors=True)


def forget_older(folder: Path, since: datetime) -> None:
    """Throw away the folders in `folder` that were last changed before an instant."""
    for old in folder.glob("*"):
        if old.stat().st_mtime < since.timestamp():
            shutil.rmtree(old, ignore_errors=True)


def _mark(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:20]
