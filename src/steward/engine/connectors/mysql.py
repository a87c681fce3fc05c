# ruff: noqa: S608 - names go through quoted(), values are parameters
"""MySQL and MariaDB: an unbuffered cursor in one snapshot, values as the server wrote them."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, ClassVar, Final

import pyarrow as pa
import pymysql
from pymysql.constants import CLIENT
from pymysql.cursors import SSCursor

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
from steward.engine.lake.errors import WrongTypeError
from steward.kernel.errors import StewardError

_ZERO: Final = re.compile(r"(0000-\d\d-\d\d|\d{4}-00-\d\d|\d{4}-\d\d-00)")
_DECIMAL: Final = re.compile(r"decimal\((\d+),(\d+)\)")
_INTEGERS: Final = {
    "tinyint": (pa.int8(), pa.uint8()),
    "smallint": (pa.int16(), pa.uint16()),
    "mediumint": (pa.int32(), pa.uint32()),
    "int": (pa.int32(), pa.uint32()),
    "bigint": (pa.int64(), pa.uint64()),
}
_SIMPLE: Final[dict[str, pa.DataType]] = {
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "timestamp": pa.timestamp("us", "UTC"),
    "year": pa.int16(),
}
_BYTES: Final = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry")
_COLUMNS: Final = """
SELECT table_name, column_name, data_type, column_type, is_nullable, column_comment,
       column_key, numeric_precision
FROM information_schema.columns WHERE table_schema = DATABASE()
  AND (%(name)s = '' OR table_name = %(name)s) ORDER BY table_name, ordinal_position
"""
_KEYS: Final = """
SELECT table_name, column_name FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND constraint_name = 'PRIMARY'
ORDER BY table_name, ordinal_position
"""
_TABLES: Final = """
SELECT table_name, table_rows, table_comment FROM information_schema.tables
WHERE table_schema = DATABASE() AND (%(name)s = '' OR table_name = %(name)s)
"""


@connectors.register
class MysqlConnector(Connector):
    """`mysql://user:${PW}@host:3306/db#table`; `?zero_dates=null|text|error`.

    A day like 0000-00-00, which no calendar has, becomes NULL with a warning that counts them
    (the default), keeps its column as text, or is a bad row.
    """

    code = "mysql"
    label = "MySQL / MariaDB"
    schemes: ClassVar[tuple[str, ...]] = ("mysql", "mariadb")

    def tables(self) -> list[TableInfo]:
        return self._catalog("")

    def describe(self) -> TableInfo:
        found = self._catalog(self.location.item)
        if not found:
            raise SourceMissingError(
                f"{self._place()} 中没有表“{self.location.item}”，或账号无权查看",
                table=self.location.item,
            )
        return found[0]

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        info = self.describe()
        schema = chosen(info, read)
        where, values = conditions(read.window, mark="%s", quote=quoted)
        table, tail = quoted(info.name), (where, values)
        kinds = {column.name: column.source_type for column in info.columns}
        columns = ", ".join(_selected(field, kinds[field.name]) for field in schema)
        with self._connect(SSCursor) as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            cursor.execute(f"SELECT count(*) FROM {table}{tail[0]}", tail[1])
            expected = int(cursor.fetchall()[0][0])
            cursor.execute(f"SELECT {columns} FROM {table}{tail[0]}", tail[1])
            stream = Stream(reader=None, expected=expected)
            rows = batches(
                cursor.fetchall_unbuffered(),
                schema,
                place=str(self.location),
                rejects=self.rejects,
                convert=self._converters(schema, stream.warnings),
            )
            stream.reader = pa.RecordBatchReader.from_batches(schema, counted(rows, self._lost))
            try:
                yield stream
            finally:
                _abandon(cursor)

    def limit(self, window: Window, rows: int | None) -> object | None:
        where, values = conditions(window, mark="%s", quote=quoted)
        inner = f"SELECT {quoted(window.column)} AS c FROM {quoted(self.location.item)}{where}"
        tail = f" ORDER BY 1 LIMIT {int(rows)}" if rows else ""
        with self._connect(typed=True) as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            cursor.execute(f"SELECT max(c) FROM ({inner}{tail}) t", values)
            row = cursor.fetchone()
        return row[0] if row else None

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """One transaction; the table is made before it, because DDL here ends a transaction."""
        table, names, count = quoted(self.location.item), reader.schema.names, 0
        columns, marks = ", ".join(map(quoted, names)), ", ".join(["%s"] * len(names))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        if mode == "upsert":
            rest = [name for name in names if name not in keys] or names[:1]
            insert += " ON DUPLICATE KEY UPDATE " + ", ".join(
                f"{quoted(name)} = VALUES({quoted(name)})" for name in rest
            )
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
            )
            cursor.execute(
                create_table(
                    table, reader.schema, quote=quoted, kind=_declared_for(keys), keys=keys
                )
            )
            connection.begin()
            if mode == "overwrite":
                cursor.execute(f"DELETE FROM {table}")
            for batch in reader:
                values = [[_bound(v) for v in c.to_pylist()] for c in batch.columns]
                cursor.executemany(insert, list(zip(*values, strict=True)))
                count += batch.num_rows
            connection.commit()
        return count

    def _catalog(self, name: str) -> list[TableInfo]:
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute(_TABLES, {"name": name})
            tables = cursor.fetchall()
            cursor.execute(_COLUMNS, {"name": name})
            columns = cursor.fetchall()
            cursor.execute(_KEYS)
            keys = cursor.fetchall()
        return [
            TableInfo(
                name=table,
                columns=tuple(self._column(row) for row in columns if row[0] == table),
                keys=tuple(key for owner, key in keys if owner == table),
                comment=comment or "",
                rows=None if rows is None else int(rows),
            )
            for table, rows, comment in sorted(tables)
        ]

    def _column(self, row: tuple[Any, ...]) -> Column:
        _, name, data_type, column_type, nullable, comment, _, precision = row
        kind = _type(data_type, column_type, int(precision or 0))
        if self._zero_dates() == "text" and data_type in {"date", "datetime", "timestamp"}:
            kind = pa.string()
        return Column(
            name=name,
            type=kind,
            source_type=column_type,
            nullable=nullable == "YES",
            comment=comment,
        )

    def _zero_dates(self) -> str:
        return self.location.options.get("zero_dates", "null")

    def _converters(self, schema: pa.Schema, warnings: list[str]) -> dict[int, Convert]:
        found: dict[int, Convert] = {}
        for index, field in enumerate(schema):
            kind = field.type
            if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
                found[index] = _Calendar(field, warnings, lenient=self._zero_dates() != "error")
            elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
                found[index] = _numbers
            elif pa.types.is_boolean(kind):
                found[index] = _bits
        return found

    @contextmanager
    def _connect(
        self, cursor: type[pymysql.cursors.Cursor] | None = None, *, typed: bool = False
    ) -> Iterator[Any]:
        place = self.location
        options: dict[str, Any] = {} if typed else {"conv": dict(_AS_SENT)}
        try:
            with closing(
                pymysql.connect(
                    host=place.host,
                    port=place.port or 3306,
                    user=place.user,
                    password=place.secret.reveal(),
                    database=place.path.lstrip("/"),
                    charset="utf8mb4",
                    cursorclass=cursor or pymysql.cursors.Cursor,
                    client_flag=CLIENT.FOUND_ROWS,
                    connect_timeout=15,
                    **options,
                )
            ) as connection:
                yield connection
        except (pymysql.Error, OSError) as error:
            raise self._lost(error, 0) from error

    def _place(self) -> str:
        return str(self.location).partition("#")[0]

    def _lost(self, error: Exception, rows: int) -> Exception:
        if isinstance(error, StewardError):
            return error
        text = self.location.secret.scrub(str(error.args[-1] if error.args else error))
        if isinstance(error, pymysql.DataError):
            return WrongTypeError(f"写入 {self.location} 时值与列类型不符，未写入任何数据：{text}")
        done = f"，已读 {rows} 行" if rows else ""
        return SourceLostError(
            f"访问 {self.location} 时连接中断或出错{done}，未写入的内容不会保留：{text}", rows=rows
        )


def _abandon(cursor: Any) -> None:
    """Let the connection close at once instead of fetching the rows that nobody wants."""
    result = cursor._result  # noqa: SLF001 - the driver has no public way to drop a result
    if result is not None:
        result.unbuffered_active = False


class _Calendar:
    """Days and times from the text the server sends; days that no calendar has are counted."""

    def __init__(self, field: pa.Field, warnings: list[str], *, lenient: bool) -> None:
        self.field = field
        self.warnings = warnings
        self.lenient = lenient
        self.plain = field.type
        if pa.types.is_timestamp(field.type):
            self.plain = pa.timestamp("us")
        self.zeros = 0
        self.slot = -1

    def __call__(self, values: Sequence[str | None]) -> pa.Array:
        if self.lenient:
            values = [self._real(value) for value in values]
        return pa.array(values, pa.string()).cast(self.plain)

    def _real(self, value: str | None) -> str | None:
        if value is None or ("-00" not in value and not value.startswith("0000")):
            return value
        if not _ZERO.match(value):
            return value
        self._note(value)
        return None

    def _note(self, value: str) -> None:
        self.zeros += 1
        text = f"列“{self.field.name}”有 {self.zeros} 个不存在的日期（如 {value}），已按空值读取"
        if self.slot < 0:
            self.slot = len(self.warnings)
            self.warnings.append(text)
        else:
            self.warnings[self.slot] = text


def quoted(name: str) -> str:
    """A name in backquotes."""
    return "`" + name.replace("`", "``") + "`"


_AS_SENT: Final = {
    key: value for key, value in pymysql.converters.conversions.items() if not isinstance(key, int)
}


def _type(data_type: str, column_type: str, precision: int) -> pa.DataType:
    if data_type in _INTEGERS:
        return _INTEGERS[data_type]["unsigned" in column_type]
    if found := _DECIMAL.match(column_type):
        digits, scale = int(found.group(1)), int(found.group(2))
        return pa.decimal128(digits, scale) if digits <= 38 else pa.string()
    if data_type == "bit":
        return pa.bool_() if precision == 1 else pa.uint64()
    if data_type in _BYTES:
        return pa.binary()
    return _SIMPLE.get(data_type, pa.string())


def _selected(field: pa.Field, source_type: str) -> str:
    name = quoted(field.name)
    if source_type.startswith("bit"):
        return f"CAST({name} AS UNSIGNED) AS {name}"
    if source_type.startswith("float"):
        return f"CAST({name} AS DOUBLE) AS {name}"
    if source_type == "geometry":
        return f"ST_AsBinary({name}) AS {name}"
    return name


def _numbers(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def _bits(values: Sequence[str | None]) -> list[bool | None]:
    return [None if value is None else value != "0" for value in values]


def _declared_for(keys: tuple[str, ...]) -> Callable[[pa.Field], str]:
    """Key columns of text need a length in MySQL."""

    def declared(field: pa.Field) -> str:
        kind = field.type
        if pa.types.is_decimal(kind):
            return f"decimal({kind.precision},{kind.scale})"
        if pa.types.is_timestamp(kind):
            return "datetime(6)"
        for test, name in _DECLARED:
            if test(kind):
                return name
        return "varchar(191)" if field.name in keys else "longtext"

    return declared


_DECLARED: Final[tuple[tuple[Callable[[pa.DataType], bool], str], ...]] = (
    (pa.types.is_boolean, "bool"),
    (pa.types.is_uint64, "bigint unsigned"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_floating, "double"),
    (pa.types.is_date, "date"),
    (pa.types.is_binary, "longblob"),
)


def _bound(value: object) -> object:
    if isinstance(value, list | dict):
        return scalar_text(value)
    if getattr(value, "tzinfo", None) is not None:
        return scalar_text(value).removesuffix("+00:00")
    return value
