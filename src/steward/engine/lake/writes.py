# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""The writes of a table: stage files, then make them a version under the lock."""

import dataclasses
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from steward.engine.lake import commits, keyed, staging
from steward.engine.lake.checksum import StreamSum, checksum, must_equal
from steward.engine.lake.commits import Batch
from steward.engine.lake.duck import Limits, columns_of, open_session
from steward.engine.lake.errors import SchemaMismatchError
from steward.engine.lake.fitting import Fit, Fitted, fit, replace
from steward.engine.lake.locks import Lock
from steward.engine.lake.names import TableName
from steward.engine.lake.staging import Staged
from steward.engine.lake.table import (
    EVOLVED,
    files_of,
    keys_of,
    must_be_direct,
    open_delta,
    relation_of,
    schema_of,
)
from steward.engine.lake.types import exact
from steward.kernel.errors import ConflictError

Rows: TypeAlias = pa.RecordBatchReader | pa.Table
_Shape = Callable[[pa.Schema, pa.Schema], Fitted]


class TooManyDeletesError(ConflictError):
    """A write would delete a larger share of the table than the caller expects."""

    code = "engine.lake.too_many_deletes"


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write did: the version that holds it, and rows by outcome.

    `skipped` is true when the batch had been applied before; then nothing was written.
    `checksum` is that of the incoming rows, equal for what came and what was stored; it is
    empty unless verification was asked for.
    """

    version: int
    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: bool = False
    checksum: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a write goes, how it is locked, and under which identity it is applied once."""

    name: TableName
    root: Path
    lock: Lock
    limits: Limits
    batch: Batch | None
    verify: bool = False

    @property
    def path(self) -> Path:
        """The directory of the table."""
        return self.name.path(self.root)

    def open(self) -> DeltaTable:
        """The newest version, which must be one that we may write."""
        delta = open_delta(self.name, self.root)
        must_be_direct(delta, self.name)
        return delta

    def commit(
        self,
        delta: DeltaTable,
        actions: Sequence[AddAction | RemoveAction],
        *,
        operation: str,
        schema: pa.Schema | None = None,
    ) -> int:
        """Commit the actions; the new version. Nothing to say and no batch is no commit."""
        marked = self.batch is not None and self.batch.mark
        if actions or marked or operation == "overwrite":
            commits.commit(
                delta,
                actions,
                schema=schema or schema_of(delta),
                operation=operation,
                batch=self.batch,
            )
        return int(delta.version())


def append(target: Target, rows: Rows, rules: Fit) -> Written:
    """See Lake.append."""

    def finish(delta: DeltaTable, fitted: Fitted, staged: Staged) -> Written:
        commits.add_columns(delta, fitted.added)
        version = target.commit(delta, staged.adds, operation="append", schema=fitted.schema)
        return Written(version=version, rows=staged.rows, inserted=staged.rows)

    def shape(incoming: pa.Schema, present: pa.Schema) -> Fitted:
        return fit(incoming, present, rules, table=str(target.name))

    with open_session(target.limits) as session:
        return _stream_in(session, target, rows, shape=shape, finish=finish)


def overwrite(target: Target, rows: Rows, rules: Fit) -> Written:
    """See Lake.overwrite."""

    def finish(delta: DeltaTable, fitted: Fitted, staged: Staged) -> Written:
        commits.allow_local_times(delta, list(fitted.schema))
        gone = int(delta.count())
        version = target.commit(delta, staged.adds, operation="overwrite", schema=fitted.schema)
        return Written(version=version, rows=staged.rows, inserted=staged.rows, deleted=gone)

    def shape(incoming: pa.Schema, present: pa.Schema) -> Fitted:
        return replace(incoming, present, rules, table=str(target.name))

    with open_session(target.limits) as session:
        return _stream_in(session, target, rows, shape=shape, finish=finish)


def upsert(
    target: Target, rows: Rows, rules: Fit, *, keys: tuple[str, ...], now: datetime
) -> Written:
    """See Lake.upsert."""

    def shape(incoming: pa.Schema, present: pa.Schema) -> Fitted:
        return fit(incoming, present, rules, table=str(target.name))

    with open_session(target.limits) as session:

        def finish(delta: DeltaTable, fitted: Fitted, staged: Staged) -> Written:
            commits.add_columns(delta, fitted.added)
            fresh = target.open()
            by = keys or keys_of(fresh)
            files = tuple(str(target.path / add.path) for add in staged.adds)
            incoming = relation_of(fitted.schema, files, evolved=False)
            keyed.check_keys(session, incoming, by, table=str(target.name))
            with staging.staging(target.path) as result:
                done = keyed.upsert(
                    session, incoming, _present(target, fresh), keys=by, staged=result
                )
                staged.joins = done.as_came
                adds = staged.adds if done.as_came else result.adds
                removes = staging.removals(fresh, set(done.touched), now=now)
                version = target.commit(fresh, [*adds, *removes], operation="upsert")
            return Written(
                version=version,
                rows=staged.rows,
                inserted=done.inserted,
                updated=done.updated,
                unchanged=done.unchanged,
            )

        return _stream_in(session, target, rows, shape=shape, finish=finish)


def delete(target: Target, keys: Rows | None, *, where: str, now: datetime) -> Written:
    """See Lake.delete."""
    with open_session(target.limits) as session:
        bad = where
        if keys is not None:
            bad = keyed.key_condition(_load_keys(session, keys), "lake_keys")
        return _delete(session, target, bad, now=now)


def keep_only(target: Target, keys: Rows, *, at_most: float, now: datetime) -> Written:
    """See Lake.keep_only."""
    with open_session(target.limits) as session:
        bad = keyed.key_condition(_load_keys(session, keys), "lake_keys", absent=True)
        return _delete(session, target, bad, now=now, at_most=at_most)


def compact(target: Target, *, small: int, now: datetime) -> int:
    """See Lake.compact."""

    def attempt() -> int:
        delta = target.open()
        present = delta.get_add_actions(flatten=True)
        sizes = zip(present["path"].to_pylist(), present["size_bytes"].to_pylist(), strict=True)
        paths = {path for path, size in sizes if size < small}
        if len(paths) < 2:
            return 0
        state = _present(target, delta)
        files = tuple(str(target.path / path) for path in paths)
        with staging.staging(target.path) as staged:
            select = f"SELECT * FROM {state.rows(files)}"
            staging.write_files(session, select, staged, data_change=False)
            removes = staging.removals(delta, paths, now=now, data_change=False)
            target.commit(delta, [*staged.adds, *removes], operation="compact")
        return len(paths)

    with open_session(target.limits) as session, target.lock(str(target.name)):
        return commits.retried(attempt, str(target.name))


def _stream_in(
    session: duckdb.DuckDBPyConnection,
    target: Target,
    rows: Rows,
    *,
    shape: _Shape,
    finish: Callable[[DeltaTable, Fitted, Staged], Written],
) -> Written:
    """Stage the stream outside the lock, commit inside; files that do not join are removed."""
    delta = target.open()
    if commits.applied(delta, target.batch):
        return Written(version=int(delta.version()), skipped=True)
    reader = exact(rows.to_reader(65_536) if isinstance(rows, pa.Table) else rows)
    fitted = shape(reader.schema, schema_of(delta))

    def attempt() -> Written:
        fresh = target.open()
        if commits.applied(fresh, target.batch):
            return Written(version=int(fresh.version()), skipped=True)
        if shape(reader.schema, schema_of(fresh)).schema != fitted.schema:
            raise SchemaMismatchError(f"表“{target.name}”的列在写入期间被改变，本次写入未生效")
        return finish(fresh, fitted, staged)

    with staging.staging(target.path) as staged:
        proof = _stage(session, target, reader, fitted=fitted, staged=staged)
        with target.lock(str(target.name)):
            written = commits.retried(attempt, str(target.name))
        if written.skipped or not staged.joins:
            shutil.rmtree(staged.folder, ignore_errors=True)
    return dataclasses.replace(written, checksum=proof)


def _stage(
    session: duckdb.DuckDBPyConnection,
    target: Target,
    reader: pa.RecordBatchReader,
    *,
    fitted: Fitted,
    staged: Staged,
) -> str:
    """Write the stream; where asked, prove that the files hold what came."""
    total = StreamSum(fitted) if target.verify else None
    if total is not None:
        reader = pa.RecordBatchReader.from_batches(reader.schema, total.watch(reader))
    with staging.registered(session, reader) as stream:
        staging.write_files(session, fitted.select(stream), staged)
    if total is None:
        return ""
    files = tuple(str(target.path / add.path) for add in staged.adds)
    stored = checksum(session, relation_of(fitted.schema, files, evolved=False), fitted.schema)
    must_equal(total.result, stored, table=str(target.name))
    return str(stored)


def _delete(
    session: duckdb.DuckDBPyConnection,
    target: Target,
    bad: str,
    *,
    now: datetime,
    at_most: float = 1.0,
) -> Written:
    def attempt() -> Written:
        delta = target.open()
        if commits.applied(delta, target.batch):
            return Written(version=int(delta.version()), skipped=True)
        with staging.staging(target.path) as staged:
            done = keyed.delete(session, bad, _present(target, delta), staged=staged)
            _check_share(done.deleted, int(delta.count()), at_most, table=target.name)
            removes = staging.removals(delta, set(done.touched), now=now)
            version = target.commit(delta, [*staged.adds, *removes], operation="delete")
        return Written(version=version, deleted=done.deleted)

    with target.lock(str(target.name)):
        return commits.retried(attempt, str(target.name))


def _check_share(deleted: int, rows: int, at_most: float, *, table: TableName) -> None:
    if deleted > rows * at_most:
        raise TooManyDeletesError(
            f"本次将从“{table}”的 {rows} 行中删除 {deleted} 行，超过允许的 {at_most:.0%}，"
            "可能是来源数据不完整；已停止，未删除任何数据",
            deleted=deleted,
            rows=rows,
        )


def _load_keys(session: duckdb.DuckDBPyConnection, keys: Rows) -> list[str]:
    reader = keys.to_reader() if isinstance(keys, pa.Table) else keys
    with staging.registered(session, reader) as stream:
        session.execute(f"CREATE TEMP TABLE lake_keys AS SELECT DISTINCT * FROM {stream}")
    return list(columns_of(session, "lake_keys"))


def _present(target: Target, delta: DeltaTable) -> keyed.Present:
    return keyed.Present(
        path=target.path,
        schema=schema_of(delta),
        files=files_of(delta),
        evolved=delta.metadata().configuration.get(EVOLVED) == "true",
    )
