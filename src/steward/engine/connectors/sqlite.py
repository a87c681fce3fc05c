# ruff: noqa: S608 - every name is quoted by ident() and every value is a parameter
"""SQLite: columns by declared type; a value of another type in one of them is a bad row."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, ClassVar

import pyarrow as pa

from steward.engine.connectors.base import (
    Column,
    Connector,
    Read,
    Stream,
    TableInfo,
    Window,
    WriteMode,
    connectors,
    counted,
)
from steward.engine.connectors.errors import SourceLostError, SourceMissingError
from steward.engine.connectors.rows import Convert, batches
from steward.engine.connectors.sql import chosen, conditions, create_table, scalar_text
from steward.engine.lake.duck import ident
from steward.engine.lake.errors import DamagedFileError, disk_full, is_disk_full

_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE)


@connectors.register
class SqliteConnector(Connector):
    """`data.sqlite#table` or `sqlite:///data.db#table`."""

    code = "sqlite"
    label = "SQLite 数据库"
    schemes: ClassVar[tuple[str, ...]] = ("sqlite",)
    suffixes: ClassVar[tuple[str, ...]] = (".db", ".sqlite", ".sqlite3")

    def tables(self) -> list[TableInfo]:
        with self._connect() as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ).fetchall()
            return [self._info(connection, name) for (name,) in names]

    def describe(self) -> TableInfo:
        with self._connect() as connection:
            return self._info(connection, self.location.item)

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        info = self.describe()
        schema = chosen(info, read)
        where, values = conditions(read.window, mark="?", quote=ident, bind=_bound)
        with self._connect() as connection:
            connection.execute("BEGIN")
            table = ident(info.name)
            expected = connection.execute(
                f"SELECT count(*) FROM {table}{where}", values
            ).fetchone()[0]
            columns = ", ".join(map(ident, schema.names))
            cursor = connection.execute(f"SELECT {columns} FROM {table}{where}", values)
            stream = batches(
                cursor,
                schema,
                place=str(self.location),
                rejects=self.rejects,
                convert=_converters(schema),
            )
            reader = pa.RecordBatchReader.from_batches(schema, counted(stream, self._lost))
            yield Stream(reader=reader, expected=expected)

    def limit(self, window: Window, rows: int | None) -> object | None:
        where, values = conditions(window, mark="?", quote=ident, bind=_bound)
        column = ident(window.column)
        inner = f"SELECT {column} AS c FROM {ident(self.location.item)}{where} ORDER BY 1"
        tail = f" LIMIT {int(rows)}" if rows else ""
        with self._connect() as connection:
            row = connection.execute(f"SELECT max(c) FROM ({inner}{tail})", values).fetchone()
        return row[0] if row else None

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """One transaction; the table is made if there is none."""
        table, count = ident(self.location.item), 0
        names = reader.schema.names
        columns = ", ".join(map(ident, names))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})"
        if mode == "upsert":
            rest = [name for name in names if name not in keys]
            sets = ", ".join(f"{ident(name)} = excluded.{ident(name)}" for name in rest)
            action = f"UPDATE SET {sets}" if sets else "NOTHING"
            insert += f" ON CONFLICT ({', '.join(map(ident, keys))}) DO {action}"
        with self._connect(create=True) as connection, self._writing():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                create_table(table, reader.schema, quote=ident, kind=_declared, keys=keys)
            )
            if mode == "overwrite":
                connection.execute(f"DELETE FROM {table}")
            for batch in reader:
                columns_ = [[_bound(v) for v in c.to_pylist()] for c in batch.columns]
                connection.executemany(insert, zip(*columns_, strict=True))
                count += batch.num_rows
            connection.execute("COMMIT")
        return count

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if "full" in str(error) or is_disk_full(error):
                raise disk_full(str(self.location)) from error
            raise SourceLostError(f"写入 {self.location} 失败，未写入任何数据：{error}") from error

    @contextmanager
    def _connect(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        path = self.location.local
        if not create and not path.is_file():
            raise SourceMissingError(f"文件不存在：{path}", path=str(path))
        with closing(
            sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        ) as connection:
            try:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.DatabaseError as error:
                raise DamagedFileError(f"{path} 不是 SQLite 数据库或已损坏：{error}") from error
            yield connection

    def _info(self, connection: sqlite3.Connection, name: str) -> TableInfo:
        rows = connection.execute(f"PRAGMA table_info({ident(name)})").fetchall()
        if not rows:
            raise SourceMissingError(f"{self.location.path} 中没有表“{name}”", table=name)
        keys = sorted((row[5], row[1]) for row in rows if row[5])
        return TableInfo(
            name=name,
            columns=tuple(
                Column(name=row[1], type=_type(row[2]), source_type=row[2], nullable=not row[3])
                for row in rows
            ),
            keys=tuple(key for _, key in keys),
            rows=connection.execute(f"SELECT count(*) FROM {ident(name)}").fetchone()[0],
        )

    def _lost(self, error: Exception, rows: int) -> Exception:
        if isinstance(error, sqlite3.Error):
            return DamagedFileError(f"读取 {self.location} 到第 {rows} 行时出错：{error}")
        return error


def _type(declared: str) -> pa.DataType:
    """The type a declared name promises, by SQLite's own affinity rules."""
    name = declared.upper()
    if found := _DECIMAL.search(name):
        return pa.decimal128(min(int(found.group(1)), 38), int(found.group(2) or 0))
    for words, kind in (
        (("INT",), pa.int64()),
        (("CHAR", "CLOB", "TEXT", "JSON"), pa.string()),
        (("BOOL",), pa.bool_()),
        (("TIMESTAMP", "DATETIME"), pa.timestamp("us")),
        (("DATE",), pa.date32()),
        (("REAL", "FLOA", "DOUB"), pa.float64()),
        (("BLOB",), pa.binary()),
    ):
        if any(word in name for word in words):
            return kind
    return pa.string()


def _declared(field: pa.Field) -> str:
    """TEXT in the name of a decimal keeps SQLite from storing it as a float."""
    kind = field.type
    if pa.types.is_decimal(kind):
        return f"TEXT_DECIMAL({kind.precision},{kind.scale})"
    for test, name in (
        (pa.types.is_boolean, "BOOLEAN"),
        (pa.types.is_integer, "INTEGER"),
        (pa.types.is_floating, "REAL"),
        (pa.types.is_date, "DATE"),
        (pa.types.is_timestamp, "TIMESTAMP"),
        (pa.types.is_binary, "BLOB"),
    ):
        if test(kind):
            return name
    return "TEXT"


def _converters(schema: pa.Schema) -> dict[int, Convert]:
    """SQLite keeps days, times and decimals as text or numbers; texts may hold numbers."""
    found: dict[int, Convert] = {}
    for index, field in enumerate(schema):
        kind = field.type
        if pa.types.is_string(kind) or pa.types.is_decimal(kind):
            found[index] = _texts
        elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            found[index] = _moments
        elif pa.types.is_boolean(kind):
            found[index] = _booleans
    return found


def _texts(values: Sequence[Any]) -> list[str | None]:
    return [
        value.hex() if isinstance(value, bytes) else None if value is None else str(value)
        for value in values
    ]


def _moments(values: Sequence[Any]) -> pa.Array:
    return pa.array(values, pa.string())


def _booleans(values: Sequence[Any]) -> list[bool | None]:
    if wrong := [value for value in values if value not in {0, 1, None}]:
        raise ValueError(wrong[0])
    return [None if value is None else bool(value) for value in values]


def _bound(value: object) -> object:
    return value if isinstance(value, int | float | bytes | None) else scalar_text(value)
