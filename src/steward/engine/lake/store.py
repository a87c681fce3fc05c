"""The lake: tables under one root, written by one process at a time, read by any number."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.schema import Schema

from steward.engine.lake import commits, writes
from steward.engine.lake.commits import Batch, Commit
from steward.engine.lake.duck import Limits
from steward.engine.lake.errors import SchemaMismatchError
from steward.engine.lake.fitting import Fit
from steward.engine.lake.locks import Lock, file_lock
from steward.engine.lake.names import LAYERS, TableName
from steward.engine.lake.table import (
    KEYS,
    Description,
    Snapshot,
    is_direct,
    keys_of,
    open_delta,
    schema_of,
    snapshot_of,
)
from steward.engine.lake.types import storable
from steward.engine.lake.writes import Rows, Target, Written
from steward.kernel.errors import ConflictError


class TableExistsError(ConflictError):
    """A table of that name exists already."""

    code = "engine.lake.exists"


class Lake:
    """Tables in layers ods, dwd, dws and ads below `root`.

    `lock(name)` is a context manager that lets one writer at a time work on a table: a file
    lock by default, an advisory lock of a database where the caller has one. Every write is one
    version, visible whole or not at all, also when the process is killed in the middle; with a
    `batch` it is applied once however often it is repeated. With `verify` the rows on disk are
    proved equal to the rows that came before a version holds them.
    """

    def __init__(
        self,
        root: Path,
        *,
        lock: Lock | None = None,
        limits: Limits | None = None,
        verify: bool = False,
    ) -> None:
        self.root = root
        self.verify = verify
        self.lock = lock or file_lock(root / "_locks")
        self.limits = limits or Limits()

    def create(
        self, name: str, schema: pa.Schema, *, keys: Sequence[str] = (), comment: str = ""
    ) -> Snapshot:
        """An empty table; TableExistsError if there is one. Key columns must be in the schema."""
        table = TableName.parse(name)
        wanted = storable(schema)
        if unknown := [key for key in keys if key not in wanted.names]:
            raise SchemaMismatchError(f"表“{name}”的关键字列{unknown}不在列清单中")
        with self.lock(name):
            if self.exists(name):
                raise TableExistsError(f"表“{name}”已存在", table=name)
            path = table.path(self.root)
            path.mkdir(parents=True, exist_ok=True)
            DeltaTable.create(
                path,
                Schema.from_arrow(wanted),
                name=name,
                description=comment or None,
                configuration={KEYS: "\x1f".join(keys)} if keys else None,
                raise_if_key_not_exists=False,
            )
        return self.snapshot(name)

    def exists(self, name: str) -> bool:
        """Whether there is a table of that name."""
        return (TableName.parse(name).path(self.root) / "_delta_log").is_dir()

    def tables(self) -> list[str]:
        """The names of all tables, by layer."""
        found = []
        for layer in LAYERS:
            logs = sorted((self.root / layer).glob("*/_delta_log"))
            found += [f"{layer}.{log.parent.name}" for log in logs]
        return found

    def snapshot(self, name: str, version: int | None = None) -> Snapshot:
        """A fixed version (None: the newest) for DuckDB and Arrow.

        UnknownTableError, VersionGoneError; IndirectTableError for a table that another program
        gave deletion vectors or column mapping: `scan` reads that.
        """
        table = TableName.parse(name)
        return snapshot_of(open_delta(table, self.root, version=version), table)

    def describe(self, name: str, version: int | None = None) -> Description:
        """Columns and keys of a version, whoever wrote it."""
        delta = open_delta(TableName.parse(name), self.root, version=version)
        return Description(schema=schema_of(delta), keys=keys_of(delta), direct=is_direct(delta))

    def scan(self, name: str, version: int | None = None) -> pa.RecordBatchReader:
        """All rows of a version, whoever wrote it: slower than a snapshot, and read once."""
        delta = open_delta(TableName.parse(name), self.root, version=version)
        reader = pa.RecordBatchReader.from_stream(delta.scan())
        return reader.cast(schema_of(delta))

    def history(self, name: str, limit: int | None = None) -> list[Commit]:
        """The newest commits first, with the batch each one applied."""
        return commits.history_of(open_delta(TableName.parse(name), self.root), limit)

    def last_batch(self, name: str, source: str) -> Batch | None:
        """The newest batch of a source that the table holds, with its note."""
        return commits.last_batch(open_delta(TableName.parse(name), self.root), source)

    def append(
        self, name: str, rows: Rows, *, fit: Fit | None = None, batch: Batch | None = None
    ) -> Written:
        """Add rows. The stream is written in bounded memory before the lock is taken."""
        return writes.append(self._target(name, batch), rows, fit or Fit())

    def overwrite(
        self, name: str, rows: Rows, *, fit: Fit | None = None, batch: Batch | None = None
    ) -> Written:
        """Replace all rows, and the columns and types where `fit` allows it."""
        return writes.overwrite(self._target(name, batch), rows, fit or Fit())

    def upsert(
        self,
        name: str,
        rows: Rows,
        *,
        now: datetime,
        keys: Sequence[str] = (),
        fit: Fit | None = None,
        batch: Batch | None = None,
    ) -> Written:
        """Insert rows with new keys, replace rows with known ones (default: the table's keys).

        BadKeysError where the rows have an incomplete or a repeated key.
        """
        target = self._target(name, batch)
        return writes.upsert(target, rows, fit or Fit(), keys=tuple(keys), now=now)

    def delete(
        self,
        name: str,
        *,
        now: datetime,
        keys: Rows | None = None,
        where: str = "",
        batch: Batch | None = None,
    ) -> Written:
        """Delete the rows whose keys are in `keys`, or for which the DuckDB condition is true.

        `where` is trusted SQL of the program, never text that a person typed.
        """
        return writes.delete(self._target(name, batch), keys, where=where, now=now)

    def keep_only(
        self,
        name: str,
        keys: Rows,
        *,
        now: datetime,
        at_most: float = 0.2,
        batch: Batch | None = None,
    ) -> Written:
        """Delete every row whose key is not in `keys`: how deletes of a source are seen.

        TooManyDeletesError when that is more than the share `at_most` of the table, which is
        what a broken source looks like.
        """
        return writes.keep_only(self._target(name, batch), keys, at_most=at_most, now=now)

    def compact(self, name: str, *, now: datetime, small: int = 64 * 2**20) -> int:
        """Join files below `small` bytes into larger ones; the number of files joined."""
        return writes.compact(self._target(name, None), small=small, now=now)

    def _target(self, name: str, batch: Batch | None) -> Target:
        return Target(
            name=TableName.parse(name),
            root=self.root,
            lock=self.lock,
            limits=self.limits,
            batch=batch,
            verify=self.verify,
        )
