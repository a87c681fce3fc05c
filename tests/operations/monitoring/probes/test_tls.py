from datetime import timedelta

import pytest

from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.registry import State
from tests.fakes.web import Answer, server_context, web_server
from tests.operations.monitoring.support import faults, probe

BEGINS = wall_clock().replace(microsecond=0) - timedelta(days=1)


async def look(folder, *, days=90, after=0, **settings):
    """Probe a fresh certificate of `days`, `after` so many days."""
    tls = server_context(folder, begins=BEGINS, days=days)
    with web_server(lambda _: Answer(), tls=tls) as port:
        return await probe(
            "tls", host="127.0.0.1", port=port, now=BEGINS + timedelta(days=after), **settings
        )


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (10, (State.UP, "证书还剩 80 天")),
        (80, (State.DOWN, "证书还剩 10 天，少于 15 天")),
        (91, (State.DOWN, "到期")),
        (-1, (State.DOWN, "才生效")),
    ],
)
async def test_the_days_left_decide(tmp_path, after, verdict):
    result = await look(tmp_path, after=after, verify_chain=False)

    assert result.state == verdict[0]
    assert verdict[1] in result.message


async def test_the_detail_names_subject_issuer_and_end(tmp_path):
    result = await look(tmp_path, verify_chain=False)

    assert result.detail["subject"] == result.detail["issuer"] == "oa.example"
    assert result.detail["not_after"] == (BEGINS + timedelta(days=90)).isoformat()


async def test_an_unknown_authority_is_down_when_the_chain_is_checked(tmp_path):
    result = await look(tmp_path)

    assert (result.state, result.message) == (State.DOWN, "证书校验不通过：自签名证书")


async def test_a_server_without_tls_is_down_in_words():
    with web_server(lambda _: Answer()) as port:
        result = await probe("tls", host="127.0.0.1", port=port)

    assert (result.state, result.message) == (State.DOWN, "对方没有使用 TLS 加密")


def test_negative_days_are_refused_in_words():
    assert faults("tls", host="a", days_left=-1) == {"days_left": "不能小于 0"}
