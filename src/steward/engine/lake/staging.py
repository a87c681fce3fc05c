# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""New data files of a table: written whole, synced to disk, not yet part of any version."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from steward.engine.lake.duck import explained, ident, literal
from steward.engine.lake.errors import disk_full, is_disk_full

FILE_SIZE = "256MB"


@dataclass(kw_only=True)
class Staged:
    """Files of one write in their own directory below the table; `rows` is their total.

    `joins`: whether they become part of the table, or were only on the way to it.
    """

    folder: Path
    joins: bool = True
    adds: list[AddAction] = field(default_factory=list)
    rows: int = 0


class Watched:
    """An iterator of batches that remembers the error that ended it.

    Libraries in C turn an exception of a reader into text; the caller wants the exception.
    """

    def __init__(self, reader: Iterable[pa.RecordBatch]) -> None:
        self.reader = reader
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self.reader
        except Exception as error:
            self.error = error
            raise


@contextmanager
def registered(session: duckdb.DuckDBPyConnection, reader: pa.RecordBatchReader) -> Iterator[str]:
    """A one-time relation over a stream; an error of the stream leaves the block as it was."""
    watched = Watched(reader)
    name = f"stream_{uuid4().hex}"
    session.register(name, pa.RecordBatchReader.from_batches(reader.schema, iter(watched)))
    try:
        yield name
    except Exception as error:
        if watched.error is not None and watched.error is not error:
            raise watched.error from None
        raise
    finally:
        session.unregister(name)


@contextmanager
def staging(table: Path) -> Iterator[Staged]:
    """A directory for new files that disappears unless the block ends well."""
    staged = Staged(folder=table / f"part-{uuid4().hex}")
    try:
        yield staged
    except BaseException:
        shutil.rmtree(staged.folder, ignore_errors=True)
        raise


def write_files(
    session: duckdb.DuckDBPyConnection, select: str, staged: Staged, *, data_change: bool = True
) -> int:
    """Write the rows of a statement as Parquet files and add them; the number of rows."""
    target = staged.folder / uuid4().hex[:8]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with explained(f"表“{staged.folder.parent.name}”"):
            written = session.execute(
                f"COPY ({select}) TO {literal(str(target))} "
                f"(FORMAT parquet, COMPRESSION zstd, FILE_SIZE_BYTES '{FILE_SIZE}', RETURN_STATS)"
            ).fetchall()
        adds = [_add(row, staged.folder.parent, data_change=data_change) for row in written]
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(f"表“{staged.folder.parent.name}”") from error
        raise
    rows = sum(int(row[1]) for row in written)
    staged.adds += [add for add, row in zip(adds, written, strict=True) if row[1]]
    staged.rows += rows
    return rows


def _add(row: tuple[object, ...], table: Path, *, data_change: bool) -> AddAction:
    path = Path(str(row[0]))
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
    facts = path.stat()
    return AddAction(
        path=str(path.relative_to(table)),
        size=facts.st_size,
        partition_values={},
        modification_time=facts.st_mtime_ns // 1_000_000,
        data_change=data_change,
        stats=json.dumps({"numRecords": row[1]}),
    )


def removals(
    delta: DeltaTable, paths: set[str] | None, *, now: datetime, data_change: bool = True
) -> list[RemoveAction]:
    """Remove actions for the named files of the current version (None: every file)."""
    present = delta.get_add_actions(flatten=True)
    sizes = dict(zip(present["path"].to_pylist(), present["size_bytes"].to_pylist(), strict=True))
    return [
        RemoveAction(path, data_change, int(now.timestamp() * 1000), size=size)
        for path, size in sizes.items()
        if paths is None or path in paths
    ]


def select_as(columns: dict[str, str], relation: str) -> str:
    """`SELECT` of columns cast to types, in the order of `columns`."""
    parts = [f"CAST({ident(name)} AS {kind}) AS {ident(name)}" for name, kind in columns.items()]
    return f"SELECT {', '.join(parts)} FROM {relation}"
