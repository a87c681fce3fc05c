import json
from urllib.parse import parse_qs

import pytest

from steward.operations.monitoring.registry import State
from tests.fakes.web import Answer, Request, web_server
from tests.operations.monitoring.support import faults, probe


def prometheus(*values: str, kind: str = "vector"):
    """A server that speaks the query API: one series per value."""

    def answer(request: Request) -> Answer:
        query = parse_qs(request.body.decode()).get("query", [""])[0]
        if request.path != "/api/v1/query" or ("(" in query and ")" not in query):
            error = {"status": "error", "errorType": "bad_data", "error": "parse error"}
            return Answer(400, json.dumps(error).encode())
        series = [{"metric": {"n": str(n)}, "value": [1, v]} for n, v in enumerate(values)]
        result = series if kind == "vector" else [1, values[0]]
        body = {"status": "success", "data": {"resultType": kind, "result": result}}
        return Answer(200, json.dumps(body).encode())

    return answer


async def look(server, **settings):
    known = {"query": "up", "comparison": "不小于", "threshold": "1"} | settings
    with web_server(server) as port:
        return await probe("prometheus", url=f"http://127.0.0.1:{port}/", **known)


@pytest.mark.parametrize(
    ("server", "state", "words"),
    [
        (prometheus("1", "1.5"), State.UP, "2 条都满足，如 1"),
        (prometheus("1", "0"), State.DOWN, "1 / 2 条不满足“不小于 1”，如 0"),
        (prometheus("NaN"), State.DOWN, "1 / 1 条不满足“不小于 1”，如 NaN"),
        (prometheus(), State.DOWN, "查询没有结果，请检查指标名"),
        (prometheus("7", kind="scalar"), State.UP, "1 条都满足，如 7"),
        (prometheus("7", kind="matrix"), State.DOWN, "查询须得到即时向量或标量，请去掉时间范围"),
    ],
)
async def test_every_series_must_meet_the_threshold(server, state, words):
    result = await look(server)

    assert (result.state, result.message) == (state, words)


async def test_a_refused_query_is_down_with_the_servers_reason():
    result = await look(prometheus("1"), query="sum(up")

    assert (result.state, result.message) == (State.DOWN, "查询被拒绝：parse error")


async def test_another_server_is_down_in_words():
    result = await look(lambda _: Answer(200, b"<html>"))

    assert (result.state, result.message) == (State.DOWN, "返回 200，不是 Prometheus 的应答")


def test_a_threshold_that_is_no_number_is_refused_in_words():
    found = faults("prometheus", url="http://a", query="up", threshold="many")

    assert found == {"threshold": "“many”不是数字"}
