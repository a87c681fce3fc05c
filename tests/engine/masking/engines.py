# ruff: noqa: S608 - names and constants are the test's own
"""One masked column as each engine computes it from the compiled query."""

import importlib

import psycopg
import pyarrow as pa
from sqlglot import exp

from steward.engine.masking.base import Keys, methods
from steward.engine.masking.masker import Masker
from steward.engine.masking.policy import Choice
from steward.engine.rules.engines.mysql import _connect

KEYS = Keys({"masking": b"0123456789abcdef", "other": b"fedcba9876543210", "short": b"x"})


def method(code, column="v", **options):
    return methods.get(code)(column, options, KEYS)


def masker(code, **options):
    return Masker(["v"], {"v": Choice(method=code, options=options)}, KEYS)


def masked(code, *values, **options):
    """In process: what leaves by `apply`."""
    table = pa.table({"v": pa.array(values)})
    return masker(code, **options).apply(table.to_reader()).read_all()["v"].to_pylist()


def compiled(code, dialect, kind, *, values, options):
    """`SELECT` of the masked column over constants, in the order of the values."""
    rows = []
    for number, value in enumerate(values):
        constant = exp.cast(exp.null() if value is None else exp.Literal.string(str(value)), kind)
        rows.append(exp.select(constant.as_("v"), exp.Literal.number(number).as_("n")))
    source = rows[0]
    for row in rows[1:]:
        source = exp.union(source, row, distinct=False)
    made = masker(code, **options)
    inner = source.subquery("t")
    query = made.select(inner).select(exp.column("n"))
    return f"SELECT v FROM ({query.sql(dialect=dialect)}) q ORDER BY n"


def in_postgres(sql, url):
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(sql.encode()).fetchall()]


def in_mariadb(sql, url):
    with _connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return [_text(row[0]) for row in cursor.fetchall()]


def in_spark(sql, url):
    session = importlib.import_module("pyspark.sql").SparkSession.builder.remote(url).create()
    try:
        return [row[0] for row in session.sql(sql).collect()]
    finally:
        session.stop()


def _text(value):
    return value.decode() if isinstance(value, bytes) else value
