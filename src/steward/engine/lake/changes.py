# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""What changed between two versions: the net effect, from the files that only one of them has.

A compaction or a rewrite that leaves rows as they are is no change. Both versions must still
have their files (see `maintenance`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from steward.engine.lake.duck import explained, ident, stream
from steward.engine.lake.errors import SchemaMismatchError
from steward.engine.lake.table import Snapshot, relation_of
from steward.engine.lake.types import duck_type

INSERT: Final = "insert"
DELETE: Final = "delete"
BEFORE: Final = "update_before"
AFTER: Final = "update_after"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Counts, and the rows as a DuckDB relation with a first column `_change`."""

    since: int
    until: int
    inserted: int
    updated: int
    deleted: int
    relation: str

    def read(self, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
        """The changed rows: insert, delete, update_before and update_after."""
        return stream(session, f"SELECT * FROM {self.relation}")


def changes_between(
    session: duckdb.DuckDBPyConnection, old: Snapshot, new: Snapshot, *, keys: Sequence[str] = ()
) -> Changes:
    """The net change from one snapshot to another of the same table.

    With keys (default: the table's) a changed row is an update; without, it is a delete and an
    insert, and equal rows count as often as they occur. Columns that only the new version has
    are NULL in old rows; a column whose type changed is SchemaMismatchError.
    """
    by = tuple(keys) or new.keys
    _check_types(old, new)
    gone = [file for file in old.files if file not in set(new.files)]
    came = [file for file in new.files if file not in set(old.files)]
    with explained(f"表“{new.name}”的变化"):
        _load(session, "lake_gone", files=gone, schema=new.schema)
        _load(session, "lake_came", files=came, schema=new.schema)
        session.execute(_net_sql(new.schema, by))
        counted = dict(
            session.execute("SELECT _change, count(*) FROM lake_changes GROUP BY ALL").fetchall()
        )
    return Changes(
        since=old.version,
        until=new.version,
        inserted=counted.get(INSERT, 0),
        updated=counted.get(AFTER, 0),
        deleted=counted.get(DELETE, 0),
        relation="lake_changes",
    )


def _check_types(old: Snapshot, new: Snapshot) -> None:
    changed = [
        field.name
        for field in new.schema
        if field.name in old.schema.names and old.schema.field(field.name).type != field.type
    ]
    lost = [name for name in old.schema.names if name not in new.schema.names]
    if changed or lost:
        raise SchemaMismatchError(
            f"表“{new.name}”在版本 {old.version} 与 {new.version} 之间改变了列"
            f"（{'、'.join([*changed, *lost])}），无法逐行对照；请按全量处理",
            columns=[*changed, *lost],
        )


def _load(
    session: duckdb.DuckDBPyConnection, table: str, *, files: Sequence[str], schema: pa.Schema
) -> None:
    """A view on the files, not a copy: the scans below are bounded by DuckDB's own limits."""
    relation = relation_of(schema, tuple(files), evolved=True)
    columns = ", ".join(
        f"CAST({ident(field.name)} AS {duck_type(field.type)}) AS {ident(field.name)}"
        for field in schema
    )
    session.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT {columns} FROM {relation}")


def _net_sql(schema: pa.Schema, keys: Sequence[str]) -> str:
    names = ", ".join(ident(field.name) for field in schema)
    net = (
        "CREATE OR REPLACE TEMP TABLE lake_changes AS WITH "
        f"minus AS MATERIALIZED (SELECT {names} FROM lake_gone EXCEPT ALL "
        f"SELECT {names} FROM lake_came), "
        f"plus AS MATERIALIZED (SELECT {names} FROM lake_came EXCEPT ALL "
        f"SELECT {names} FROM lake_gone) "
    )
    if not keys:
        return (
            f"{net} SELECT '{DELETE}' AS _change, {names} FROM minus "
            f"UNION ALL SELECT '{INSERT}', {names} FROM plus"
        )
    by = ", ".join(map(ident, keys))
    return (
        f"{net} SELECT '{DELETE}' AS _change, {names} FROM minus ANTI JOIN plus USING ({by}) "
        f"UNION ALL SELECT '{INSERT}', {names} FROM plus ANTI JOIN minus USING ({by}) "
        f"UNION ALL SELECT '{BEFORE}', {names} FROM minus SEMI JOIN plus USING ({by}) "
        f"UNION ALL SELECT '{AFTER}', {names} FROM plus SEMI JOIN minus USING ({by})"
    )
