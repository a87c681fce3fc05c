"""PostgreSQL and KingbaseES: the scan runs where the data is, in one read-only snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from sqlglot import exp

from steward.engine.expressions import DataType, Flavour, PortableSql
from steward.engine.expressions.sql import Sql
from steward.engine.rules.engine import Batch, Engine, Limits, engines
from steward.engine.rules.engines._database import (
    BATCH_ROWS,
    DatabaseSession,
    table_names,
    without_secret,
)
from steward.engine.rules.errors import RuleError, SourceError
from steward.engine.rules.sources import Source, TableSource

_TYPES = {
    **dict.fromkeys(("text", "character varying", "character"), DataType.TEXT),
    **dict.fromkeys(("smallint", "integer", "bigint"), DataType.INTEGER),
    "numeric": DataType.DECIMAL,
    **dict.fromkeys(("real", "double precision"), DataType.FLOAT),
    "boolean": DataType.BOOLEAN,
    "date": DataType.DATE,
    "timestamp without time zone": DataType.TIMESTAMP,
    "timestamp with time zone": DataType.INSTANT,
}
_COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = %s AND (table_schema = %s OR (%s AND table_schema = ANY(current_schemas(false))))
    ORDER BY ordinal_position
"""


class PostgresSql(PortableSql):
    """Order by code point needs the C collation; days are a difference of dates."""

    dialect = "postgres"
    flavour = Flavour.POSIX

    def ordered(self, value: Sql, kind: DataType) -> Sql:
        if kind is not DataType.TEXT:
            return value
        byte_order = exp.to_identifier("C", quoted=True)
        return exp.paren(exp.Collate(this=exp.paren(value), expression=byte_order))

    def days_between(self, start: Sql, end: Sql) -> Sql:
        return exp.paren(exp.Sub(this=end, expression=start))


class PostgresSession(DatabaseSession):
    """One repeatable-read transaction; a failing statement is undone by a savepoint."""

    def __init__(
        self,
        connection: psycopg.Connection[TupleRow],
        table: str,
        *,
        tables: Mapping[str, str],
    ) -> None:
        super().__init__(table, tables)
        self.sql = PostgresSql()
        self.connection = connection

    def _columns(self, table: str) -> Mapping[str, DataType]:
        *schema, name = table.split(".")
        given = schema[-1] if schema else ""
        with _translated():
            rows = self.connection.execute(_COLUMNS, (name, given, not schema)).fetchall()
        return {str(row[0]): _TYPES.get(str(row[1]), DataType.OTHER) for row in rows}

    def rows(self, query: exp.Expr) -> Sequence[Sequence[Any]]:
        with _translated(), self.connection.transaction():
            return self.connection.execute(self.render(query).encode()).fetchall()

    def _stream(self, sql: str) -> Iterator[Batch]:
        with (
            _translated(),
            self.connection.transaction(),
            self.connection.cursor(name="steward_rows") as cursor,
        ):
            cursor.itersize = BATCH_ROWS
            cursor.execute(sql.encode())
            while batch := cursor.fetchmany(BATCH_ROWS):
                yield list(batch)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise SourceError(f"与数据库的连接断开或被拒绝：{_first_line(error)}") from None
    except psycopg.errors.InsufficientPrivilege:
        raise SourceError("没有读这张表的权限，请数据库管理员授予只读权限") from None
    except psycopg.Error as error:
        raise RuleError(f"规则在数据库上不能执行：{_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return without_secret(str(error).splitlines()[0] if str(error) else type(error).__name__)


@engines.register
class Postgres(Engine):
    """Counts and failing rows come back, the table does not move."""

    code = "postgres"
    label = "PostgreSQL、KingbaseES"
    schemes = ("postgresql://", "postgres://", "kingbase://")
    sql = PostgresSql

    def accepts(self, source: Source) -> bool:
        return isinstance(source, TableSource) and source.url.startswith(self.schemes)

    @contextmanager
    def open(
        self, source: Source, *, tables: Mapping[str, Source | str], limits: Limits
    ) -> Iterator[PostgresSession]:
        del limits
        if not isinstance(source, TableSource):
            raise SourceError("PostgreSQL 引擎只检查数据库表")
        names = table_names(tables)
        url = source.url.replace("kingbase://", "postgresql://", 1)
        with _translated():
            connection = psycopg.connect(url, connect_timeout=15)
        try:
            _prepare(connection)
            yield PostgresSession(connection, source.table, tables=names)
        finally:
            with suppress(psycopg.Error):
                connection.rollback()
            connection.close()


def _prepare(connection: psycopg.Connection[TupleRow]) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with _translated():
        connection.execute("SET TIME ZONE 'Asia/Shanghai'")
        connection.execute("SET DateStyle = 'ISO, YMD'")
        connection.execute("SET standard_conforming_strings = on")
