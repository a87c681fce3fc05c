"""Columns and strategies that the tests of expressions share."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from steward.engine.expressions import DataType

TODAY = date(2026, 11, 20)
TYPES = {
    "a": DataType.INTEGER,
    "b": DataType.INTEGER,
    "s": DataType.TEXT,
    "t": DataType.TEXT,
    "d": DataType.DATE,
    "f": DataType.FLOAT,
    "金额": DataType.DECIMAL,
    "flag": DataType.BOOLEAN,
}
WORDS = st.text(alphabet="abAB xX12中　-_%.'é\\", max_size=6)
ROWS = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-1000, 1000),
        "b": st.none() | st.integers(-3, 3),
        "s": st.none() | WORDS | st.sampled_from(["2024-02-29", "20230101", "12.5", "-7", "007"]),
        "t": st.none() | WORDS,
        "d": st.none() | st.dates(date(1990, 1, 1), date(2030, 12, 31)),
        "f": st.none() | st.floats(-1e6, 1e6, allow_nan=False),
        "金额": st.none()
        | st.decimals(-999, 999, places=2).map(lambda v: v.quantize(Decimal("0.01"))),
        "flag": st.none() | st.booleans(),
    }
)

_NUMBERS = st.sampled_from(
    ["a", "b", "金额", "1", "0", "-2", "2.50", "CAST(s AS DECIMAL)", "LENGTH(s)", "NULL", "YEAR(d)"]
)
_TEXTS = st.sampled_from(
    ["s", "t", "'ab'", "''", "'中'", "TRIM(s)", "UPPER(t)", "LOWER(s)", "SUBSTR(s, 2, 2)", "LEFT(s, 1)",
     "RIGHT(t, 2)", "REPLACE(s, 'a', 'bb')", "s || t", "COALESCE(s, t, 'x')", "CAST(a AS TEXT)"]
)  # fmt: skip
_DATES = st.sampled_from(["d", "CAST(s AS DATE)", "TODAY()", "DATE '2024-02-29'", "NULL"])
_OPS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def _number(inner):
    return st.tuples(inner, st.sampled_from(["+", "-"]), inner).map(
        lambda p: f"({p[0]} {p[1]} {p[2]})"
    )


NUMBER = st.recursive(
    _NUMBERS, lambda inner: st.one_of(_number(inner), inner.map("ABS({})".format)), max_leaves=4
)
ATOMS = st.one_of(
    st.tuples(NUMBER, _OPS, NUMBER).map(" ".join),
    st.tuples(_TEXTS, _OPS, _TEXTS).map(" ".join),
    st.tuples(_DATES, _OPS, _DATES).map(" ".join),
    st.tuples(st.sampled_from(["a", "b", "f", "金额"]), st.sampled_from(["a", "b", "f"]), _OPS).map(
        lambda p: f"{p[0]} / {p[1]} {p[2]} 0.5"
    ),
    st.tuples(_TEXTS, st.sampled_from(["'a%'", "'%b'", "'_b%'", "'%中%'", "'a.c'"])).map(" LIKE ".join),
    st.tuples(_TEXTS, st.sampled_from(["'^[a-z]+$'", "'\\d'", "'^.{2}$'", "'(ab|x)*$'"])).map(
        lambda p: f"REGEXP_LIKE({p[0]}, {p[1]})"
    ),
    st.tuples(_TEXTS, _TEXTS, _TEXTS).map(lambda p: f"{p[0]} IN ({p[1]}, {p[2]}, 'b')"),
    st.tuples(NUMBER, NUMBER, NUMBER).map(lambda p: f"{p[0]} BETWEEN {p[1]} AND {p[2]}"),
    st.one_of(NUMBER, _TEXTS, _DATES).map("{} IS NULL".format),
    st.sampled_from(
        ["flag", "TRUE", "NULL = a", "a % b = 1", "STARTS_WITH(s, 'a')", "ENDS_WITH(t, 'B')",
         "CONTAINS(s, '中')", "DAYS_BETWEEN(d, TODAY()) > 100", "MONTH(d) = 2 AND DAY(d) > 10",
         "FLOOR(金额) = CEIL(金额)", "f * 2 > a"]
    ),
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map(
            lambda p: f"({p[0]}){p[1]}({p[2]})"
        ),
        inner.map("NOT ({})".format),
        st.tuples(inner, inner, inner).map(
            lambda p: f"CASE WHEN {p[0]} THEN {p[1]} ELSE {p[2]} END"
        ),
    ),
    max_leaves=5,
)
