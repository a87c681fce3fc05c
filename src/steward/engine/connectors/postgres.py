# ruff: noqa: S608 - names go through ident(), values through psycopg's own quoting
"""PostgreSQL and KingbaseES: binary COPY into Arrow, one snapshot per read."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, ClassVar, Final, LiteralString
from urllib.parse import quote, urlencode

import adbc_driver_manager
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_postgresql import dbapi as adbc
from psycopg import sql

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
from steward.engine.connectors.sql import chosen, create_table
from steward.engine.lake.duck import ident
from steward.engine.lake.errors import WrongTypeError
from steward.engine.lake.staging import Watched
from steward.kernel.errors import StewardError

_PLAIN: Final[dict[str, pa.DataType]] = {
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "varchar": pa.string(),
    "bpchar": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
    "bytea": pa.binary(),
}
_DECLARED: Final[dict[pa.DataType, str]] = {
    pa.bool_(): "boolean",
    pa.int8(): "smallint",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float32(): "real",
    pa.float64(): "double precision",
    pa.binary(): "bytea",
    pa.large_binary(): "bytea",
    pa.date32(): "date",
}
_FIRST_DAY: Final = pa.scalar(-719_162, pa.int32())
_LAST_DAY: Final = pa.scalar(2_932_896, pa.int32())
_OIDS: Final = {
    "int2": 21, "int4": 23, "int8": 20, "float4": 700, "float8": 701, "bool": 16, "text": 25,
    "varchar": 1043, "bpchar": 1042, "date": 1082, "timestamp": 1114, "timestamptz": 1184,
    "bytea": 17, "numeric": 1700,
}  # fmt: skip
_INTERNAL: Final = (
    "pg_catalog", "information_schema", "pg_toast", "sys", "sys_catalog", "sys_toast", "sys_hm",
    "sysaudit", "sysmac", "xlog_record_read", "src_restrict",
)  # fmt: skip
_TABLES: Final = """
SELECT n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''),
       CASE WHEN c.reltuples < 0 THEN NULL ELSE c.reltuples::bigint END, c.oid::bigint
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT lower(n.nspname) = ANY(%(internal)s)
  AND n.nspname NOT LIKE 'pg\\_temp%%' AND n.nspname NOT LIKE 'sys\\_temp%%'
  AND (%(name)s = '' OR lower(c.relname) = lower(%(name)s))
  AND (%(schema)s = '' OR lower(n.nspname) = lower(%(schema)s))
ORDER BY c.relname = %(name)s DESC, n.nspname = %(schema)s DESC,
         lower(n.nspname) = 'public' DESC, 1, 2
"""
_COLUMNS: Final = """
SELECT a.attname, t.typname, format_type(a.atttypid, a.atttypmod), a.atttypmod, a.attnotnull,
       coalesce(col_description(a.attrelid, a.attnum), ''),
       (SELECT array_position(i.indkey::int[], a.attnum::int) FROM pg_catalog.pg_index i
        WHERE i.indrelid = a.attrelid AND i.indisprimary), t.oid::bigint
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@connectors.register
class PostgresConnector(Connector):
    """`postgresql://user:${PW}@host:5432/db#schema.table`; `kingbase://…` alike.

    KingbaseES (by its manual): the catalogs are `sys_catalog.sys_…`; databases that ignore case
    may keep names in capitals, so a name that differs by case alone is found; its types DATE of
    Oracle mode and the like have the names of PostgreSQL's but not their numbers (OIDs), and
    are read as text, which loses nothing.
    """

    code = "postgres"
    label = "PostgreSQL / 人大金仓"
    schemes: ClassVar[tuple[str, ...]] = ("postgresql", "postgres", "kingbase")

    def tables(self) -> list[TableInfo]:
        with self._connect() as connection:
            found = self._found(connection, "", "")
            return [self._info(connection, row) for row in found]

    def describe(self) -> TableInfo:
        schema, _, name = self.location.item.rpartition(".")
        with self._connect() as connection:
            rows = self._found(connection, schema, name)
            if not rows:
                raise SourceMissingError(
                    f"{self._place()} 中没有表“{self.location.item}”，或账号无权查看",
                    table=self.location.item,
                )
            row = rows[0]
            twins = {
                f"{r[0]}.{r[1]}" for r in rows if (r[0], r[1].lower()) == (row[0], name.lower())
            }
            if row[1] != name and len(twins) > 1:
                raise SourceMissingError(
                    f"{self._place()} 中没有表“{self.location.item}”，"
                    f"但有只差大小写的{'、'.join(sorted(twins))}，请写明其一",
                    table=self.location.item,
                )
            return self._info(connection, row)

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        info = self.describe()
        schema = chosen(info, read)
        table, where = _qualified(info.name), self._where(read.window)
        kinds = {column.name: column.source_type for column in info.columns}
        columns = ", ".join(_selected(field, kinds[field.name]) for field in schema)
        with self._read_snapshot() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}{where}")
            expected = int(cursor.fetchone()[0])
            cursor.execute(f"SELECT {columns} FROM {table}{where}")
            batches = counted(_typed(cursor.fetch_record_batch(), schema), self._lost)
            yield Stream(
                reader=pa.RecordBatchReader.from_batches(schema, batches), expected=expected
            )

    def limit(self, window: Window, rows: int | None) -> object | None:
        table = _qualified(self.describe().name)
        column, where = ident(window.column), self._where(window)
        inner = f"SELECT {column} AS c FROM {table}{where}"
        tail = f" ORDER BY 1 LIMIT {int(rows)}" if rows else ""
        with self._connect() as connection:
            row = connection.execute(f"SELECT max(c) FROM ({inner}{tail}) t".encode()).fetchone()
        return row[0] if row else None

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """One transaction by binary COPY; an upsert goes through a temporary table."""
        schema, _, name = self.location.item.rpartition(".")
        table, names = _qualified(self.location.item), reader.schema.names
        watched = Watched(self._without_nul(reader))
        checked = pa.RecordBatchReader.from_batches(reader.schema, iter(watched))
        try:
            with closing(self._adbc()) as connection, connection.cursor() as cursor:
                cursor.execute(
                    create_table(table, reader.schema, quote=ident, kind=_declared, keys=keys)
                )
                if mode == "overwrite":
                    cursor.execute(f"DELETE FROM {table}")
                place: dict[str, Any] = {"db_schema_name": schema or None}
                if mode == "upsert":
                    columns = ", ".join(map(ident, names))
                    cursor.execute(
                        f"CREATE TEMP TABLE steward_incoming ON COMMIT DROP AS "
                        f"SELECT {columns} FROM {table} WITH NO DATA"
                    )
                    name, place = "steward_incoming", {"temporary": True}
                count = int(cursor.adbc_ingest(name, checked, mode="append", **place))
                if mode == "upsert":
                    cursor.execute(_merge(table, names, keys))
                connection.commit()
        except (adbc_driver_manager.Error, pa.ArrowException, OSError) as error:
            raise watched.error or self._failed(error, "写入", 0) from error
        return count

    def _found(self, connection: psycopg.Connection, schema: str, name: str) -> list[Any]:
        places = {"name": name, "schema": schema, "internal": list(_INTERNAL)}
        return connection.execute(self._catalog(connection, _TABLES), places).fetchall()

    def _catalog(self, connection: psycopg.Connection, query: LiteralString) -> LiteralString:
        """The query over the catalogs by the names that the server has for them."""
        row = connection.execute("SELECT to_regclass('sys_catalog.sys_class') IS NOT NULL")
        renamed = (row.fetchone() or (False,))[0]
        return query.replace("pg_catalog.pg_", "sys_catalog.sys_") if renamed else query

    def _info(self, connection: psycopg.Connection, row: tuple[Any, ...]) -> TableInfo:
        schema, name, comment, rows, oid = row
        columns = connection.execute(self._catalog(connection, _COLUMNS), (oid,)).fetchall()
        keys = sorted((column[6], column[0]) for column in columns if column[6] is not None)
        return TableInfo(
            name=f"{schema}.{name}",
            columns=tuple(
                Column(
                    name=column[0],
                    type=_type((column[1], column[7]), column[3]),
                    source_type=column[2],
                    nullable=not column[4],
                    comment=column[5],
                )
                for column in columns
            ),
            keys=tuple(key for _, key in keys),
            comment=comment,
            rows=rows,
        )

    @contextmanager
    def _read_snapshot(self) -> Iterator[Any]:
        """A cursor whose statements all see the same state of the database."""
        try:
            with closing(self._adbc()) as connection, connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SET LOCAL TIME ZONE 'UTC'")
                yield cursor
        except adbc_driver_manager.Error as error:
            raise self._lost(error, 0) from error

    def _where(self, window: Window | None) -> str:
        """Literals, because COPY takes no parameters."""
        if window is None:
            return ""
        column = ident(window.column)
        parts = [f"{column} IS NOT NULL"]
        if window.after is not None:
            sign = ">=" if window.inclusive else ">"
            parts.append(f"{column} {sign} {_constant(window.after)}")
        if window.upto is not None:
            parts.append(f"{column} <= {_constant(window.upto)}")
        return f" WHERE {' AND '.join(parts)}"

    def _adbc(self) -> Any:
        try:
            return adbc.connect(self._uri())
        except adbc_driver_manager.Error as error:
            raise self._unreachable(error) from error

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(self._uri(), connect_timeout=15) as connection:
                yield connection
        except psycopg.Error as error:
            raise self._unreachable(error) from error

    def _uri(self) -> str:
        place = self.location
        password = place.secret.reveal()
        user = quote(place.user, safe="") + (f":{quote(password, safe='')}" if password else "")
        port = f":{place.port}" if place.port else ""
        options = f"?{urlencode(place.options)}" if place.options else ""
        return f"postgresql://{user}@{place.host}{port}{quote(place.path)}{options}"

    def _place(self) -> str:
        return str(self.location).partition("#")[0]

    def _unreachable(self, error: Exception) -> SourceLostError:
        text = self.location.secret.scrub(str(error)).strip().split("\n", 1)[0]
        return SourceLostError(f"无法访问 {self._place()}：{text}", place=self._place())

    def _lost(self, error: Exception, rows: int) -> Exception:
        if isinstance(error, StewardError):
            return error
        return self._failed(error, "读取", rows)

    def _failed(self, error: Exception, what: str, rows: int) -> Exception:
        text = self.location.secret.scrub(str(error)).strip().split("\n", 1)[0]
        done = f"，已读 {rows} 行" if rows else ""
        return SourceLostError(
            f"{what} {self.location} 时连接中断或出错{done}，未写入的内容不会保留：{text}",
            rows=rows,
        )

    def _without_nul(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """PostgreSQL text holds no NUL: name the place rather than let COPY break off."""
        texts = [i for i, field in enumerate(reader.schema) if pa.types.is_string(field.type)]
        rows = 0
        for batch in reader:
            for index in texts:
                found = pc.match_substring(batch.column(index), "\0")
                position = pc.index(found, pa.scalar(value=True)).as_py()
                if position >= 0:
                    name = reader.schema.field(index).name
                    raise WrongTypeError(
                        f"第 {rows + position + 1} 行列“{name}”含空字符（NUL），"
                        f"{self.label}的文本不能保存；请先清洗",
                        row=rows + position + 1,
                        column=name,
                    )
            rows += batch.num_rows
            yield batch


def _type(kind: tuple[str, int], modifier: int) -> pa.DataType:
    """Numbers of declared precision are decimals; what Arrow has no exact twin for is text."""
    name, oid = kind[0].lower(), kind[1]
    if _OIDS.get(name, oid) != oid:
        return pa.string()
    if name == "numeric" and modifier > 0:
        precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
        if precision <= 38 and scale <= precision:
            return pa.decimal128(precision, scale)
    return _PLAIN.get(name, pa.string())


def _selected(field: pa.Field, source_type: str) -> str:
    """Decimals travel as ADBC sends them; everything without a twin is cast by the server."""
    name = ident(field.name)
    texts = source_type.lower().startswith(("character", "text"))
    if pa.types.is_string(field.type) and not texts:
        return f"{name}::text AS {name}"
    return name


def _typed(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        arrays = [
            _exact(column, field) for column, field in zip(batch.columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _exact(column: pa.Array, field: pa.Field) -> pa.Array:
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_date(field.type) or pa.types.is_timestamp(field.type):
        _check_calendar(column, field)
    if column.type == field.type:
        return column
    try:
        return column.cast(field.type)
    except pa.ArrowInvalid as error:
        raise WrongTypeError(
            f"列“{field.name}”有不是 {field.type} 的值（如 NaN）；可指定以文字读取该列",
            column=field.name,
        ) from error


def _check_calendar(column: pa.Array, field: pa.Field) -> None:
    """`infinity` and years outside 1–9999 have no place in Arrow's readers."""
    days = column.cast(pa.int32()) if pa.types.is_date32(column.type) else None
    if days is None:
        days = pc.divide(column.cast(pa.int64()), 86_400_000_000).cast(pa.int32(), safe=False)
    ends = pc.min_max(days)
    low, high = ends["min"], ends["max"]
    if low.is_valid and (pc.less(low, _FIRST_DAY).as_py() or pc.greater(high, _LAST_DAY).as_py()):
        raise WrongTypeError(
            f"列“{field.name}”有 infinity 或公元 1 至 9999 年以外的日期；可指定以文字读取该列",
            column=field.name,
        )


def _declared(field: pa.Field) -> str:
    kind = field.type
    if pa.types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamptz" if kind.tz else "timestamp"
    return _DECLARED.get(kind, "text")


def _merge(table: str, names: list[str], keys: tuple[str, ...]) -> str:
    columns = ", ".join(map(ident, names))
    sets = ", ".join(f"{ident(n)} = excluded.{ident(n)}" for n in names if n not in keys)
    action = f"UPDATE SET {sets}" if sets else "NOTHING"
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM steward_incoming "
        f"ON CONFLICT ({', '.join(map(ident, keys))}) DO {action}"
    )


def _qualified(name: str) -> str:
    schema, _, table = name.rpartition(".")
    return f"{ident(schema)}.{ident(table)}" if schema else ident(table)


def _constant(value: object) -> str:
    return sql.Literal(value).as_string(None)
