"""Corrections written back to a source: parameterised, all or none, never over a newer value."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pymysql

from steward.data.sources.choices import DATABASES, Engine
from steward.data.sources.connecting import manager_of
from steward.data.sources.models import Source
from steward.data.sources.servers import TIMEOUT_SECONDS, Account
from steward.kernel.errors import ConflictError, InvalidError

Texts = Mapping[str, str | None]


class SourceChangedError(ConflictError):
    """A row of the source is no longer as it was; nothing was written."""

    code = "sources.row_changed"


class WriteRefusedError(InvalidError):
    """The source refused the statement; nothing was written."""

    code = "sources.write_refused"


@dataclass(frozen=True, slots=True)
class CellUpdate:
    """One cell as texts: written only while it still has the value `before` (None: NULL)."""

    key: Texts
    column: str
    before: str | None
    after: str | None


def statement_for(source_id: int, table: str, update: CellUpdate) -> str:
    """The UPDATE as it will run on a source, with placeholders for its values."""
    return statement(Engine(Source.objects.get(pk=source_id).engine), table, update)


def statement(engine: Engine, table: str, update: CellUpdate) -> str:
    """The UPDATE with placeholders: new value, key values, old value."""
    column = _quoted(engine, update.column)
    row, old = _row(engine, update.key), _same(engine, update.column)
    return f"UPDATE {_table(engine, table)} SET {column} = %s WHERE {row} AND {old}"  # noqa: S608


def _row(engine: Engine, key: Texts) -> str:
    """Plainly equal, which an index answers, and then equal to the letter."""
    plain = [f"{_quoted(engine, name)} = %s" for name, value in key.items() if value is not None]
    return " AND ".join([*plain, *(_same(engine, name) for name in key)])


def _values(key: Texts) -> list[str | None]:
    """The values for `_row`."""
    return [*(value for value in key.values() if value is not None), *key.values()]


def update_cells(source_id: int, table: str, updates: Sequence[CellUpdate]) -> int:
    """Write every cell in one transaction as the managing account; how many were written.

    A cell that already has its new value counts as written, so that a repeated call is harmless.
    SourceChangedError, WriteRefusedError, SourceUnreachableError: then nothing was written.
    """
    source = Source.objects.get(pk=source_id)
    engine = Engine(source.engine)
    if engine not in DATABASES:
        raise WriteRefusedError(f"“{source.name}”不是数据库，不能写回")
    written = 0
    with _transaction(source, engine) as cursor:
        for update in updates:
            written += _write(cursor, (engine, table), update)
    return written


def _write(cursor: Any, place: tuple[Engine, str], update: CellUpdate) -> int:
    engine, table = place
    values = [update.after, *_values(update.key), update.before]
    cursor.execute(statement(engine, table, update), values)
    if cursor.rowcount == 1:
        return 1
    where = f"{_row(engine, update.key)} AND {_same(engine, update.column)}"
    sought = f"SELECT count(*) FROM {_table(engine, table)} WHERE {where}"  # noqa: S608
    cursor.execute(sought, [*_values(update.key), update.after])
    if cursor.rowcount >= 0 and cursor.fetchone()[0] == 1:
        return 0
    raise SourceChangedError(
        f"来源库里“{update.column}”已不是提交时的值（或该行已不存在、不唯一），全部没有写回，请重新核对",
        column=update.column,
    )


def _same(engine: Engine, name: str) -> str:
    column = _quoted(engine, name)
    if engine == Engine.MYSQL:
        return f"CAST(CONVERT({column} USING utf8mb4) AS BINARY) <=> CAST(%s AS BINARY)"
    return f"CAST({column} AS text) IS NOT DISTINCT FROM %s"


def _quoted(engine: Engine, name: str) -> str:
    sign = "`" if engine == Engine.MYSQL else '"'
    return sign + name.replace(sign, sign * 2).replace("%", "%%") + sign


def _table(engine: Engine, name: str) -> str:
    return ".".join(_quoted(engine, part) for part in name.split(".", 1))


@contextmanager
def _transaction(source: Source, engine: Engine) -> Iterator[Any]:
    server = manager_of(source)
    account = server.account
    errors = (psycopg.Error, pymysql.MySQLError)
    try:
        connection: Any = _mysql(account) if engine == Engine.MYSQL else _postgres(account)
    except errors as error:
        raise server.unreachable(error) from error
    try:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()
    except errors as error:
        connection.rollback()
        words = " ".join(str(error).split())
        raise WriteRefusedError(f"来源库拒绝写回，没有写入任何一行：{words[:200]}") from error
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.close()


def _postgres(account: Account) -> Any:
    return psycopg.connect(
        host=account.host,
        port=account.port,
        dbname=account.database,
        user=account.user,
        password=account.password,
        connect_timeout=TIMEOUT_SECONDS,
    )


def _mysql(account: Account) -> Any:
    return pymysql.connect(
        host=account.host,
        port=account.port,
        user=account.user,
        password=account.password,
        database=account.database,
        connect_timeout=TIMEOUT_SECONDS,
        charset="utf8mb4",
    )
