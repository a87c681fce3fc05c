"""Small tables from case files, put where each engine reads them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pymysql
from ruamel.yaml import YAML

from steward.engine.expressions import DataType
from steward.engine.rules import ArrowSource, TableSource
from steward.engine.rules.engines.mysql import _connect

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent
_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(12, 2),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
_SQL = {
    "text": "text",
    "integer": "bigint",
    "decimal": "decimal(12,2)",
    "date": "date",
    "timestamp": "timestamp",
}
_READ = {
    "text": str,
    "integer": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}


@dataclass(frozen=True)
class Small:
    name: str
    types: dict[str, str]
    rows: list[list[object]] = field(default_factory=list)

    def arrow(self) -> pa.Table:
        columns = list(zip(*self.rows, strict=True)) or [() for _ in self.types]
        arrays = [
            pa.array(list(column), _ARROW[kind])
            for column, kind in zip(columns, self.types.values(), strict=True)
        ]
        return pa.table(dict(zip(self.types, arrays, strict=True)))


@dataclass(frozen=True)
class Case:
    name: str
    rule: dict
    declared: dict[str, str]
    main: Small
    references: list[Small]
    failing: list[int]
    expect: str | None

    @property
    def rule_set(self) -> dict:
        rules = [{"id": "r", **self.rule}]
        return {"name": self.name, "key": ["n"], "columns": self.declared, "rules": rules}

    @property
    def schemas(self) -> dict[str, dict[str, DataType]]:
        return {
            small.name: {name: DataType(kind) for name, kind in small.types.items()}
            for small in (self.main, *self.references)
        }


def _read(types, values):
    return [
        None if value is None else _READ[kind](value)
        for kind, value in zip(types, values, strict=True)
    ]


def _case(item: dict) -> Case:
    types = item.get("columns", {"a": "text"})
    expect = item.get("expect")
    width = len(types)
    rows = [
        [number, *_read(types.values(), row[:width])]
        for number, row in enumerate(item["rows"], start=1)
    ]
    failing = [number for number, row in enumerate(item["rows"], start=1) if row[width:] == [True]]
    references = [
        Small(name, table["columns"], [_read(table["columns"].values(), r) for r in table["rows"]])
        for name, table in item.get("tables", {}).items()
    ]
    return Case(
        item["case"],
        item["rule"],
        item.get("declared", {}),
        Small("main", {"n": "integer", **types}, rows),
        references,
        failing,
        expect,
    )


CASES = [_case(item) for item in YAML(typ="safe").load((FOLDER / "cases.yaml").read_text("utf-8"))]


def in_duckdb(case: Case, tmp_path: Path):
    tables = {small.name: ArrowSource(small.arrow()) for small in case.references}
    return ArrowSource(case.main.arrow()), tables


def in_postgres(case: Case, url: str):
    with psycopg.connect(url) as connection:
        for small in (case.main, *case.references):
            columns = ", ".join(f'"{name}" {_SQL[kind]}' for name, kind in small.types.items())
            connection.execute(f'CREATE TABLE "{small.name}" ({columns})')
            marks = ", ".join(["%s"] * len(small.types))
            insert = f'INSERT INTO "{small.name}" VALUES ({marks})'  # noqa: S608
            connection.cursor().executemany(insert, small.rows)
    return TableSource(url, "main"), {small.name: small.name for small in case.references}


def in_mysql(case: Case, url: str):
    connection: pymysql.Connection = _connect(url)
    with connection, connection.cursor() as cursor:
        for small in (case.main, *case.references):
            columns = ", ".join(
                f"`{name}` {_SQL[kind].replace('timestamp', 'datetime')}"
                for name, kind in small.types.items()
            )
            cursor.execute(f"CREATE TABLE `{small.name}` ({columns}) CHARACTER SET utf8mb4")
            marks = ", ".join(["%s"] * len(small.types))
            insert = f"INSERT INTO `{small.name}` VALUES ({marks})"  # noqa: S608
            cursor.executemany(insert, small.rows)
    return TableSource(url, "main"), {small.name: small.name for small in case.references}


def in_spark(case: Case, tmp_path: Path, url: str):
    for small in (case.main, *case.references):
        pq.write_table(small.arrow(), tmp_path / f"{small.name}.parquet")
    tables = {small.name: f"parquet:{tmp_path / small.name}.parquet" for small in case.references}
    return TableSource(url, f"parquet:{tmp_path / 'main.parquet'}"), tables
