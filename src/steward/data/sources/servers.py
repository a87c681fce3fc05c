"""What is asked of a database server besides its data: how strong an account is, who may do what.

Names go through the drivers' own quoting; nothing here runs inside a transaction of the platform.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import psycopg
import pymysql
from psycopg import sql

from steward.data.sources.choices import Engine, Privilege
from steward.kernel.errors import InvalidError, StewardError

TIMEOUT_SECONDS = 8


class SourceUnreachableError(StewardError):
    """The server does not answer, or refuses the account."""

    code = "sources.unreachable"
    status = 502


class RightRefusedError(InvalidError):
    """The server refused a change of rights."""

    code = "sources.right_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where and as whom to connect; the password never shows."""

    host: str
    port: int
    database: str
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.user}@{self.host}:{self.port}/{self.database})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Strength:
    """What an account could do beyond reading: words for people, empty when it only reads."""

    version: str
    excess: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ServerRight:
    """One privilege as the server itself holds it."""

    account: str
    table: str
    privilege: str


class Server(ABC):
    """One kind of database server."""

    engines: ClassVar[frozenset[Engine]]

    def __init__(self, account: Account) -> None:
        self.account = account

    @abstractmethod
    def strength(self) -> Strength:
        """The version, and what the account may do that reading does not need."""

    @abstractmethod
    def rights(self, ignoring: frozenset[str]) -> set[ServerRight]:
        """Every privilege on the tables of the database, but for owners and `ignoring`."""

    @abstractmethod
    def grant(self, account: str, table: str, privileges: tuple[str, ...]) -> None:
        """Give privileges on one table; RightRefusedError in words."""

    @abstractmethod
    def revoke(self, account: str, table: str, privileges: tuple[str, ...]) -> None:
        """Take privileges away."""

    def unreachable(self, error: Exception) -> SourceUnreachableError:
        """The driver's error in words, without the password."""
        where = f"{self.account.host}:{self.account.port}/{self.account.database}"
        words = " ".join(str(error).replace(self.account.password or "\0", "***").split())
        return SourceUnreachableError(
            f"连不上 {where}（账号 {self.account.user}）：{words[:300]}。请核对地址、端口、"
            "账号密码和防火墙"
        )


class PostgresServer(Server):
    """PostgreSQL, and KingbaseES by its PostgreSQL protocol."""

    engines = frozenset({Engine.POSTGRES, Engine.KINGBASE})

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection]:
        try:
            connection = psycopg.connect(
                host=self.account.host,
                port=self.account.port,
                dbname=self.account.database,
                user=self.account.user,
                password=self.account.password,
                connect_timeout=TIMEOUT_SECONDS,
                autocommit=True,
            )
        except psycopg.Error as error:
            raise self.unreachable(error) from error
        with connection:
            yield connection

    def strength(self) -> Strength:
        with self._connect() as connection:
            row = connection.execute(
                "SELECT version(), rolsuper, rolcreaterole, rolcreatedb FROM pg_roles "
                "WHERE rolname = current_user"
            ).fetchone()
            writable = connection.execute(_WRITABLE).fetchone()
        if row is None or writable is None:
            return Strength("未知")
        traits = zip(("超级用户", "可建账号", "可建库"), row[1:], strict=True)
        excess = [words for words, has in traits if has]
        if writable[0]:
            excess.append(f"可改写 {writable[0]} 张表")
        return Strength(str(row[0]).split(",")[0], tuple(excess))

    def rights(self, ignoring: frozenset[str]) -> set[ServerRight]:
        with self._connect() as connection:
            rows = connection.execute(_RIGHTS, (list(Privilege.values),)).fetchall()
        found = {ServerRight(str(a), f"{s}.{t}", str(p)) for a, s, t, p in rows}
        return {right for right in found if right.account not in ignoring}

    def grant(self, account: str, table: str, privileges: tuple[str, ...]) -> None:
        schema = table.rpartition(".")[0]
        self._change("GRANT {rights} ON {table} TO {account}", account, (table, privileges))
        if schema:
            use = sql.SQL("GRANT USAGE ON SCHEMA {} TO {}")
            self._run(use.format(sql.Identifier(schema), sql.Identifier(account)), account)

    def revoke(self, account: str, table: str, privileges: tuple[str, ...]) -> None:
        self._change("REVOKE {rights} ON {table} FROM {account}", account, (table, privileges))

    def _change(self, form: str, account: str, what: tuple[str, tuple[str, ...]]) -> None:
        table, privileges = what
        rights = sql.SQL(", ").join(sql.SQL(Privilege(p).value) for p in privileges)
        statement = sql.SQL(form).format(
            rights=rights,
            table=sql.Identifier(*table.split(".", 1)),
            account=sql.Identifier(account),
        )
        self._run(statement, account)

    def _run(self, statement: sql.Composed, account: str) -> None:
        with self._connect() as connection:
            try:
                connection.execute(statement)
            except psycopg.errors.UndefinedObject as error:
                raise RightRefusedError(f"前置库里没有账号“{account}”，请先在库中建立") from error
            except psycopg.errors.UndefinedTable as error:
                raise RightRefusedError("前置库里没有这张表，请重新读取结构后再试") from error
            except psycopg.Error as error:
                words = " ".join(str(error).split())
                raise RightRefusedError(
                    f"前置库拒绝了这项权限变更：{words[:300]}。请核对授权账号的权限"
                ) from error


_WRITABLE = """
SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\\_toast%'
  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
"""
_RIGHTS = """
SELECT coalesce(r.rolname, 'PUBLIC'), n.nspname, c.relname, a.privilege_type
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND a.grantee <> c.relowner AND a.privilege_type = ANY(%s)
"""


class MysqlServer(Server):
    """MySQL and MariaDB; an account is its name, at every host it has."""

    engines = frozenset({Engine.MYSQL})

    @contextmanager
    def _cursor(self) -> Iterator[pymysql.cursors.Cursor]:
        try:
            connection = pymysql.connect(
                host=self.account.host,
                port=self.account.port,
                user=self.account.user,
                password=self.account.password,
                database=self.account.database,
                connect_timeout=TIMEOUT_SECONDS,
                charset="utf8mb4",
                autocommit=True,
            )
        except pymysql.MySQLError as error:
            raise self.unreachable(error) from error
        with connection, connection.cursor() as cursor:
            yield cursor

    def strength(self) -> Strength:
        with self._cursor() as cursor:
            cursor.execute("SELECT version()")
            version = str((cursor.fetchone() or ("未知",))[0])
            cursor.execute("SHOW GRANTS")
            grants = [str(row[0]).upper() for row in cursor.fetchall()]
        excess = [
            words for mark, words in _MYSQL_EXCESS.items() if any(mark in grant for grant in grants)
        ]
        return Strength(version, tuple(excess))

    def rights(self, ignoring: frozenset[str]) -> set[ServerRight]:
        with self._cursor() as cursor:
            try:
                cursor.execute(
                    "SELECT User, Table_name, Table_priv FROM mysql.tables_priv WHERE Db = %s",
                    (self.account.database,),
                )
                rows = cursor.fetchall()
                cursor.execute(
                    "SELECT User, '*', CONCAT_WS(',', IF(Select_priv='Y','Select',NULL), "
                    "IF(Insert_priv='Y','Insert',NULL), IF(Update_priv='Y','Update',NULL), "
                    "IF(Delete_priv='Y','Delete',NULL)) FROM mysql.db WHERE Db IN (%s, '%%')",
                    (self.account.database,),
                )
                rows = (*rows, *cursor.fetchall())
            except pymysql.MySQLError as error:
                raise RightRefusedError(
                    f"授权账号 {self.account.user} 不能查看 mysql.tables_priv，无法核对权限"
                ) from error
        found = {
            ServerRight(_text(user), _text(table), privilege.strip().upper())
            for user, table, listed in rows
            for privilege in _text(listed).split(",")
            if privilege.strip().upper() in Privilege.values
        }
        return {right for right in found if right.account not in ignoring}

    def grant(self, account: str, table: str, privileges: tuple[str, ...]) -> None:
        self._change("GRANT {rights} ON {table} TO {account}", account, (table, privileges))

    def revoke(self, account: str, table: str, privileges: tuple[str, ...]) -> None:
        self._change("REVOKE {rights} ON {table} FROM {account}", account, (table, privileges))

    def _change(self, form: str, account: str, what: tuple[str, tuple[str, ...]]) -> None:
        table, privileges = what
        rights = ", ".join(Privilege(p).value for p in privileges)
        with self._cursor() as cursor:
            cursor.execute("SELECT Host FROM mysql.user WHERE User = %s", (account,))
            hosts = [_text(row[0]) for row in cursor.fetchall()]
            if not hosts:
                raise RightRefusedError(f"前置库里没有账号“{account}”，请先在库中建立")
            for host in hosts:
                statement = form.format(
                    rights=rights, table=_quoted(table), account=f"{_literal(account)}@%s"
                )
                try:
                    cursor.execute(statement, (host,))
                except pymysql.MySQLError as error:
                    words = " ".join(str(error).split())
                    raise RightRefusedError(
                        f"前置库拒绝了这项权限变更：{words[:300]}。请核对表名和授权账号的权限"
                    ) from error


_MYSQL_EXCESS = {
    "ALL PRIVILEGES": "全部权限",
    "SUPER": "SUPER",
    "GRANT OPTION": "可转授权限",
    "INSERT": "可新增",
    "UPDATE": "可修改",
    "DELETE": "可删除",
    "DROP": "可删表",
}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _quoted(name: str) -> str:
    return ".".join(f"`{part.replace('`', '``')}`" for part in name.split(".", 1)).replace(
        "%", "%%"
    )


def _literal(name: str) -> str:
    return ("'" + name.replace("\\", "\\\\").replace("'", "''") + "'").replace("%", "%%")


SERVERS: tuple[type[Server], ...] = (PostgresServer, MysqlServer)


def server_for(engine: Engine, account: Account) -> Server:
    """The server of an engine; UnsupportedServerError for places that are no database."""
    for kind in SERVERS:
        if engine in kind.engines:
            return kind(account)
    raise RightRefusedError(f"{engine.label}不是数据库，没有可管理的权限")
