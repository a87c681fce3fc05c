"""The SQL probe against a real MariaDB."""

from urllib.parse import urlsplit

import pytest

from steward.operations.monitoring.registry import State
from tests.operations.monitoring.support import probe
from tests.servers import mariadb_server

__all__ = ["mariadb_server"]
pytestmark = pytest.mark.mariadb


@pytest.fixture
def mariadb(mariadb_server) -> dict[str, object]:
    parts = urlsplit(mariadb_server.create_database())
    mariadb_server.execute(f"CREATE TABLE {parts.path[1:]}.t (n INT)")
    return {
        "engine": "MySQL / MariaDB",
        "host": parts.hostname,
        "port": parts.port,
        "database": parts.path[1:],
        "username": parts.username,
        "password": parts.password,
    }


async def test_the_first_value_is_compared(mariadb):
    result = await probe("sql", **mariadb, query="SELECT count(*) FROM t", expected="0")

    assert result.state == State.UP


async def test_a_query_that_writes_is_refused_by_the_session(mariadb):
    result = await probe("sql", **mariadb, query="SELECT * FROM t INTO OUTFILE '/no/where'")

    assert result.state == State.DOWN


async def test_a_wrong_password_is_down_in_words(mariadb):
    result = await probe("sql", **{**mariadb, "password": "wrong"})

    assert (result.state, result.message) == (State.DOWN, "用户名或密码不对")


async def test_an_unknown_database_is_down_in_words(mariadb):
    result = await probe("sql", **{**mariadb, "database": "no_such_database"})

    assert (result.state, result.message) == (State.DOWN, "数据库不存在")


async def test_a_broken_query_is_down_with_the_servers_reason(mariadb):
    result = await probe("sql", **mariadb, query="SELECT nothing FROM nowhere")

    assert result.message.startswith("查询失败（1146）")
