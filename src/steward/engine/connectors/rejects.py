"""Rows that cannot be read: an error by default, kept apart with their place on request."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from steward.engine.connectors.errors import BadRowError

HEADER: Final = ("文件", "行", "列", "值", "原因")
SHOWN: Final = 200


@dataclass(frozen=True, kw_only=True)
class Reject:
    """One row that was not taken: where, what, why. `row` counts lines of the file from 1."""

    place: str
    row: int
    reason: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        column = f"列“{self.column}”" if self.column else ""
        value = f"，值为“{self.value[:SHOWN]}”" if self.value else ""
        return f"{self.place} 第 {self.row} 行{column}{value}：{self.reason}"


@dataclass
class Rejects:
    """Where bad rows go. `keep` false: the first one is a BadRowError.

    With `path` every row is written there as CSV; the first thousand stay in `first`.
    """

    keep: bool = False
    path: Path | None = None
    count: int = 0
    first: list[Reject] = field(default_factory=list)
    _handle: TextIO | None = None

    def add(self, reject: Reject) -> None:
        """Take note of a bad row, or raise BadRowError if bad rows are not to be kept apart."""
        if not self.keep:
            raise BadRowError(
                f"{reject}；可更正，或选择跳过坏行、照常处理其余",
                place=reject.place,
                row=reject.row,
            )
        self.count += 1
        if len(self.first) < 1000:
            self.first.append(reject)
        if self.path is not None:
            self._write([reject.place, reject.row, reject.column, reject.value, reject.reason])

    def _write(self, values: Sequence[object]) -> None:
        if self._handle is None and self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._handle).writerow(HEADER)
        if self._handle is not None:
            csv.writer(self._handle).writerow(values)

    def close(self) -> None:
        """Finish the file of bad rows."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
