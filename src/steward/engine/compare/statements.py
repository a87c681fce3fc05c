# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""The SQL of a comparison. Pass one is a single grouped scan; pass two fetches only differences."""

from collections.abc import Sequence

from steward.engine.compare.plan import Aligned, Plan
from steward.engine.compare.spec import UNCLASSIFIED, ClassRule
from steward.engine.lake.duck import ident, literal

MASK_BITS = 62


def side_view(plan: Plan, relation: str, side: str) -> str:
    """One side: keys k_i, comparable values c_i, rests x_i, raw keys q_i and raw values v_i."""
    parts = []
    for index, key in enumerate(plan.keys):
        parts.append(f"{_of(key, side)} AS k_{index}")
        parts.append(f"t.{ident(_raw(key, side))} AS q_{index}")
    for index, column in enumerate(plan.columns):
        parts.append(f"{_of(column, side)} AS c_{index}")
        parts.append(f"t.{ident(_raw(column, side))} AS v_{index}")
        if column.pair.numeric:
            rest = column.left_rest if side == "left" else column.right_rest
            parts.append(f"{rest} AS x_{index}")
    return f"CREATE TEMP VIEW cmp_{side} AS SELECT {', '.join(parts)} FROM {relation} t"


def pairs(plan: Plan, *, most: int) -> str:
    """Pass one where keys are unique: a full join of keys and fingerprints, one state a row.

    A row is represented by a 64-bit fingerprint of its values, numbers with a tolerance by their
    values; this keeps the hash table at a few words a key, which is what makes it faster and
    smaller than a full join that carries every column. State 0 is equal, 1 only left, 2 only
    right, 3 different. `most` stops a join that duplicated keys would blow up.
    """
    near = [index for index, column in enumerate(plan.columns) if column.pair.numeric]
    keys = _list("k", plan.keys)
    carried = "".join(f", c_{index}" for index in near)
    side = (
        f"(SELECT {keys}, {_fingerprint(plan)} AS h{carried}, true AS p "
        f"FROM cmp_{{side}} WHERE NOT ({null_key(plan)}))"
    )
    same = " AND ".join(["l.h = r.h", *(_pair_near(plan.columns[i], i) for i in near)])
    match = " AND ".join(f"l.k_{i} = r.k_{i}" for i in range(len(plan.keys)))
    joined = ", ".join(f"coalesce(l.k_{i}, r.k_{i}) AS k_{i}" for i in range(len(plan.keys)))
    kept = ", ".join(f"CASE WHEN s > 0 THEN k_{i} END AS k_{i}" for i in range(len(plan.keys)))
    return (
        f"CREATE TEMP TABLE cmp_pairs AS SELECT {kept}, s FROM (SELECT {joined}, "
        f"CASE WHEN r.p IS NULL THEN 1 WHEN l.p IS NULL THEN 2 WHEN {same} THEN 0 ELSE 3 END AS s "
        f"FROM {side.format(side='left')} l FULL JOIN {side.format(side='right')} r "
        f"ON {match}) LIMIT {most}"
    )


def pair_counts(plan: Plan) -> str:
    """Rows with both sides, only left, only right, and distinct keys among the latter two."""
    key = f"({_list('k', plan.keys)})"
    return (
        "SELECT count(*) FILTER (s IN (0, 3)), count(*) FILTER (s = 1), count(*) FILTER (s = 2), "
        f"count(DISTINCT {key}) FILTER (s = 1), count(DISTINCT {key}) FILTER (s = 2) "
        "FROM cmp_pairs"
    )


def suspects_of_pairs(plan: Plan) -> str:
    """The suspects where the pairs have proved that every key is unique on both sides."""
    return (
        f"CREATE TEMP TABLE cmp_suspects AS SELECT {_list('k', plan.keys)}, "
        "CASE WHEN s IN (1, 3) THEN 1 ELSE 0 END AS nl, "
        "CASE WHEN s IN (2, 3) THEN 1 ELSE 0 END AS nr FROM cmp_pairs WHERE s > 0"
    )


def suspects(plan: Plan) -> str:
    """Pass one in general: every key that is not exactly one equal row on each side.

    Both sides are scanned once and grouped by key; equal fingerprints cancel out in the exclusive
    or. It counts the rows of duplicated keys, and costs half as much again as `pairs`.
    """
    keys = _list("k", plan.keys)
    near = [index for index, column in enumerate(plan.columns) if column.pair.numeric]
    carried = "".join(f", c_{index}" for index in near)
    scan = f"SELECT {keys}, {{flag}} AS l, {_fingerprint(plan)} AS h{carried} FROM cmp_{{side}}"
    spans = "".join(
        f", min(c_{i}) AS lo_{i}, max(c_{i}) AS hi_{i}, count(c_{i}) AS n_{i}" for i in near
    )
    equal = ["nl = 1", "nr = 1", "d = 0"]
    equal += [f"(n_{i} = 0 OR (n_{i} = 2 AND {_near(plan.columns[i], i)}))" for i in near]
    present = f"WHERE NOT ({null_key(plan)})"
    return (
        f"CREATE TEMP TABLE cmp_suspects AS SELECT {keys}, nl, nr FROM ("
        f"SELECT {keys}, count(l) AS nl, count(*) - count(l) AS nr, bit_xor(h) AS d{spans} FROM ("
        f"{scan.format(flag='true', side='left')} {present} UNION ALL "
        f"{scan.format(flag='CAST(NULL AS BOOLEAN)', side='right')} {present}) "
        f"GROUP BY {keys}) WHERE NOT ({' AND '.join(equal)})"
    )


def null_key(plan: Plan) -> str:
    """True for a row whose key has a part without a value."""
    return " OR ".join(f"k_{index} IS NULL" for index in range(len(plan.keys)))


def differences(plan: Plan, classes: Sequence[ClassRule]) -> str:
    """Pass two: different rows with both values, and rows of one side, each with a category.

    The suspects of each side are fetched once and materialised: without that the filter on
    differences is pushed into the join and both whole sides are joined again.
    """
    keys = _list("k", plan.keys)
    pick = f"JOIN (SELECT * FROM cmp_suspects WHERE nl < 2 AND nr < 2) s USING ({keys})"
    branches = (
        _differing(plan, classes),
        _only(plan, "left", classes),
        _only(plan, "right", classes),
    )
    return (
        f"WITH l AS MATERIALIZED (SELECT {_fetched(plan, 'left')} FROM cmp_left {pick}), "
        f"r AS MATERIALIZED (SELECT {_fetched(plan, 'right')} FROM cmp_right {pick}) "
        f"{' UNION ALL BY NAME '.join(branches)}"
    )


def _fetched(plan: Plan, side: str) -> str:
    """What pass two keeps of a row; a value compared as it is written is kept once."""
    names = [f"{prefix}_{i}" for i, _ in _each(plan) for prefix in ("k", "q")] + ["nl", "nr"]
    for index, column in enumerate(plan.columns):
        raw = f"t.{ident(_raw(column, side))}"
        value = f"v_{index} AS c_{index}" if _of(column, side) == raw else f"c_{index}"
        names += [f"v_{index}", value, *([f"x_{index}"] if column.pair.numeric else [])]
    return ", ".join(names)


def _differing(plan: Plan, classes: Sequence[ClassRule]) -> str:
    """Rows present once on both sides, with their masks."""
    flags = ", ".join(f"{_differs(column, i)} AS d_{i}" for i, column in enumerate(plan.columns))
    names = "".join(
        f"CASE WHEN d_{i} THEN {literal(',' + column.name)} ELSE '' END || "
        for i, column in enumerate(plan.columns)
    )
    inner = (
        f"SELECT {_keys(plan, 'l')}, {_values(plan)}{', ' + flags if flags else ''} "
        f"FROM l JOIN r USING ({_list('k', plan.keys)})"
    )
    return (
        f"SELECT 'different' AS _status, "
        f"{_case(plan, classes, field='category', default=UNCLASSIFIED)} AS _category, "
        f"{_case(plan, classes, field='reason')} AS _reason, "
        f"substr({names}'', 2) AS _columns, {masks(plan)}, "
        f"{_names(plan)} FROM ({inner}) WHERE {_any(plan)}"
    )


def _only(plan: Plan, side: str, classes: Sequence[ClassRule]) -> str:
    """Rows whose key is on one side alone, once."""
    status, here, other = ("only_left", "l", "nr") if side == "left" else ("only_right", "r", "nl")
    rule = next((rule for rule in classes if _fits_missing(rule, status)), None)
    category = rule.category if rule else UNCLASSIFIED
    values = "".join(
        f", v_{i} AS {ident(side + '_' + column.name)}" for i, column in enumerate(plan.columns)
    )
    names = ", ".join(f"{_key_text(key, i, '')} AS {ident(key.name)}" for i, key in _each(plan))
    return (
        f"SELECT {literal(status)} AS _status, {literal(category)} AS _category, "
        f"{literal(rule.reason if rule else '')} AS _reason, '' AS _columns, {names}{values} "
        f"FROM {here} WHERE {other} = 0"
    )


def duplicates(plan: Plan, side: str) -> str:
    """Every row of every key that occurs more than once on either side."""
    keys = _list("k", plan.keys)
    pick = f"SEMI JOIN (SELECT * FROM cmp_suspects WHERE nl > 1 OR nr > 1) USING ({keys})"
    return f"SELECT {literal(side)} AS _side, {_raw_row(plan)} FROM cmp_{side} {pick}"


def null_rows(plan: Plan, side: str) -> str:
    """Every row without a complete key."""
    return (
        f"SELECT {literal(side)} AS _side, {_raw_row(plan)} FROM cmp_{side} WHERE {null_key(plan)}"
    )


def masks(plan: Plan) -> str:
    """Bit i of `_mask` (then `_mask_2`, …, 62 bits each) says that column i differs."""
    words = []
    for start in range(0, max(len(plan.columns), 1), MASK_BITS):
        bits = [
            f"CASE WHEN d_{i} THEN {1 << (i - start)} ELSE 0 END"
            for i in range(start, min(start + MASK_BITS, len(plan.columns)))
        ]
        number = start // MASK_BITS + 1
        name = "_mask" if number == 1 else f"_mask_{number}"
        words.append(f"CAST({' + '.join(bits) or '0'} AS BIGINT) AS {name}")
    return ", ".join(words)


def _of(column: Aligned, side: str) -> str:
    return column.left if side == "left" else column.right


def _raw(column: Aligned, side: str) -> str:
    return column.pair.left if side == "left" else column.pair.right


def _list(prefix: str, items: Sequence[Aligned]) -> str:
    return ", ".join(f"{prefix}_{index}" for index in range(len(items)))


def _each(plan: Plan) -> list[tuple[int, Aligned]]:
    return list(enumerate(plan.keys))


def _fingerprint(plan: Plan) -> str:
    parts = [f"{'x' if c.pair.numeric else 'c'}_{i}" for i, c in enumerate(plan.columns)]
    return f"hash({', '.join(parts)})" if parts else "CAST(0 AS UBIGINT)"


def _near(column: Aligned, index: int) -> str:
    low, high = f"lo_{index}", f"hi_{index}"
    return _within(column, f"{high} - {low}", f"greatest(abs({low}), abs({high}))")


def _within(column: Aligned, gap: str, size: str) -> str:
    tests = []
    if column.pair.tolerance is not None:
        tests.append(f"{gap} <= {column.pair.tolerance:f}")
    if column.pair.relative is not None:
        tests.append(f"CAST({gap} AS DOUBLE) <= {column.pair.relative:f} * CAST({size} AS DOUBLE)")
    return f"({' OR '.join(tests)})"


def _pair_near(column: Aligned, index: int) -> str:
    left, right = f"l.c_{index}", f"r.c_{index}"
    near = _within(column, f"abs({left} - {right})", f"greatest(abs({left}), abs({right}))")
    return f"coalesce({near}, {left} IS NULL AND {right} IS NULL)"


def _differs(column: Aligned, index: int) -> str:
    left, right = f"l.c_{index}", f"r.c_{index}"
    if not column.pair.numeric:
        return f"{left} IS DISTINCT FROM {right}"
    size = f"greatest(abs({left}), abs({right}))"
    near = _within(column, f"abs({left} - {right})", size)
    return (
        f"(l.x_{index} IS DISTINCT FROM r.x_{index} OR ({left} IS NULL) <> ({right} IS NULL) "
        f"OR coalesce(NOT {near}, false))"
    )


def _any(plan: Plan) -> str:
    return " OR ".join(f"d_{i}" for i in range(len(plan.columns))) or "false"


def _key_text(key: Aligned, index: int, alias: str) -> str:
    """Raw keys of two types share one output column as text."""
    raw = f"{alias}q_{index}"
    return raw if key.left == key.right else f"CAST({raw} AS VARCHAR)"


def _keys(plan: Plan, alias: str) -> str:
    return ", ".join(f"{_key_text(k, i, alias + '.')} AS q_{i}" for i, k in _each(plan))


def _values(plan: Plan) -> str:
    parts = [f"l.v_{i} AS lv_{i}, r.v_{i} AS rv_{i}" for i in range(len(plan.columns))]
    return ", ".join(parts) or "0 AS _none"


def _names(plan: Plan) -> str:
    keys = [f"q_{i} AS {ident(key.name)}" for i, key in _each(plan)]
    values = [
        f"lv_{i} AS {ident('left_' + c.name)}, rv_{i} AS {ident('right_' + c.name)}"
        for i, c in enumerate(plan.columns)
    ]
    return ", ".join(keys + values)


def _raw_row(plan: Plan) -> str:
    parts = [f"CAST(q_{i} AS VARCHAR) AS {ident(key.name)}" for i, key in _each(plan)]
    parts += [f"CAST(v_{i} AS VARCHAR) AS {ident(c.name)}" for i, c in enumerate(plan.columns)]
    return ", ".join(parts)


def _fits_missing(rule: ClassRule, status: str) -> bool:
    empty = "left" if status == "only_right" else "right"
    return status in rule.statuses and not rule.columns and rule.blank in {"", empty}


def _case(plan: Plan, classes: Sequence[ClassRule], *, field: str, default: str = "") -> str:
    branches = "".join(
        f" WHEN {_condition(plan, rule)} THEN {literal(str(getattr(rule, field)))}"
        for rule in classes
        if "different" in rule.statuses
    )
    return f"CASE{branches} ELSE {literal(default)} END" if branches else literal(default)


def _condition(plan: Plan, rule: ClassRule) -> str:
    chosen = [i for i, c in enumerate(plan.columns) if not rule.columns or c.name in rule.columns]
    if not chosen:
        return "false"
    tests = [f"({' OR '.join(f'd_{i}' for i in chosen)})"]
    if rule.blank:
        tests += [f"(NOT d_{i} OR {_blank(rule.blank, i)})" for i in chosen]
    return " AND ".join(tests)


def _blank(side: str, index: int) -> str:
    """Written where it is asked: trimming is slow, and few columns differ."""
    text = f"CAST({side[0]}v_{index} AS VARCHAR)"
    return f"coalesce(trim({text}, ' \u3000\t'), '') = ''"
