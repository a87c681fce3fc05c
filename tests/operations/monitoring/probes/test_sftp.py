import os
import socket

import asyncssh
import pytest

from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.registry import State
from tests.fakes.file_servers import PASSWORD, USER, sftp_server
from tests.operations.monitoring.support import faults, probe


@pytest.fixture
def folder(tmp_path):
    moment = wall_clock().timestamp()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.zip").write_text("x")
    os.utime(tmp_path / "in" / "b.zip", (moment - 1800,) * 2)
    return tmp_path


async def look(folder, **settings):
    known = {"username": USER, "password": PASSWORD, "path": "/in", "now": wall_clock()} | settings
    async with sftp_server(folder) as (port, _):
        return await probe("sftp", host="127.0.0.1", port=port, **known)


async def test_a_listing_with_fresh_files_is_up(folder):
    result = await look(folder, pattern="*.zip", min_files=1, max_age_minutes=60)

    assert (result.state, result.message) == (State.UP, "最新文件距今 30 分钟")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"max_age_minutes": 10}, "最新文件距今 30 分钟，超过 10 分钟"),
        ({"password": "wrong"}, "用户名、密码或私钥不对"),
        ({"path": "/missing"}, "目录 /missing 不存在"),
        ({"password": "", "private_key": "not a key"}, "私钥的格式无法识别"),
        ({"host_key": "SHA256:other"}, "主机指纹与登记的不符，可能被冒充，请核实"),
    ],
)
async def test_what_is_wrong_is_down_and_says_why(folder, asked, words):
    result = await look(folder, **asked)

    assert (result.state, result.message) == (State.DOWN, words)


async def test_a_private_key_and_the_known_fingerprint_let_us_in(folder):
    key = asyncssh.generate_private_key("ssh-ed25519")
    public = key.export_public_key().decode()
    async with sftp_server(folder, authorized=public) as (port, fingerprint):
        result = await probe(
            "sftp", host="127.0.0.1", port=port, username=USER, path="/in",
            private_key=key.export_private_key().decode(), host_key=fingerprint,
        )  # fmt: skip

    assert result.state == State.UP


async def test_nobody_listening_is_down_in_words():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))

        result = await probe(
            "sftp", host="127.0.0.1", port=free.getsockname()[1], username="a", password="b"
        )

    assert result.state == State.DOWN
    assert "连接被拒绝" in result.message


def test_one_way_in_is_needed():
    assert faults("sftp", host="a", username="u") == {"__all__": "密码与私钥须填一个"}
