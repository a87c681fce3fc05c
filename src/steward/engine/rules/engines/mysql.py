"""MySQL and MariaDB: the scan runs where the data is, in one consistent snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor, SSCursor
from sqlglot import exp
from sqlglot.dialects.mysql import MySQL as MySqlDialect
from sqlglot.generators.mysql import MySQLGenerator

from steward.engine.expressions import DataType, Flavour, PortableSql
from steward.engine.expressions.sql import Let, Sql
from steward.engine.rules.engine import Batch, Engine, Limits, engines
from steward.engine.rules.engines._database import BATCH_ROWS, DatabaseSession, table_names
from steward.engine.rules.errors import RuleError, SourceError
from steward.engine.rules.sources import Source, TableSource

_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")
_TYPES = {
    **dict.fromkeys(_TEXTS, DataType.TEXT),
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), DataType.INTEGER),
    "decimal": DataType.DECIMAL,
    **dict.fromkeys(("float", "double"), DataType.FLOAT),
    "date": DataType.DATE,
    **dict.fromkeys(("datetime", "timestamp"), DataType.TIMESTAMP),
}
_COLUMNS = """
    SELECT column_name, data_type, column_type FROM information_schema.columns
    WHERE table_name = %s AND table_schema = COALESCE(%s, DATABASE())
    ORDER BY ordinal_position
"""
# the statement is wrong for the data or the schema, as opposed to a connection that is gone
_STATEMENT_ERRORS = (
    pymysql.err.ProgrammingError,
    pymysql.err.DataError,
    pymysql.err.NotSupportedError,
    pymysql.err.IntegrityError,
)


class StewardMySql(MySqlDialect):
    """MariaDB has no REGEXP_LIKE function; both have the operator."""

    class Generator(MySQLGenerator):
        """Writes the operator."""

        TRANSFORMS = {
            **MySQLGenerator.TRANSFORMS,
            exp.RegexpLike: lambda self, node: self.binary(node, "REGEXP"),
        }


class MySqlSql(PortableSql):
    """Text compares by its bytes: the usual collations ignore case and trailing spaces."""

    dialect = "stewardmysql"
    flavour = Flavour.PCRE

    def matches(self, value: Sql, pattern: Any, let: Let | None = None) -> Sql:
        binary = exp.Collate(this=_utf8(value), expression=exp.var("utf8mb4_bin"))
        return super().matches(binary, pattern, let)

    def key(self, value: Sql, kind: DataType) -> Sql:
        if kind is not DataType.TEXT:
            return value
        return exp.Cast(this=_utf8(value), to=exp.DataType(this=exp.DType.BINARY))

    def within(self, value: Sql, choices: Sequence[Sql], kind: DataType) -> Sql:
        return exp.In(this=self.key(value, kind), expressions=list(choices))

    def position(self, text: Sql, part: Sql) -> Sql:
        both = (self.key(part, DataType.TEXT), self.key(text, DataType.TEXT))
        return exp.Anonymous(this="LOCATE", expressions=list(both))

    def days_between(self, start: Sql, end: Sql) -> Sql:
        return exp.Anonymous(this="DATEDIFF", expressions=[end, start])


def _utf8(value: Sql) -> Sql:
    charset = exp.DataType(this=exp.DType.CHARACTER_SET, kind=exp.var("utf8mb4"))
    return exp.Cast(this=value, to=charset)


class MySqlSession(DatabaseSession):
    """One read-only transaction on a consistent snapshot."""

    def __init__(
        self, connection: "Connection[Cursor]", table: str, *, tables: Mapping[str, str]
    ) -> None:
        super().__init__(table, tables)
        self.sql = MySqlSql()
        self.connection = connection

    def _columns(self, table: str) -> Mapping[str, DataType]:
        *schema, name = table.split(".")
        given = schema[-1] if schema else None
        with _translated(), self.connection.cursor() as cursor:
            cursor.execute(_COLUMNS, (name, given))
            rows = cursor.fetchall()
        return {str(row[0]): _type(str(row[1]), str(row[2])) for row in rows}

    def rows(self, query: exp.Expr) -> Sequence[Sequence[Any]]:
        with _translated(), self.connection.cursor() as cursor:
            cursor.execute(self.render(query))
            return cursor.fetchall()

    def _stream(self, sql: str) -> Iterator[Batch]:
        with _translated(), self.connection.cursor(SSCursor) as cursor:
            cursor.execute(sql)
            while batch := cursor.fetchmany(BATCH_ROWS):
                yield list(batch)


def _type(name: str, full: str) -> DataType:
    if full.startswith("tinyint(1)"):
        return DataType.BOOLEAN
    if name == "bigint" and "unsigned" in full:
        return DataType.DECIMAL
    return _TYPES.get(name.lower(), DataType.OTHER)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _STATEMENT_ERRORS as error:
        raise RuleError(f"规则在数据库上不能执行：{_reason(error)}") from None
    except pymysql.err.OperationalError as error:
        if error.args and error.args[0] in {1139, 1054, 1064, 1305}:
            raise RuleError(f"规则在数据库上不能执行：{_reason(error)}") from None
        raise SourceError(f"与数据库的连接断开或被拒绝：{_reason(error)}") from None
    except (pymysql.err.Error, OSError) as error:
        raise SourceError(f"与数据库的连接断开：{_reason(error)}") from None


def _reason(error: Exception) -> str:
    return str(error.args[1] if len(error.args) > 1 else error)


@engines.register
class MySql(Engine):
    """Counts and failing rows come back, the table does not move."""

    code = "mysql"
    label = "MySQL、MariaDB"
    schemes = ("mysql://", "mariadb://")
    sql = MySqlSql

    def accepts(self, source: Source) -> bool:
        return isinstance(source, TableSource) and source.url.startswith(self.schemes)

    @contextmanager
    def open(
        self, source: Source, *, tables: Mapping[str, Source | str], limits: Limits
    ) -> Iterator[MySqlSession]:
        del limits
        if not isinstance(source, TableSource):
            raise SourceError("MySQL 引擎只检查数据库表")
        names = table_names(tables)
        with _translated():
            connection = _connect(source.url)
        try:
            _prepare(connection)
            yield MySqlSession(connection, source.table, tables=names)
        finally:
            with suppress(pymysql.err.Error, OSError):
                connection.close()


def _connect(url: str) -> "Connection[Cursor]":
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/") or None,
        charset="utf8mb4",
        connect_timeout=15,
        autocommit=True,
    )


def _prepare(connection: "Connection[Cursor]") -> None:
    statements = (
        "SET SESSION sql_mode = ''",
        "SET SESSION time_zone = '+08:00'",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    )
    with _translated(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
