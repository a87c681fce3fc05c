"""What every connector is: schema discovery, a stream out, a stream in."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import pyarrow as pa

from steward.engine.connectors.errors import UnsupportedError
from steward.engine.connectors.location import Location
from steward.engine.connectors.rejects import Rejects
from steward.kernel.registry import Extension, Registry

BATCH = 65_536
CursorValue = object
WriteMode = Literal["append", "overwrite", "upsert"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a source; `type` is what the stream carries, `source_type` its own name."""

    name: str
    type: pa.DataType
    source_type: str = ""
    nullable: bool = True
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class TableInfo:
    """One table of a source; `rows` is an estimate (None: unknown)."""

    name: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    comment: str = ""
    rows: int | None = None

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the stream, with comments as field metadata."""
        return pa.schema(
            [
                pa.field(
                    column.name,
                    column.type,
                    metadata={"comment": column.comment} if column.comment else None,
                )
                for column in self.columns
            ]
        )


@dataclass(frozen=True, kw_only=True)
class Window:
    """Rows whose `column` lies between two values; None is open. The upper end is included."""

    column: str
    after: CursorValue | None = None
    upto: CursorValue | None = None
    inclusive: bool = False


@dataclass(frozen=True, kw_only=True)
class Read:
    """What to read: columns (empty: all), a window, and columns to take as text unconverted."""

    columns: tuple[str, ...] = ()
    window: Window | None = None
    as_text: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Stream:
    """Batches on their way, with what the source itself says about them.

    `expected` is the number of rows the source counted in the same snapshot (None: it cannot).
    `warnings` grows while the batches are read.
    """

    reader: pa.RecordBatchReader
    expected: int | None = None
    warnings: list[str] = field(default_factory=list)


class Connector(Extension):
    """A source or target at one location. Instances hold no open connection between calls."""

    schemes: ClassVar[tuple[str, ...]] = ()
    suffixes: ClassVar[tuple[str, ...]] = ()
    repeatable: ClassVar[bool] = False

    def __init__(self, location: Location, *, rejects: Rejects | None = None) -> None:
        self.location = location
        self.rejects = rejects or Rejects()

    @abstractmethod
    def tables(self) -> list[TableInfo]:
        """Every table, sheet or file, with columns, types, keys, comments and estimates."""

    @abstractmethod
    def describe(self) -> TableInfo:
        """The one table that the location names."""

    @abstractmethod
    def open(self, read: Read) -> AbstractContextManager[Stream]:
        """The rows as a stream; SourceLostError where the source goes away in the middle."""

    def limit(self, window: Window, rows: int | None) -> CursorValue | None:
        """The largest cursor value, or that of the `rows`-th row after the window's start."""
        del window, rows
        raise UnsupportedError(f"{self.label}不支持按游标列增量读取：{self.location}")

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """Write the stream whole or not at all; the number of rows. UnsupportedError."""
        del reader, mode, keys
        raise UnsupportedError(f"{self.label}不支持写入：{self.location}")


connectors: Registry[Connector] = Registry("steward.engine.connectors")


def open_connector(text: str, *, rejects: Rejects | None = None) -> Connector:
    """The connector for a path or URL, chosen by its scheme or file name."""
    location = Location.parse(text)
    return connector_for(location, rejects=rejects)


def connector_for(location: Location, *, rejects: Rejects | None = None) -> Connector:
    """The connector for a parsed location; UnsupportedError names what there is."""
    for cls in connectors:
        if _matches(cls, location):
            return cls(location, rejects=rejects)
    known = "、".join(cls.label for cls in connectors)
    raise UnsupportedError(f"不认识的数据位置“{location}”；支持：{known}")


def _matches(cls: type[Connector], location: Location) -> bool:
    if location.scheme:
        return location.scheme in cls.schemes
    if location.local.is_dir():
        return "/" in cls.suffixes
    return Path(location.path).suffix.lower() in cls.suffixes


def counted(
    batches: Iterator[pa.RecordBatch], on_error: Callable[[Exception, int], Exception]
) -> Iterator[pa.RecordBatch]:
    """Batches whose failure becomes `on_error(error, rows so far)`."""
    rows = 0
    try:
        for batch in batches:
            rows += batch.num_rows
            yield batch
    except Exception as error:
        raise on_error(error, rows) from error
