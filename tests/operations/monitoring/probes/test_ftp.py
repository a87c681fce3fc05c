import os
import socket
from datetime import timedelta

import pytest

from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.registry import State
from tests.fakes.file_servers import PASSWORD, USER, ftp_server
from tests.operations.monitoring.support import faults, probe


@pytest.fixture
def folder(tmp_path):
    """Two archives, the newer one half an hour old, and a directory."""
    moment = wall_clock().timestamp()
    for name, minutes in (("a.zip", 600), ("b.zip", 30)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (moment - minutes * 60,) * 2)
    (tmp_path / "old.zip").mkdir()
    return tmp_path


async def look(folder, **settings):
    known = {"username": USER, "password": PASSWORD, "now": wall_clock()} | settings
    with ftp_server(folder) as port:
        return await probe("ftp", host="127.0.0.1", port=port, **known)


async def test_a_listing_with_fresh_files_is_up(folder):
    result = await look(folder, pattern="*.zip", min_files=2, max_age_minutes=60)

    assert (result.state, result.message) == (State.UP, "最新文件距今 30 分钟")
    assert result.detail["files"] == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"max_age_minutes": 10}, "最新文件距今 30 分钟，超过 10 分钟"),
        ({"pattern": "*.xml", "min_files": 1}, "符合 *.xml 的文件有 0 个，少于 1 个"),
        ({"pattern": "*.xml", "max_age_minutes": 5}, "没有符合 *.xml 且带时间的文件，无法判断新旧"),
        ({"password": "wrong"}, "用户名或密码不对"),
        ({"path": "/missing"}, "目录 /missing 不存在或不可读"),
    ],
)
async def test_what_is_missing_is_down_and_says_why(folder, asked, words):
    result = await look(folder, **asked)

    assert (result.state, result.message) == (State.DOWN, words)


async def test_a_login_is_enough_when_nothing_more_is_asked(folder):
    result = await look(folder)

    assert (result.state, result.message) == (State.UP, "登录成功，文件 2 个")


async def test_nobody_listening_is_down_in_words():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))

        result = await probe("ftp", host="127.0.0.1", port=free.getsockname()[1])

    assert result.state == State.DOWN
    assert "连接被拒绝" in result.message


async def test_a_clock_that_runs_ahead_makes_no_negative_age(folder):
    result = await look(folder, max_age_minutes=60, now=wall_clock() - timedelta(hours=5))

    assert result.message == "最新文件距今 0 分钟"


def test_a_negative_age_is_refused_in_words():
    assert faults("ftp", host="a", max_age_minutes=-5) == {"max_age_minutes": "不能小于 0"}
