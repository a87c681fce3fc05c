"""One writer per table: a lock the caller may supply, by default on a file."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from steward.engine.lake.errors import TableBusyError

Lock = Callable[[str], AbstractContextManager[object]]


def file_lock(folder: Path, *, timeout: float = 600.0) -> Lock:
    """Locks on files of `folder`, freed by the system when a process dies; waits `timeout` s."""

    @contextmanager
    def hold(name: str) -> Iterator[None]:
        folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + timeout
        with (folder / f"{name}.lock").open("w", encoding="utf-8") as handle:
            while not _try(handle.fileno()):
                if time.monotonic() >= deadline:
                    raise TableBusyError(
                        f"表“{name}”正被另一个任务写入，等待 {timeout:g} 秒后放弃；请稍后重试",
                        table=name,
                    )
                time.sleep(0.05)
            yield

    return hold


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
