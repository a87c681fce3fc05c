# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""Profile a relation with DuckDB: one scan for all columns, then one grouping per column."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import duckdb

from steward.engine.lake.duck import columns_of, explained, ident, one, scalar
from steward.engine.profile.content import CONTENT_SHARE, CONTENTS
from steward.engine.profile.model import ColumnProfile, Profile, Value

Progress = Callable[[str], None]
_NUMBERS: Final = ("integer", "decimal")
FREQUENT: Final = 10
KEY_COLUMNS: Final = 8
_BLANKS: Final = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)"


def _silent(_step: str) -> None:
    """Progress that nobody watches."""


def profile(
    session: duckdb.DuckDBPyConnection,
    relation: str,
    *,
    name: str,
    warnings: Sequence[str] = (),
    progress: Progress = _silent,
) -> Profile:
    """The profile of a relation; counts and distinct values are exact.

    Memory is bounded by the session's limit. Errors are StewardError naming `name`.
    """
    with explained(name):
        types = columns_of(session, relation)
        progress("统计各列")
        facts = one(session, _facts_sql(types, relation))
        rows = int(facts[0])
        width = 6 + len(CONTENTS)
        columns = []
        for index, (column, kind) in enumerate(types.items()):
            progress(f"分析列“{column}”")
            numbers = facts[1 + index * width : 1 + (index + 1) * width]
            columns.append(_column(session, relation, (column, kind, rows, numbers)))
        progress("寻找候选关键字")
        keys = _keys(session, relation, columns)
    return Profile(
        name=name, rows=rows, columns=tuple(columns), keys=keys, warnings=tuple(warnings)
    )


def _facts_sql(types: Mapping[str, str], relation: str) -> str:
    parts = ["count(*)"]
    for name, kind in types.items():
        text = _text(name, kind)
        trimmed = f"trim({text}, {_BLANKS})"
        plain = kind == "VARCHAR"
        parts += [
            f"count(*) - count({ident(name)})",
            f"count(*) FILTER (WHERE {trimmed} = '')" if plain else "0",
            f"CAST(min({_ordered(name, kind)}) AS VARCHAR)",
            f"CAST(max({_ordered(name, kind)}) AS VARCHAR)",
            f"min(length({text}))" if plain else "NULL",
            f"max(length({text}))" if plain else "NULL",
        ]
        parts += [
            f"count(*) FILTER (WHERE {item.test(text)})" if plain else "0" for item in CONTENTS
        ]
    return f"SELECT {', '.join(parts)} FROM {relation} t"


def _text(name: str, kind: str) -> str:
    return ident(name) if kind == "VARCHAR" else f"CAST({ident(name)} AS VARCHAR)"


def _ordered(name: str, kind: str) -> str:
    """Lists and structures have no useful least value but their text."""
    return _text(name, kind) if kind.endswith("]") or kind.startswith("STRUCT") else ident(name)


def _column(
    session: duckdb.DuckDBPyConnection,
    relation: str,
    facts: tuple[str, str, int, Sequence[Any]],
) -> ColumnProfile:
    name, kind, rows, numbers = facts
    nulls, blank, least, most, shortest, longest, *matches = numbers
    content, matching = _content(matches, rows - nulls - blank)
    distinct, frequent = _frequent(session, relation, name=name, kind=kind)
    if kind == "VARCHAR" and content in _NUMBERS:
        least, most = _ends(session, relation, name)
    return ColumnProfile(
        name=name,
        type=kind,
        rows=rows,
        nulls=nulls,
        blank=blank,
        distinct=distinct,
        minimum=least,
        maximum=most,
        shortest=shortest,
        longest=longest,
        patterns=_patterns(session, relation, name) if kind == "VARCHAR" else (),
        frequent=frequent,
        content=content,
        matching=matching,
    )


def _ends(session: duckdb.DuckDBPyConnection, relation: str, name: str) -> tuple[str, str]:
    """The least and the largest number of a column of text, as they are written."""
    number = f"TRY_CAST({ident(name)} AS DECIMAL(38,10))"
    least, most = one(
        session,
        f"SELECT arg_min({ident(name)}, {number}), arg_max({ident(name)}, {number}) "
        f"FROM {relation} t",
    )
    return least, most


def _content(matches: Sequence[int], filled: int) -> tuple[str, int]:
    """The most particular kind that most values are of."""
    for item, count in zip(CONTENTS, matches, strict=True):
        if filled and count >= filled * CONTENT_SHARE:
            return item.code, count
    return "", 0


def _frequent(
    session: duckdb.DuckDBPyConnection, relation: str, *, name: str, kind: str
) -> tuple[int, tuple[Value, ...]]:
    """Exact number of distinct values, and the most frequent ones that occur more than once."""
    groups = (
        f"SELECT {ident(name)} AS v, count(*) AS c FROM {relation} t "
        f"WHERE {ident(name)} IS NOT NULL GROUP BY 1"
    )
    best = session.execute(
        f"WITH g AS MATERIALIZED ({groups}) SELECT (SELECT count(*) FROM g), "
        f"CAST(v AS VARCHAR), c FROM g ORDER BY c DESC, 2 LIMIT {FREQUENT}"
    ).fetchall()
    del kind
    if not best:
        return 0, ()
    return int(best[0][0]), tuple(Value(text=row[1], rows=row[2]) for row in best if row[2] > 1)


def _patterns(session: duckdb.DuckDBPyConnection, relation: str, name: str) -> tuple[Value, ...]:
    """Shapes of values: 9 a digit, a and A letters, 中 Chinese; runs of four or more as {n}."""
    shape = ident(name)
    for pattern, sign in (
        ("[0-9]", "9"),
        ("[a-z]", "a"),
        ("[A-Z]", "A"),
        (r"\p{Han}", "中"),
    ):
        shape = f"regexp_replace({shape}, '{pattern}', '{sign}', 'g')"
    rows = session.execute(
        f"SELECT {shape} AS s, count(*) AS c FROM {relation} t WHERE {ident(name)} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FREQUENT}"
    ).fetchall()
    return tuple(Value(text=_short(row[0]), rows=row[1]) for row in rows)


def _short(shape: str) -> str:
    """9999999 → 9{7}."""
    out, start = "", 0
    while start < len(shape):
        end = start
        while end < len(shape) and shape[end] == shape[start]:
            end += 1
        size = end - start
        out += f"{shape[start]}{{{size}}}" if size >= 4 else shape[start:end]
        start = end
    return out


def _keys(
    session: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[ColumnProfile]
) -> tuple[tuple[str, ...], ...]:
    """Single columns that identify a row; only without one, pairs of full columns that do."""
    single = tuple((column.name,) for column in columns if column.unique)
    if single or not columns or not columns[0].rows:
        return single
    rows = columns[0].rows
    full = [column for column in columns if column.filled == rows and column.distinct > 1]
    full = sorted(full, key=lambda column: -column.distinct)[:KEY_COLUMNS]
    return tuple(
        (one.name, two.name)
        for one, two in combinations(full, 2)
        if one.distinct * two.distinct >= rows
        and scalar(
            session,
            f"SELECT count(*) FROM (SELECT DISTINCT {ident(one.name)}, {ident(two.name)} "
            f"FROM {relation} t)",
        )
        == rows
    )
