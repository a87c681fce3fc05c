# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""Upsert and delete by keys: only the files that hold a touched key are written again.

MERGE of the table library needs memory that grows with the table; this is an anti-join that
DuckDB spills, over the files that the keys touch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from steward.engine.lake.duck import explained, ident, one, scalar
from steward.engine.lake.staging import Staged, write_files
from steward.engine.lake.table import relation_of
from steward.engine.lake.types import duck_type
from steward.kernel.errors import InvalidError


class BadKeysError(InvalidError):
    """Rows to be written by key have no key, or one key twice."""

    code = "engine.lake.bad_keys"


@dataclass(frozen=True, kw_only=True)
class Present:
    """The table as it is: where, which columns, which files, whether columns were added."""

    path: Path
    schema: pa.Schema
    files: tuple[str, ...]
    evolved: bool

    def rows(self, files: Sequence[str], *, named: bool = False) -> str:
        """Relation over some of the files."""
        return relation_of(self.schema, tuple(files), evolved=self.evolved, named=named)


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """What a write by keys comes to; `touched` are paths relative to the table.

    `as_came`: no key was there before, so that the incoming files can join the table as they are.
    """

    as_came: bool = False
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    touched: frozenset[str] = frozenset()


def check_keys(
    session: duckdb.DuckDBPyConnection, relation: str, keys: Sequence[str], *, table: str
) -> None:
    """BadKeysError with an example when a key is incomplete or occurs twice."""
    if not keys:
        raise BadKeysError(f"表“{table}”没有设定关键字列，无法按关键字更新；请指明关键字列")
    names = _names(keys)
    nulls = " OR ".join(f"{ident(key)} IS NULL" for key in keys)
    if missing := scalar(session, f"SELECT count(*) FROM {relation} WHERE {nulls}"):
        raise BadKeysError(
            f"写入“{table}”的数据有 {missing} 行关键字（{'、'.join(keys)}）为空，无法按关键字更新"
        )
    twice = one(
        session,
        f"SELECT count(*), any_value(k) FROM (SELECT CAST(ROW({names}) AS VARCHAR) AS k "
        f"FROM {relation} GROUP BY {names} HAVING count(*) > 1)",
    )
    if twice[0]:
        raise BadKeysError(
            f"写入“{table}”的数据有 {twice[0]} 个关键字重复，例如 {twice[1]}；请先去重",
            count=twice[0],
        )


def upsert(
    session: duckdb.DuckDBPyConnection,
    incoming: str,
    present: Present,
    *,
    keys: Sequence[str],
    staged: Staged,
) -> Rewrite:
    """Stage the files that bring `incoming` in; rows equal to what is there change nothing."""
    names = _names(keys)
    columns = {field.name: duck_type(field.type) for field in present.schema}
    value = f"hash({', '.join(ident(name) for name in columns)})"
    with explained("待写入数据"):
        session.execute(
            f"CREATE OR REPLACE TEMP TABLE lake_hit AS SELECT {names}, filename AS f, {value} AS h "
            f"FROM {present.rows(present.files, named=True)} t "
            f"SEMI JOIN {incoming} USING ({names})"
        )
        if not scalar(session, "SELECT count(*) FROM lake_hit"):
            total = scalar(session, f"SELECT count(*) FROM {incoming}")
            return Rewrite(as_came=True, inserted=total)
        session.execute(
            f"CREATE OR REPLACE TEMP TABLE lake_todo AS SELECT {names}, h IS NOT NULL AS old "
            f"FROM (SELECT {names}, {value} AS n FROM {incoming}) LEFT JOIN "
            f"(SELECT {names}, any_value(h) AS h, count(*) AS c FROM lake_hit GROUP BY {names}) "
            f"USING ({names}) WHERE h IS NULL OR h <> n OR c > 1"
        )
    total = scalar(session, f"SELECT count(*) FROM {incoming}")
    todo = scalar(session, "SELECT count(*) FROM lake_todo")
    updated = scalar(session, "SELECT count(*) FROM lake_todo WHERE old")
    touched = _touched(
        session, f"SELECT DISTINCT f FROM lake_hit SEMI JOIN lake_todo USING ({names})"
    )
    every = ", ".join(map(ident, columns))
    if todo:
        rest = ""
        if touched:
            rest = (
                f" UNION ALL SELECT {every} FROM {present.rows(touched)} "
                f"ANTI JOIN lake_todo USING ({names})"
            )
        new = f"SELECT {every} FROM {incoming} SEMI JOIN lake_todo USING ({names})"
        write_files(session, new + rest, staged)
    return Rewrite(
        inserted=todo - updated,
        updated=updated,
        unchanged=total - todo,
        touched=_relative(touched, present.path),
    )


def delete(
    session: duckdb.DuckDBPyConnection, bad: str, present: Present, *, staged: Staged
) -> Rewrite:
    """Stage the files without the rows for which the SQL condition `bad` is true."""
    names = ", ".join(ident(field.name) for field in present.schema)
    with explained("待删除数据"):
        found = session.execute(
            f"SELECT filename, count(*) FROM {present.rows(present.files, named=True)} t "
            f"WHERE {bad} GROUP BY filename"
        ).fetchall()
    touched = [str(row[0]) for row in found]
    if touched:
        keep = f"SELECT {names} FROM {present.rows(touched)} t WHERE ({bad}) IS NOT TRUE"
        write_files(session, keep, staged)
    return Rewrite(
        deleted=sum(int(row[1]) for row in found), touched=_relative(touched, present.path)
    )


def key_condition(keys: Sequence[str], relation: str, *, absent: bool = False) -> str:
    """The condition on `t` that its key is (or, `absent`, is not) among those of a relation."""
    match = " AND ".join(f"s.{ident(key)} = t.{ident(key)}" for key in keys)
    return f"{'NOT ' if absent else ''}EXISTS (SELECT 1 FROM {relation} s WHERE {match})"


def _touched(session: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    return [str(row[0]) for row in session.execute(sql).fetchall()]


def _relative(files: Sequence[str], table: Path) -> frozenset[str]:
    return frozenset(str(Path(file).relative_to(table)) for file in files)


def _names(keys: Sequence[str]) -> str:
    return ", ".join(map(ident, keys))
