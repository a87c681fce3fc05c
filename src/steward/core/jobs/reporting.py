"""Progress told from any thread: a writer of its own, so that no library's thread keeps a
connection."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.db import connection

Write = Callable[[int, int, str], None]
EVERY_SECONDS = 1.0


class Reporter:
    """Keeps the last progress told and hands it to `write` once a second, and at the end."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._last: tuple[int, int, str] | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="job-progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def tell(self, done: int, total: int, message: str = "") -> None:
        """Note how far the work is; cheap, and safe from any thread."""
        with self._lock:
            self._last = (done, total, message)

    def _run(self) -> None:
        try:
            while not self._done.wait(EVERY_SECONDS):
                self._flush()
            self._flush()
        finally:
            connection.close()

    def _flush(self) -> None:
        with self._lock:
            last, self._last = self._last, None
        if last is not None:
            self._write(*last)
