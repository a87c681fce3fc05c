"""The fast arithmetic of DuckDB agrees with the plain definition for any text."""

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from steward.engine.expressions import Pattern
from steward.engine.expressions.sql import PortableSql
from steward.engine.rules.engines.duckdb import DuckDbSql
from steward.engine.rules.kinds import citizen_id, social_credit_code
from steward.engine.rules.kinds.social_credit_code import SUM

CITIZEN = st.from_regex(r"\A[1-9][0-9]{16}[0-9X]\Z")
REGION = st.from_regex(r"\A[0-9]{6}\Z")
CREDIT = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=18, max_size=18)


ID_ALPHABET = "0123456789Xx_ .-aA０\u00e9"
CREDIT_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZaz_@:/[ ０\u00e9\u0000"
NUMBER_ALPHABET = "00011123456789eE.+-_xbB \t０"


@st.composite
def nearly(draw, shape, alphabet):
    """A text of the right form with a few characters replaced, added or taken away."""
    value = list(draw(st.from_regex(shape, fullmatch=True)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(value)))
        value[place : place + draw(st.integers(0, 2))] = draw(st.text(alphabet, max_size=2))
    return "".join(value)


def found_by(kind_sql, values: list[str]) -> list[bool]:
    """The answers of a condition; NULL is none."""
    return [bool(answer) for answer in answers(text(kind_sql), values)]


def answers(sql: str, values: list[str]) -> list[int]:
    with duckdb.connect() as connection:
        connection.register("t", pa.table({"v": pa.array(values, pa.string())}))
        found = connection.execute(f"SELECT {sql} FROM t").fetchall()  # noqa: S608
        return [row[0] for row in found]


def text(tree: exp.Expr) -> str:
    return tree.sql(dialect="duckdb")


@settings(max_examples=60, deadline=None)
@given(st.lists(CITIZEN, min_size=1, max_size=50))
def test_the_packed_sum_of_a_citizen_id_is_the_weighted_sum(values):
    column = exp.column("v")

    fast = answers(f"({text(DuckDbSql().citizen_sum(column, lambda x: x))}) % 11", values)
    plain = answers(f"({text(PortableSql().citizen_sum(column, lambda x: x))}) % 11", values)

    assert fast == plain


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=24), min_size=1, max_size=50))
def test_the_packed_sum_never_stops_on_other_text(values):
    found = answers(text(DuckDbSql().citizen_sum(exp.column("v"), lambda x: x)), values)

    assert len(found) == len(values)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=24), min_size=1, max_size=50))
def test_the_credit_sum_never_stops_on_other_text(values):
    found = answers(text(DuckDbSql().credit_sum(exp.column("v"), SUM, lambda x: x)), values)

    assert len(found) == len(values)


@settings(max_examples=60, deadline=None)
@given(st.lists(CREDIT, min_size=1, max_size=50))
def test_the_sum_of_a_social_credit_code_is_the_weighted_sum(values):
    weights = [3**index % 31 for index in range(17)] + [1]
    expected = [
        sum(SUM.alphabet.index(char) * weight for char, weight in zip(value, weights, strict=True))
        for value in values
    ]

    assert answers(text(DuckDbSql().check_sum(exp.column("v"), SUM)), values) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CREDIT, REGION), min_size=1, max_size=50))
def test_the_packed_sum_of_a_social_credit_code_is_the_weighted_sum(pairs):
    values = [code[:2] + region + code[8:] for code, region in pairs]
    column = exp.column("v")

    fast = answers(f"({text(DuckDbSql().credit_sum(column, SUM, lambda x: x))}) % 31", values)
    plain = answers(f"({text(PortableSql().check_sum(column, SUM))}) % 31", values)

    assert fast == plain


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        nearly(
            r"(11|50|37|81)[0-9]{4}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X]",
            ID_ALPHABET,
        ),
        min_size=1,
        max_size=50,
    )
)
def test_the_packed_shape_of_a_citizen_id_is_the_regular_expression(values):
    fast = DuckDbSql().citizen_shape(exp.column("v"), citizen_id.SHAPE, lambda x: x)

    assert found_by(fast, values) == [citizen_id.SHAPE.found_in(value) for value in values]


def test_the_packed_shape_knows_every_province_and_every_day():
    provinces = [f"{number:02}010119900101001X" for number in range(100)]
    days = [
        f"110101{year}{month:02}{day:02}001X"
        for year in (1800, 1900, 1904, 1999, 2000, 2020, 2099, 2100, 1799)
        for month in range(14)
        for day in range(33)
    ]
    fast = DuckDbSql().citizen_shape(exp.column("v"), citizen_id.SHAPE, lambda x: x)

    found = found_by(fast, provinces + days)

    assert found == [citizen_id.SHAPE.found_in(value) for value in provinces + days]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        nearly(r"[0-9A-Z]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", CREDIT_ALPHABET),
        min_size=1,
        max_size=50,
    )
)
def test_the_packed_shape_of_a_credit_code_is_the_regular_expression(values):
    pattern = social_credit_code.SHAPE
    fast = DuckDbSql().credit_shape(exp.column("v"), pattern, lambda x: x)

    assert found_by(fast, values) == [pattern.found_in(value) for value in values]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        ["^1[3-9][0-9]{9}$", "^[0-9]{9}$", "^[1-9][0-9]{5}$", "^[0-9]{4}$", "^[0-9]{15}$"]
    ),
    st.lists(nearly("[0-9]{3,15}", NUMBER_ALPHABET), min_size=1, max_size=50),
)
def test_a_pattern_of_digits_compared_as_a_number_is_the_regular_expression(source, values):
    pattern = Pattern.parse(source)
    fast = DuckDbSql().matches(exp.column("v"), pattern, lambda x: x)

    assert found_by(fast, values) == [pattern.found_in(value) for value in values]


@settings(max_examples=100, deadline=None)
@given(st.integers(4, 15), st.data())
def test_no_short_way_of_writing_a_number_passes_for_digits(length, data):
    exact = st.text("0123456789eE.+-_xb ", min_size=length, max_size=length)
    values = data.draw(st.lists(exact, min_size=1, max_size=200))
    pattern = Pattern.parse(f"^[0-9]{{{length}}}$")
    fast = DuckDbSql().matches(exp.column("v"), pattern, lambda x: x)

    assert found_by(fast, values) == [pattern.found_in(value) for value in values]
