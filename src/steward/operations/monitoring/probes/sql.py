import asyncio
import re
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Literal

import psycopg
import pymysql
from pydantic import Field, SecretStr, field_validator

from steward.operations.monitoring.comparison import Comparison, expect
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)

_READS = re.compile(r"\s*(select|with|show|values|table)\b", re.IGNORECASE)
POSTGRESQL: Literal["PostgreSQL / 人大金仓"] = "PostgreSQL / 人大金仓"


class SqlSettings(ProbeSettings):
    engine: Literal["PostgreSQL / 人大金仓", "MySQL / MariaDB"] = Field(
        POSTGRESQL, title="数据库类型"
    )
    host: str = Field(title="主机", min_length=1, max_length=255)
    port: int = Field(5432, title="端口", ge=1, le=65535)
    database: str = Field(title="数据库名", min_length=1, max_length=100)
    username: str = Field(title="用户名", min_length=1, max_length=100)
    password: SecretStr = Field(SecretStr(""), title="密码")
    query: str = Field(
        "SELECT 1", title="查询语句", description="只读查询，取第一行第一列", max_length=4000,
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip
    comparison: Comparison = Field(Comparison.EQUAL, title="比较方式")
    expected: str = Field(
        "", title="期望值", description="不填则只要有结果就算正常", max_length=500
    )

    @field_validator("query")
    @classmethod
    def _one_read(cls, value: str) -> str:
        text = value.rstrip().removesuffix(";")
        if ";" in text:
            raise ValueError("只能写一条语句，请去掉分号")
        if not _READS.match(text):
            raise ValueError("只能写查询语句（SELECT、WITH、SHOW）")
        return text


@PROBES.register
class SqlProbe(Probe[SqlSettings]):
    """Whether a database answers a query as expected; the session can only read."""

    code = "sql"
    label = "数据库查询（SQL）"
    summary = "登录数据库，只读查询，比较结果"
    settings_model = SqlSettings

    def target(self, settings: SqlSettings) -> str:
        return f"{settings.username}@{settings.host}:{settings.port}/{settings.database}"

    async def check(self, settings: SqlSettings, context: ProbeContext) -> ProbeResult:
        began = time.perf_counter()
        run = _ask_postgresql if settings.engine == POSTGRESQL else _ask_mysql
        row = await run(settings, context)
        latency = timedelta(seconds=time.perf_counter() - began)
        if row is None:
            raise ProbeFailedError("查询没有返回任何行")
        value = row[0]
        if settings.expected:
            expect(value, settings.comparison, settings.expected)
        return ProbeResult(State.UP, f"查询结果为“{str(value)[:100]}”", latency)


async def _ask_postgresql(settings: SqlSettings, context: ProbeContext) -> Sequence[Any] | None:
    limit = int(context.seconds * 1000)
    try:
        connection = await psycopg.AsyncConnection.connect(
            host=settings.host,
            port=settings.port,
            dbname=settings.database,
            user=settings.username,
            password=settings.password.get_secret_value(),
            connect_timeout=max(2, int(context.seconds)),
            application_name="steward-monitor",
            options=f"-c default_transaction_read_only=on -c statement_timeout={limit}",
            autocommit=False,
        )
    except psycopg.OperationalError as error:
        raise ProbeFailedError(_postgresql_words(error)) from None
    try:
        await connection.set_read_only(True)
        cursor = await connection.execute(settings.query.encode())
        return await cursor.fetchone()
    except psycopg.errors.ReadOnlySqlTransaction:
        raise ProbeFailedError("查询语句试图写入，已被只读会话拒绝") from None
    except psycopg.Error as error:
        code = error.sqlstate or type(error).__name__
        raise ProbeFailedError(f"查询失败（{code}）：{_first_line(error)}") from None
    finally:
        await connection.close()


def _postgresql_words(error: psycopg.OperationalError) -> str:
    text = str(error)
    for part, words in (
        ("password authentication failed", "用户名或密码不对"),
        ("does not exist", "数据库或用户不存在"),
        ("no pg_hba.conf entry", "数据库不允许从监测端登录"),
        ("Connection refused", "连接被拒绝，端口没有服务在监听"),
        ("too many", "数据库连接数已满"),
        ("timeout", "连接超时"),
        ("starting up", "数据库正在启动"),
        ("could not translate host", "域名解析失败"),
        ("Name or service not known", "域名解析失败"),
    ):
        if part in text:
            return words
    return "连接数据库失败"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0][:150]


async def _ask_mysql(settings: SqlSettings, context: ProbeContext) -> Sequence[Any] | None:
    return await asyncio.get_running_loop().run_in_executor(
        None, partial(_ask_mysql_now, settings, context.seconds)
    )


def _ask_mysql_now(settings: SqlSettings, limit: float) -> Sequence[Any] | None:
    seconds = max(1, int(limit))
    try:
        connection = pymysql.connect(
            host=settings.host,
            port=settings.port,
            database=settings.database,
            user=settings.username,
            password=settings.password.get_secret_value(),
            connect_timeout=seconds,
            read_timeout=seconds,
            write_timeout=seconds,
            charset="utf8mb4",
        )
    except pymysql.err.OperationalError as error:
        raise ProbeFailedError(_mysql_words(error)) from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("START TRANSACTION READ ONLY")
            cursor.execute(settings.query)
            row: Sequence[Any] | None = cursor.fetchone()
            return row
    except pymysql.err.MySQLError as error:
        if error.args and error.args[0] == 1792:
            raise ProbeFailedError("查询语句试图写入，已被只读会话拒绝") from None
        code = error.args[0] if error.args else type(error).__name__
        raise ProbeFailedError(f"查询失败（{code}）：{str(error.args[-1:])[:150]}") from None
    finally:
        connection.close()


def _mysql_words(error: pymysql.err.OperationalError) -> str:
    words = {1045: "用户名或密码不对", 1049: "数据库不存在", 1040: "数据库连接数已满",
             1044: "这个用户无权使用该数据库", 1130: "数据库不允许从监测端登录"}  # fmt: skip
    code = error.args[0] if error.args else 0
    if code == 2003 and "refused" in str(error):
        return "连接被拒绝，端口没有服务在监听"
    return words.get(code, f"连接数据库失败（代码 {code}）")
