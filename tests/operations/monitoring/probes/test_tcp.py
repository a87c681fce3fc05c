import socket

import pytest

from steward.operations.monitoring.registry import State
from tests.fakes.web import Answer, web_server
from tests.operations.monitoring.support import faults, probe


async def test_an_open_port_is_up():
    with web_server(lambda _: Answer()) as port:
        result = await probe("tcp", host="127.0.0.1", port=port)

    assert result.state == State.UP
    assert result.latency is not None


async def test_a_closed_port_is_down_in_words():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        result = await probe("tcp", host="127.0.0.1", port=port)

    assert (result.state, result.message) == (State.DOWN, "连接被拒绝，端口没有服务在监听")


async def test_a_port_that_does_not_answer_is_down_after_the_timeout():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(deaf.getsockname())

        result = await probe("tcp", host="127.0.0.1", port=deaf.getsockname()[1], timeout=0.3)

    for filler in fillers:
        filler.close()
    assert (result.state, result.message) == (State.DOWN, "超过 0.3 秒没有回应")


@pytest.mark.parametrize(
    ("port", "words"), [("x", "应为整数"), (0, "不能小于 1"), (70_000, "不能大于 65535")]
)
def test_a_wrong_port_is_refused_in_words(port, words):
    assert faults("tcp", host="a", port=port) == {"port": words}


def test_a_missing_host_is_refused_in_words():
    assert faults("tcp", port=80) == {"host": "请填写"}
