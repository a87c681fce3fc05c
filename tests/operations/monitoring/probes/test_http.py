import base64
import socket
import ssl
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.operations.monitoring.http_client import tls_context
from steward.operations.monitoring.json_path import MissingPathError, find
from steward.operations.monitoring.probes.http import HttpSettings, status_ranges
from steward.operations.monitoring.registry import State
from tests.fakes.web import Answer, Request, server_context, web_server
from tests.operations.monitoring.support import faults, probe

JSON = b'{"data": {"items": [{"status": "\xe6\xad\xa3\xe5\xb8\xb8"}], "count": 3}}'


@pytest.mark.parametrize(
    ("answer", "asked", "words"),
    [
        (Answer(500), {}, "返回 500，应为 200-399"),
        (Answer(204), {"expect_status": "200"}, "返回 204，应为 200"),
        (Answer(200, b"login"), {"expect_text": "欢迎"}, "页面里没有“欢迎”"),
        (Answer(200, b"<p>"), {"json_path": "$.a"}, "返回的内容不是 JSON"),
        (Answer(200, JSON), {"json_path": "$.data.x"}, "返回的 JSON 里没有 $.data.x"),
        (
            Answer(200, JSON),
            {"json_path": "$.data.count", "json_equals": "4"},
            "$.data.count 为“3”，应为“4”",
        ),
    ],
)
async def test_what_is_not_as_expected_is_down_and_says_why(answer, asked, words):
    with web_server(lambda _: answer) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}/", **asked)

    assert (result.state, result.message) == (State.DOWN, words)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (Answer(), {}),
        (Answer(404), {"expect_status": "200，400-404"}),
        (Answer(200, "欢迎你".encode()), {"expect_text": "欢迎"}),
        (Answer(200, JSON), {"json_path": "$.data.items[0].status", "json_equals": "正常"}),
        (Answer(200, JSON), {"json_path": "$.data.count", "json_equals": "3"}),
    ],
)
async def test_what_is_as_expected_is_up(answer, asked):
    with web_server(lambda _: answer) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}/", **asked)

    assert result.state == State.UP


async def test_method_headers_body_and_credentials_are_sent():
    seen: list[Request] = []

    def remember(request: Request) -> Answer:
        seen.append(request)
        return Answer()

    with web_server(remember) as port:
        await probe(
            "http", url=f"http://127.0.0.1:{port}/api", method="POST", headers="X-From: steward",
            body="ping", username="u", password="p", secret_headers="X-Token: t0ken",
        )  # fmt: skip

    request = seen[0]
    basic = base64.b64encode(b"u:p").decode()
    assert (request.method, request.path, request.body) == ("POST", "/api", b"ping")
    assert (request.headers["x-from"], request.headers["x-token"]) == ("steward", "t0ken")
    assert request.headers["authorization"] == f"Basic {basic}"


async def test_a_redirect_is_followed_unless_told_not_to():
    def answer(request: Request) -> Answer:
        return Answer() if request.path == "/there" else Answer(302, b"", {"Location": "/there"})

    with web_server(answer) as port:
        url = f"http://127.0.0.1:{port}/"
        followed = await probe("http", url=url, expect_status="200")
        stayed = await probe("http", url=url, expect_status="200", follow_redirects=False)

    assert (followed.state, stayed.state) == (State.UP, State.DOWN)


async def test_an_endless_redirect_is_down():
    with web_server(lambda _: Answer(302, b"", {"Location": "/"})) as port:
        result = await probe("http", url=f"http://127.0.0.1:{port}/")

    assert (result.state, result.message) == (State.DOWN, "跳转次数过多")


async def test_a_self_made_certificate_is_refused_unless_told_not_to_check(tmp_path):
    tls = server_context(tmp_path, begins=datetime.now(UTC) - timedelta(days=1), days=30)  # noqa: TID251
    with web_server(lambda _: Answer(), tls=tls) as port:
        checked = await probe("http", url=f"https://127.0.0.1:{port}/")
        trusting = await probe("http", url=f"https://127.0.0.1:{port}/", verify_tls=False)

    assert checked.state == State.DOWN
    assert checked.message.startswith("证书校验不通过")
    assert trusting.state == State.UP


async def test_plain_http_where_tls_is_expected_is_down_in_words():
    with web_server(lambda _: Answer()) as port:
        result = await probe("http", url=f"https://127.0.0.1:{port}/")

    assert (result.state, result.message) == (State.DOWN, "对方没有使用 TLS 加密")


async def test_nobody_listening_is_down_in_words():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))

        result = await probe("http", url=f"http://127.0.0.1:{free.getsockname()[1]}/")

    assert result.state == State.DOWN
    assert "连接被拒绝" in result.message


async def test_what_does_not_speak_http_is_down_in_words():
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = _answer_rubbish(server)
        result = await probe("http", url=f"http://127.0.0.1:{server.getsockname()[1]}/")

    answering.join()
    assert (result.state, result.message) == (State.DOWN, "对方的应答不符合 HTTP 协议")


def _answer_rubbish(server: socket.socket):
    def once() -> None:
        peer, _ = server.accept()
        with peer:
            peer.recv(1000)
            peer.sendall(b"220 mail ready\r\n")

    thread = Thread(target=once)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "ftp://a/", "网址须以 http:// 或 https:// 开头，并写明主机"),
        ("url", "http://u:p@a/", "网址里不要写用户名和密码，请填在专门的栏里"),
        ("url", "http://[::1/", "网址的写法有误，请检查主机与端口"),
        ("expect_status", "2xx", "“2xx”不是状态码，请写成 200 或 200-399，多个用逗号分开"),
        ("expect_status", "399-200", "“399-200”的范围前大后小"),
        ("headers", "no colon", "第 1 行不是“名称: 值”的格式"),
        ("secret_headers", "secret-without-colon", "第 1 行不是“名称: 值”的格式"),
        ("latency_limit_ms", -1, "不能小于 0"),
        ("method", "TRACE", "应为 'GET', 'HEAD', 'POST', 'PUT' or 'OPTIONS' 之一"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(field, value, words):
    assert faults("http", **({"url": "http://a/"} | {field: value})) == {field: words}


def test_secrets_are_not_in_the_words_of_the_settings():
    settings = HttpSettings(url="http://a/", password="s3cret", secret_headers="X: s3cret")

    assert "s3cret" not in repr(settings)
    assert "s3cret" not in settings.model_dump_json()


@given(st.lists(st.tuples(st.integers(100, 599), st.integers(100, 599)), min_size=1, max_size=5))
def test_status_ranges_read_back_what_was_written(pairs):
    wanted = [(min(p), max(p)) for p in pairs]

    assert status_ranges(",".join(f"{a}-{b}" for a, b in wanted)) == wanted


@given(st.recursive(st.integers(), lambda inner: st.lists(inner, min_size=1) | st.dictionaries(
    st.text("abc", min_size=1), inner, min_size=1), max_leaves=8), st.data())  # fmt: skip
def test_every_place_of_a_document_is_found_by_its_path(document, data):
    path, value = "$", document
    while isinstance(value, list | dict):
        key = data.draw(
            st.sampled_from(range(len(value)) if isinstance(value, list) else sorted(value))
        )
        path += f"[{key}]" if isinstance(value, list) else f".{key}"
        value = value[key]

    assert find(document, path) == value


@pytest.mark.parametrize("path", ["$.a.b", "$[0]", "$.a[5]", "$.a[", "$..a"])
def test_a_path_that_leads_nowhere_says_so(path):
    with pytest.raises(MissingPathError):
        find({"a": [1]}, path)


def test_the_tls_context_is_made_once():
    assert tls_context(verify=True) is tls_context(verify=True)
    assert tls_context(verify=False).verify_mode == ssl.CERT_NONE
