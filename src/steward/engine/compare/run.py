# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""Run a comparison in a DuckDB session and write what was asked for."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from steward.engine.compare import statements
from steward.engine.compare.plan import Plan, make_plan
from steward.engine.compare.result import Comparison, SideCounts
from steward.engine.compare.spec import CompareSpec
from steward.engine.lake.duck import explained, literal, one, parquet, scalar
from steward.engine.lake.errors import disk_full, is_disk_full

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Counts of one relation of differences by mask and by category."""

    columns: dict[str, int]
    categories: dict[str, int]
    different: int


def _silent(_step: str) -> None:
    """Progress that nobody watches."""


def compare(
    session: duckdb.DuckDBPyConnection,
    relations: tuple[str, str],
    spec: CompareSpec,
    *,
    output: Path | None = None,
    progress: Progress = _silent,
    more: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare two relations (tables, views or table functions of `session`) by key.

    `output` is a directory that receives `differences.parquet`, `duplicate_keys.parquet` and
    `null_keys.parquet`, and the results of the queries of `more` by file name, all at once or not
    at all. Equality of two rows is decided by a 64-bit
    fingerprint (a wrong “same” has a chance of 5e-20 a differing pair), which of their columns
    differ by the values themselves. Memory is bounded by the session's limit; what does not fit
    is spilled. Errors are StewardError with the side and column.
    """
    plan = make_plan(session, relations, spec)
    with explained("比对数据"), _views(session, plan, relations):
        progress("按关键字对齐两侧数据")
        _find_suspects(session, plan)
        if output is None:
            progress("统计差异")
            outcome = _count(session, plan, f"({statements.differences(plan, spec.classes)})")
            return _result(session, plan, outcome)
        progress("写出差异明细")
        with _all_or_nothing(output) as folder:
            files = _write(session, (plan, spec), folder)
            files |= _copied(session, more or {}, folder)
            outcome = _count(session, plan, parquet([files["differences"]]))
        result = _result(session, plan, outcome)
    return _with_files(result, {name: output / path.name for name, path in files.items()})


def _find_suspects(session: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Keys that are not one equal row on each side: by the fast way if keys prove to be unique.

    In a full join every row without a partner occurs once, so that `both + only` equals the rows
    of a side exactly when each of its other rows has one partner; then only keys that are on one
    side alone can still be duplicated, and those are few enough to count.
    """
    present = f"NOT ({statements.null_key(plan)})"
    left, right = (
        scalar(session, f"SELECT count(*) FROM cmp_{side} WHERE {present}")
        for side in ("left", "right")
    )
    session.execute(statements.pairs(plan, most=left + right + 1))
    both, only_left, only_right, keys_left, keys_right = one(session, statements.pair_counts(plan))
    unique = (both + only_left, keys_left) == (left, only_left)
    unique = unique and (both + only_right, keys_right) == (right, only_right)
    session.execute(statements.suspects_of_pairs(plan) if unique else statements.suspects(plan))


def _with_files(result: Comparison, files: dict[str, Path]) -> Comparison:
    return Comparison(**{**result.__dict__, "files": files})


@contextmanager
def _views(
    session: duckdb.DuckDBPyConnection, plan: Plan, relations: tuple[str, str]
) -> Iterator[None]:
    session.execute(statements.side_view(plan, relations[0], "left"))
    session.execute(statements.side_view(plan, relations[1], "right"))
    try:
        yield
    finally:
        session.execute("DROP TABLE IF EXISTS cmp_suspects")
        session.execute("DROP TABLE IF EXISTS cmp_pairs")
        session.execute("DROP VIEW cmp_left")
        session.execute("DROP VIEW cmp_right")


def _write(
    session: duckdb.DuckDBPyConnection, what: tuple[Plan, CompareSpec], folder: Path
) -> dict[str, Path]:
    plan, spec = what
    sources = {
        "differences": statements.differences(plan, spec.classes),
        "duplicate_keys": " UNION ALL ".join(
            statements.duplicates(plan, side) for side in ("left", "right")
        ),
        "null_keys": " UNION ALL ".join(
            statements.null_rows(plan, side) for side in ("left", "right")
        ),
    }
    return _copied(session, sources, folder)


def _copied(
    session: duckdb.DuckDBPyConnection, sources: Mapping[str, str], folder: Path
) -> dict[str, Path]:
    files = {name: folder / f"{name}.parquet" for name in sources}
    for name, sql in sources.items():
        session.execute(f"COPY ({sql}) TO {literal(str(files[name]))} (FORMAT parquet)")
    return files


@contextmanager
def _all_or_nothing(output: Path) -> Iterator[Path]:
    """A directory beside `output` that takes its place when the block succeeds."""
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        yield folder
        if output.exists():
            shutil.rmtree(output)
        folder.rename(output)
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(str(output)) from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _count(session: duckdb.DuckDBPyConnection, plan: Plan, relation: str) -> Outcome:
    words = [
        "_mask" if start == 0 else f"_mask_{start // statements.MASK_BITS + 1}"
        for start in range(0, max(len(plan.columns), 1), statements.MASK_BITS)
    ]
    rows = session.execute(
        f"SELECT _status, _category, {', '.join(words)}, count(*) FROM {relation} GROUP BY ALL"
    ).fetchall()
    columns = dict.fromkeys((column.name for column in plan.columns), 0)
    categories: dict[str, int] = {}
    different = 0
    for status, category, *masks, count in rows:
        categories[category] = categories.get(category, 0) + count
        if status != "different":
            continue
        different += count
        for index, name in enumerate(columns):
            if masks[index // statements.MASK_BITS] >> (index % statements.MASK_BITS) & 1:
                columns[name] += count
    return Outcome(columns=columns, categories=categories, different=different)


def _result(session: duckdb.DuckDBPyConnection, plan: Plan, outcome: Outcome) -> Comparison:
    row = one(
        session,
        "SELECT count(*) FILTER (nl > 1 OR nr > 1), "
        "coalesce(sum(nl) FILTER (nl > 1 OR nr > 1), 0), "
        "coalesce(sum(nr) FILTER (nl > 1 OR nr > 1), 0), "
        "count(*) FILTER (nl = 1 AND nr = 0), count(*) FILTER (nl = 0 AND nr = 1) "
        "FROM cmp_suspects",
    )
    keys, duplicate_left, duplicate_right, only_left, only_right = map(int, row)
    left = _side(session, plan, ("left", duplicate_left, only_left))
    right = _side(session, plan, ("right", duplicate_right, only_right))
    same = _once_on_both(left) - outcome.different
    if same != _once_on_both(right) - outcome.different:
        raise AssertionError("the two sides of a comparison do not add up")
    return Comparison(
        left=left,
        right=right,
        same=same,
        different=outcome.different,
        duplicate_keys=keys,
        columns=outcome.columns,
        categories=outcome.categories,
        left_only_columns=plan.left_only,
        right_only_columns=plan.right_only,
    )


def _side(
    session: duckdb.DuckDBPyConnection, plan: Plan, facts: tuple[str, int, int]
) -> SideCounts:
    side, duplicated, only = facts
    nulls = f"SELECT count(*) FROM cmp_{side} WHERE {statements.null_key(plan)}"
    return SideCounts(
        rows=scalar(session, f"SELECT count(*) FROM cmp_{side}"),
        null_key_rows=scalar(session, nulls),
        duplicate_key_rows=duplicated,
        only=only,
    )


def _once_on_both(side: SideCounts) -> int:
    return side.rows - side.null_key_rows - side.duplicate_key_rows - side.only
