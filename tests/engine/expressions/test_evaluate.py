"""A form being typed and a table of millions get the same answer (B4.2)."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from steward.engine.expressions import (
    EvaluationError,
    ExpressionError,
    bind_condition,
    compile_expression,
    evaluate,
    parse_expression,
)
from steward.engine.rules.engines.duckdb import DuckDbSql
from tests.engine.expressions.words import CONDITIONS, ROWS, TODAY, TYPES

SCHEMA = pa.schema(
    {
        "a": pa.int32(),
        "b": pa.int64(),
        "s": pa.string(),
        "t": pa.string(),
        "d": pa.date32(),
        "f": pa.float64(),
        "金额": pa.decimal128(10, 2),
        "flag": pa.bool_(),
    }
)


def bound(text):
    return bind_condition(parse_expression(text), TYPES)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONDITIONS, st.lists(ROWS, min_size=1, max_size=12))
def test_python_and_duckdb_agree(text, rows):
    try:
        condition = bound(text)
    except ExpressionError:
        return
    sql = compile_expression(
        condition, DuckDbSql(), lambda name: exp.column(name, quoted=True), today=TODAY
    ).sql(dialect="duckdb")
    with duckdb.connect() as connection:
        connection.register("rows_", pa.Table.from_pylist(rows, schema=SCHEMA))
        found = connection.execute(f"SELECT {sql} FROM rows_").fetchall()  # noqa: S608
        expected = [row[0] for row in found]

    assert [evaluate(condition, row, today=TODAY) for row in rows] == expected


@pytest.mark.parametrize(
    ("text", "row", "answer"),
    [
        ("a > 1 OR s = 'x'", {"s": "x"}, True),
        ("a > 1 AND s = 'x'", {"s": "y"}, False),
        ("a > 1", {}, None),
        ("a IN (1, NULL)", {"a": 2}, None),
        ("a / b > 1", {"a": 1, "b": 0}, None),
        ("d >= '2026-01-01' AND d <= TODAY()", {"d": date(2026, 11, 20)}, True),
        ("COALESCE(s, '') = ''", {}, True),
    ],
)
def test_unknown_is_not_false(text, row, answer):
    assert evaluate(bound(text), row, today=TODAY) is answer


@pytest.mark.parametrize("row", [{"a": "1"}, {"a": True}, {"a": 1.5}])
def test_a_value_of_another_type_is_named(row):
    with pytest.raises(EvaluationError, match="“a”须是整数"):
        evaluate(bound("a > 1"), row, today=TODAY)


def test_a_number_that_no_database_holds_is_refused():
    with pytest.raises(EvaluationError, match="64 位"):
        evaluate(bound("a * a > 1"), {"a": 2**62}, today=TODAY)
