# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""Both sides as numbered rows and cleaned columns, and the candidates that blocking will give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import duckdb

from steward.engine.compare.matching.spec import Block, MatchSpec
from steward.engine.compare.spec import InvalidSpecError
from steward.engine.lake.duck import columns_of, explained, ident, scalar

SIDES: Final = ("left", "right")
ROW: Final = "_match_id"
_COMMON: Final = 250_000


@dataclass(kw_only=True)
class Prepared:
    """How many rows each side has, candidate pairs by rule, and what was left out."""

    rows: tuple[int, int] = (0, 0)
    candidates: list[int] = field(default_factory=list)
    certain: int = 0
    notes: list[str] = field(default_factory=list)


def prepare(
    session: duckdb.DuckDBPyConnection, relations: tuple[str, str], spec: MatchSpec
) -> Prepared:
    """Make `match_rows_<side>` (the rows, numbered) and `match_<side>` (cleaned columns).

    The numbers follow from the values alone, so that the same data give the same result in any
    order. Values so common that they would make millions of candidates are left out of blocking
    with a note; InvalidSpecError where a rule still makes more pairs than `max_pairs`.
    """
    done = Prepared()
    for index, side in enumerate(SIDES):
        with explained("左侧数据" if index == 0 else "右侧数据"):
            _rows(session, relations[index], side)
            session.execute(_cleaned(spec, side))
    done.rows = (_count(session, "match_left"), _count(session, "match_right"))
    for number, block in enumerate(spec.blocking):
        done.candidates.append(_limit(session, spec, (number, block), notes=done.notes))
    if sum(done.candidates) == 0:
        raise InvalidSpecError(
            "两侧没有任何一对记录在配对规则的 blocking 上相同，无法配对；请核对列的对应关系，"
            f"现用：{'；'.join(spec.words(block) for block in spec.blocking)}"
        )
    done.certain = _certain(session, spec)
    return done


def drop(session: duckdb.DuckDBPyConnection) -> None:
    """Remove what `prepare` made."""
    for side in SIDES:
        session.execute(f"DROP TABLE IF EXISTS match_rows_{side}")
        session.execute(f"DROP TABLE IF EXISTS match_{side}")


def _rows(session: duckdb.DuckDBPyConnection, relation: str, side: str) -> None:
    order = ", ".join(f"t.{ident(name)}" for name in columns_of(session, relation))
    session.execute(
        f"CREATE TEMP TABLE match_rows_{side} AS "
        f"SELECT row_number() OVER (ORDER BY {order}) AS {ROW}, t.* FROM {relation} t"
    )


def _cleaned(spec: MatchSpec, side: str) -> str:
    plain, parts = [], []
    for index, item in enumerate(spec.fields):
        column = item.left if side == "left" else item.right
        text = f"CAST(t.{ident(column)} AS VARCHAR)"
        plain.append(f'{item.kind.clean(text)} AS "f{index}"')
        parts += [
            f'{sql.replace("{x}", f"f{index}")} AS "f{index}_{name}"'
            for name, sql in item.kind.parts.items()
        ]
    inner = f"SELECT {ROW} AS unique_id, {', '.join(plain)} FROM match_rows_{side} t"
    derived = f"SELECT c.*{''.join(f', {part}' for part in parts)} FROM ({inner}) c"
    keys = "".join(f', {_joined(block)} AS "b{n}"' for n, block in enumerate(spec.blocking))
    return f"CREATE TEMP TABLE match_{side} AS SELECT d.*{keys} FROM ({derived}) d"


def _joined(block: Block) -> str:
    """All keys of a rule as one text; NULL where one is missing."""
    return " || chr(31) || ".join(f"({key.sql()})" for key in block)


def _limit(
    session: duckdb.DuckDBPyConnection,
    spec: MatchSpec,
    place: tuple[int, Block],
    *,
    notes: list[str],
) -> int:
    """The candidates of one rule, after values that are no evidence were left out of it."""
    number, block = place
    sizes = (
        f"SELECT l.k, l.n AS nl, r.n AS nr FROM "
        f'(SELECT "b{number}" AS k, count(*) AS n FROM match_left WHERE k IS NOT NULL GROUP BY k) l'
        f' JOIN (SELECT "b{number}" AS k, count(*) AS n FROM match_right GROUP BY k) r USING (k)'
    )
    most = min(_COMMON, spec.max_pairs)
    common = session.execute(
        f"SELECT k, nl, nr FROM ({sizes}) WHERE nl * nr > {most} ORDER BY nl * nr DESC, k"
    ).fetchall()
    if common:
        _leave_out(session, number, [row[0] for row in common])
        shown, left, right = common[0]
        notes.append(
            f"候选规则“{spec.words(block)}”有 {len(common)} 个值太常见，不用来找候选，"
            f"如“{shown.replace(chr(31), '＋')}”两侧有 {left:,} 行和 {right:,} 行"
        )
    total = scalar(session, f"SELECT coalesce(sum(nl * nr), 0) FROM ({sizes})")
    if total > spec.max_pairs:
        raise InvalidSpecError(
            f"候选规则“{spec.words(block)}”会产生 {total:,} 对候选，超过上限 {spec.max_pairs:,}；"
            "请在配对规则文件的 blocking 里再加一个字段，或调大 max_pairs"
        )
    return total


def _leave_out(session: duckdb.DuckDBPyConnection, number: int, values: Sequence[str]) -> None:
    for side in SIDES:
        session.execute(
            f'UPDATE match_{side} SET "b{number}" = NULL '
            f'WHERE "b{number}" IN (SELECT unnest($1::VARCHAR[]))',
            [list(values)],
        )


def _certain(session: duckdb.DuckDBPyConnection, spec: MatchSpec) -> int:
    """Rows of the left side that agree with a row of the right in one of the certain rules."""
    found = " OR ".join(
        f"EXISTS (SELECT 1 FROM match_right r WHERE {same_keys(block)})" for block in spec.certain
    )
    return scalar(session, f"SELECT count(*) FROM match_left l WHERE {found}")


def same_keys(block: Block) -> str:
    """Equality of a rule's keys between `l` and `r`."""
    return " AND ".join(
        f"{key.sql().replace(chr(34) + 'f', 'l.' + chr(34) + 'f')} = "
        f"{key.sql().replace(chr(34) + 'f', 'r.' + chr(34) + 'f')}"
        for key in block
    )


def _count(session: duckdb.DuckDBPyConnection, table: str) -> int:
    return scalar(session, f"SELECT count(*) FROM {table}")
