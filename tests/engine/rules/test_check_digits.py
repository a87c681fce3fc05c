"""The fast arithmetic of DuckDB agrees with the plain definition for any text."""

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from steward.engine.expressions.sql import PortableSql
from steward.engine.rules.engines.duckdb import DuckDbSql
from steward.engine.rules.kinds.social_credit_code import SUM

CITIZEN = st.from_regex(r"\A[1-9][0-9]{16}[0-9X]\Z")
REGION = st.from_regex(r"\A[0-9]{6}\Z")
CREDIT = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=18, max_size=18)


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
def test_the_region_of_a_social_credit_code_in_one_cast_is_the_same_sum(pairs):
    values = [code[:2] + region + code[8:] for code, region in pairs]
    column = exp.column("v")

    fast = answers(f"({text(DuckDbSql().credit_sum(column, SUM, lambda x: x))}) % 31", values)
    plain = answers(f"({text(PortableSql().check_sum(column, SUM))}) % 31", values)

    assert fast == plain
