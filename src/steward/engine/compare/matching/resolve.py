# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""From scored pairs to decisions: one partner a row, what people must look at, who clings to whom."""

from collections.abc import Iterable
from typing import Final

import duckdb

from steward.engine.compare.matching.model import SCORED, Model, Weight
from steward.engine.compare.matching.prepare import ROW, SIDES
from steward.engine.compare.matching.spec import MatchSpec
from steward.engine.lake.duck import ident, literal, scalar

CLASS_LABELS: Final = {"match": "配对", "possible": "疑似，待核实", "outbid": "另有更优配对"}
KEY: Final = "_match"


def decide(session: duckdb.DuckDBPyConnection, spec: MatchSpec) -> None:
    """Make `match_chosen` (n, l, r): the best pair first, each row at most once.

    A round takes every pair that is the best of both its rows by (weight, row numbers), which is
    what going down the sorted list would take; at least the best of all is taken, so it ends.
    """
    session.execute(
        "CREATE OR REPLACE TEMP TABLE match_free AS "
        f"SELECT l, r, w FROM {SCORED} WHERE p >= {spec.match}"
    )
    session.execute("CREATE OR REPLACE TEMP TABLE match_taken (l BIGINT, r BIGINT)")
    while scalar(session, "SELECT count(*) FROM match_free"):
        session.execute(
            "INSERT INTO match_taken SELECT l, r FROM (SELECT l, r, "
            "row_number() OVER (PARTITION BY l ORDER BY w DESC, r) AS a, "
            "row_number() OVER (PARTITION BY r ORDER BY w DESC, l) AS b FROM match_free) "
            "WHERE a = 1 AND b = 1"
        )
        session.execute(
            "DELETE FROM match_free WHERE l IN (SELECT l FROM match_taken) "
            "OR r IN (SELECT r FROM match_taken)"
        )
    session.execute(
        "CREATE OR REPLACE TEMP TABLE match_chosen AS "
        "SELECT row_number() OVER (ORDER BY l) AS n, l, r FROM match_taken"
    )
    session.execute("DROP TABLE match_free")
    session.execute("DROP TABLE match_taken")
    _cluster(session, spec)


def drop(session: duckdb.DuckDBPyConnection) -> None:
    """Remove what was made here and by scoring."""
    for view in ("match_keyed_left", "match_keyed_right"):
        session.execute(f"DROP VIEW IF EXISTS {view}")
    for table in (SCORED, "match_free", "match_taken", "match_chosen", "match_clusters"):
        session.execute(f"DROP TABLE IF EXISTS {table}")


def key_both_sides(session: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """Views of the rows with a key: the pair's number, or one of its own for a row without."""
    for side, mark in zip(SIDES, ("l", "r"), strict=True):
        alone = f"-2 * t.{ROW}" + ("" if side == "left" else " - 1")
        session.execute(
            f"CREATE OR REPLACE TEMP VIEW match_keyed_{side} AS "
            f"SELECT coalesce(c.n, {alone}) AS {KEY}, t.* EXCLUDE ({ROW}) "
            f"FROM match_rows_{side} t LEFT JOIN match_chosen c ON c.{mark} = t.{ROW}"
        )
    return "match_keyed_left", "match_keyed_right"


def pairs(spec: MatchSpec, model: Model, sides: tuple[Iterable[str], Iterable[str]]) -> str:
    """Every pair from the lower threshold on, with its class, what each field contributed, and
    the columns of both rows.
    """
    columns = [
        f"c.n AS {KEY}", "s.class AS _class", "s.p AS _probability", "s.w AS _weight",
        "s.rivals AS _rivals", f"{_explanation(spec, model)} AS _explanation",
    ]  # fmt: skip
    for index, item in enumerate(spec.fields):
        columns += [
            f"{_label(index, model.fields[item.name])} AS {ident(f'level_{item.name}')}",
            f"s.w_{index} AS {ident(f'weight_{item.name}')}",
        ]
    for alias, side, names in zip("ab", SIDES, sides, strict=True):
        columns += [f"{alias}.{ident(name)} AS {ident(f'{side}_{name}')}" for name in names]
    return (
        f"SELECT {', '.join(columns)} FROM ({classed(spec)}) s "
        f"JOIN match_rows_left a ON a.{ROW} = s.l JOIN match_rows_right b ON b.{ROW} = s.r "
        "LEFT JOIN match_chosen c ON c.l = s.l AND c.r = s.r "
        "ORDER BY s.class, s.w DESC, s.l, s.r"
    )


def classed(spec: MatchSpec) -> str:
    """Scored pairs with `class`, and `rivals`: other likely partners of either row."""
    likely = f"(p >= {spec.match})::INT"
    return (
        "SELECT s.*, CASE WHEN EXISTS (SELECT 1 FROM match_chosen c WHERE c.l = s.l AND c.r = s.r) "
        "THEN 'match' WHEN s.l IN (SELECT l FROM match_chosen) "
        "OR s.r IN (SELECT r FROM match_chosen) THEN 'outbid' ELSE 'possible' END AS class "
        f"FROM (SELECT *, (sum({likely}) OVER (PARTITION BY l) + sum({likely}) "
        f"OVER (PARTITION BY r) - 2 * {likely})::INT AS rivals FROM {SCORED}) s"
    )


def clusters() -> str:
    """The rows of every cluster that has more than one row on a side, side by side."""
    parts = [
        f"SELECT m.cluster AS _cluster, {literal(side)} AS _side, t.* EXCLUDE ({ROW}) "
        f"FROM match_clusters m JOIN match_rows_{side} t ON m.side = {number} AND m.id = t.{ROW}"
        for number, side in enumerate(SIDES)
    ]
    return f"SELECT * FROM ({' UNION ALL BY NAME '.join(parts)}) ORDER BY _cluster, _side"


def weights(model: Model) -> str:
    """The weights of every field and level, in their order."""
    rows = [
        f"({place}, {literal(name)}, {literal(w.label)}, {w.m!r}::DOUBLE, {w.u!r}::DOUBLE, "
        f"{w.weight:.4f}::DOUBLE)"
        for place, (name, w) in enumerate(
            (name, weight) for name, levels in model.fields.items() for weight in levels
        )
    ]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) v(place, field, level, m, u, weight)"


def _cluster(session: duckdb.DuckDBPyConnection, spec: MatchSpec) -> None:
    """Connected rows by the smallest number that reaches them; pairs alone are not kept."""
    session.execute(
        "CREATE OR REPLACE TEMP TABLE match_edges AS SELECT 2 * l AS a, 2 * r + 1 AS b "
        f"FROM {SCORED} WHERE p >= {spec.match}"
    )
    session.execute("INSERT INTO match_edges SELECT b, a FROM match_edges")
    session.execute(
        "CREATE OR REPLACE TEMP TABLE match_labels AS SELECT DISTINCT a AS node, a AS label "
        "FROM match_edges"
    )
    moved = 1
    while moved:
        session.execute(
            "CREATE OR REPLACE TEMP TABLE match_next AS SELECT m.node, least(m.label, "
            "min(o.label)) AS label, m.label AS old FROM match_labels m "
            "JOIN match_edges e ON e.a = m.node JOIN match_labels o ON o.node = e.b "
            "GROUP BY m.node, m.label"
        )
        moved = scalar(session, "SELECT count(*) FROM match_next WHERE label <> old")
        session.execute(
            "CREATE OR REPLACE TEMP TABLE match_labels AS SELECT node, label FROM match_next"
        )
    session.execute(
        "CREATE OR REPLACE TEMP TABLE match_clusters AS "
        "SELECT dense_rank() OVER (ORDER BY label) AS cluster, node % 2 AS side, node // 2 AS id "
        "FROM match_labels WHERE label IN (SELECT label FROM match_labels GROUP BY label "
        "HAVING count(*) > 2)"
    )
    for table in ("match_edges", "match_labels", "match_next"):
        session.execute(f"DROP TABLE IF EXISTS {table}")


def _label(index: int, levels: tuple[Weight, ...]) -> str:
    cases = " ".join(
        f"WHEN {len(levels) - 1 - place} THEN {literal(weight.label)}"
        for place, weight in enumerate(levels)
    )
    return f"CASE s.g_{index} {cases} ELSE '缺值' END"


def _explanation(spec: MatchSpec, model: Model) -> str:
    """How the weight came about, strongest first is not needed: fields keep their order."""
    parts = [
        f"{literal(item.name)} || {_label(index, model.fields[item.name])} || "
        f"printf('（%+.1f）', s.w_{index})"
        for index, item in enumerate(spec.fields)
    ]
    prior = literal(f"基础概率（{model.prior_weight:+.1f}）")
    return f"concat_ws('；', {', '.join(parts)}, {prior})"
