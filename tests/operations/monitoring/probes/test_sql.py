import socket

import pytest
from django.db import connection

from steward.operations.monitoring.probes.sql import POSTGRESQL
from steward.operations.monitoring.registry import State
from tests.operations.monitoring.support import faults, probe

MARIADB = "MySQL / MariaDB"


@pytest.fixture
def postgresql(db) -> dict[str, object]:
    """How to log in to the tests' own PostgreSQL."""
    known = connection.settings_dict
    return {
        "engine": POSTGRESQL,
        "host": known["HOST"] or "127.0.0.1",
        "port": int(known["PORT"] or 5432),
        "database": known["NAME"],
        "username": known["USER"],
        "password": known.get("PASSWORD", ""),
    }


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        (("SELECT 1", "等于", "1"), State.UP),
        (("SELECT 1.0", "等于", "1"), State.UP),
        (("SELECT 5", "小于", "3"), State.DOWN),
        (("SELECT 5", "不小于", "5"), State.UP),
        (("SELECT 'primary'", "包含", "prim"), State.UP),
        (("SELECT 'primary'", "大于", "3"), State.DOWN),
        (("SELECT 7", "不等于", "7"), State.DOWN),
        (("SELECT 7", "等于", ""), State.UP),
    ],
)
async def test_the_first_value_is_compared(postgresql, asked, state):
    query, comparison, expected = asked

    result = await probe("sql", **postgresql, query=query, comparison=comparison, expected=expected)

    assert result.state == state


async def test_a_wrong_value_is_told(postgresql):
    result = await probe("sql", **postgresql, query="SELECT 41", expected="42")

    assert result.message == "结果为“41”，应等于“42”"


async def test_no_row_is_down(postgresql):
    result = await probe("sql", **postgresql, query="SELECT 1 WHERE false")

    assert (result.state, result.message) == (State.DOWN, "查询没有返回任何行")


async def test_a_query_that_writes_is_refused_by_the_session(postgresql):
    result = await probe(
        "sql", **postgresql,
        query="WITH gone AS (DELETE FROM monitoring_monitor RETURNING 1) SELECT count(*) FROM gone",
    )  # fmt: skip

    assert (result.state, result.message) == (State.DOWN, "查询语句试图写入，已被只读会话拒绝")


async def test_a_session_cannot_be_made_writable_by_the_query(postgresql):
    result = await probe(
        "sql", **postgresql,
        query="SELECT set_config('transaction_read_only', 'off', false), nextval('monitoring_monitor_id_seq')",
    )  # fmt: skip

    assert result.state == State.DOWN


async def test_a_broken_query_is_down_with_the_servers_reason(postgresql):
    result = await probe("sql", **postgresql, query="SELECT no_such_column")

    assert result.message.startswith("查询失败（42703）")


async def test_a_slow_query_is_down_after_the_timeout(postgresql):
    result = await probe("sql", **postgresql, query="SELECT pg_sleep(30)", timeout=0.5)

    assert result.state == State.DOWN


async def test_an_unknown_database_is_down_in_words(postgresql):
    result = await probe("sql", **{**postgresql, "database": "no_such_database"})

    assert (result.state, result.message) == (State.DOWN, "数据库或用户不存在")


@pytest.mark.parametrize("engine", [POSTGRESQL, MARIADB])
async def test_nobody_listening_is_down_in_words(engine):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))

        result = await probe(
            "sql", engine=engine, host="127.0.0.1", port=free.getsockname()[1],
            database="oa", username="u", password="s3cret",
        )  # fmt: skip

    assert (result.state, result.message) == (State.DOWN, "连接被拒绝，端口没有服务在监听")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DELETE FROM t", "只能写查询语句（SELECT、WITH、SHOW）"),
        ("SELECT 1; DROP TABLE t", "只能写一条语句，请去掉分号"),
        ("", "只能写查询语句（SELECT、WITH、SHOW）"),
    ],
)
def test_only_one_reading_statement_is_accepted(query, words):
    found = faults("sql", host="a", database="d", username="u", query=query)

    assert found == {"query": words}


def test_a_trailing_semicolon_is_forgiven():
    assert faults("sql", host="a", database="d", username="u", query="SELECT 1;") == {}
