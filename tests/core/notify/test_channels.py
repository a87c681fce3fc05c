"""Each channel against a server that speaks its real protocol."""

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest

from steward.core.notify.registry import (
    CHANNELS,
    ChannelRejectedError,
    ChannelUnavailableError,
    Envelope,
)
from tests.fakes.smtp import smtp_server
from tests.fakes.webhook import Webhook, webhook

LETTER = Envelope(
    title="工单即将超时",
    body="剩 10 分钟",
    url="https://platform.test/desk/7/",
    name="值守员",
    email="duty@office.test",
    mobile="13800000000",
)
SECRET = "s3cr3t-of-the-robot"


@pytest.fixture
def server() -> Iterator[Webhook]:
    with webhook() as running:
        yield running


def settings_for(code: str, server: Webhook) -> dict[str, str]:
    shared = {"url": server.url, "token": "tok", "key": "tok", "secret": SECRET}
    extra = {"sms": {"app_id": "steward", "template_id": "T7"}}
    return shared | extra.get(code, {})


def send(code: str, server: Webhook, **changes: str) -> str:
    return CHANNELS.get(code)(settings_for(code, server) | changes).send(LETTER)


def test_dingtalk_gets_a_signed_text_that_mentions_the_person(server):
    send("dingtalk", server)

    got = server.received[0]
    text = f"{got.query['timestamp']}\n{SECRET}".encode()
    sign = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
    assert (got.query["access_token"], got.query["sign"]) == ("tok", sign)
    assert got.body["at"] == {"atMobiles": ["13800000000"]}
    assert "工单即将超时" in got.body["text"]["content"]


def test_wecom_gets_the_text_and_the_mobile_to_mention(server):
    send("wecom", server)

    got = server.received[0]
    assert got.query == {"key": "tok"}
    assert got.body["text"]["mentioned_mobile_list"] == ["13800000000"]


def test_feishu_gets_a_signed_text_at_its_own_address(server):
    server.answers = [(200, {"code": 0, "msg": "success"})]

    send("feishu", server)

    got = server.received[0]
    digest = hmac.new(f"{got.body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert got.path == "/tok"
    assert got.body["sign"] == base64.b64encode(digest).decode()


def test_sms_gets_its_template_signed_over_all_that_matters(server):
    server.answers = [(200, {"code": 0, "id": "M-1"})]

    receipt = send("sms", server)

    body = server.received[0].body
    names = ("app_id", "mobile", "template_id", "timestamp", "nonce")
    text = "\n".join(body[name] for name in names).encode()
    assert receipt == "M-1"
    assert body["sign"] == hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    assert body["params"]["title"] == "工单即将超时"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_any_other_service_is_reached_through_apprise(server):
    send("other", server, url=server.url.replace("http://", "json://") + "/hook")

    assert server.received[0].body["title"] == "工单即将超时"


@pytest.mark.parametrize("code", ["dingtalk", "wecom", "feishu", "sms"])
def test_a_refusal_inside_http_200_is_a_refusal(code, server):
    server.answers = [(200, {"errcode": 310000, "code": 310000, "errmsg": "sign not match"})]

    with pytest.raises(ChannelRejectedError, match="310000"):
        send(code, server)


@pytest.mark.parametrize(
    ("code", "busy"),
    [("dingtalk", 130101), ("wecom", 45009), ("feishu", 11232), ("sms", 429)],
)
def test_a_rate_limit_is_tried_again_later(code, busy, server):
    server.answers = [(200, {"errcode": busy, "code": busy})]

    with pytest.raises(ChannelUnavailableError):
        send(code, server)


@pytest.mark.parametrize("code", ["dingtalk", "wecom", "feishu", "sms"])
def test_what_cannot_be_reached_says_so_without_a_secret(code):
    values = {"url": "http://127.0.0.1:9", "token": SECRET, "key": SECRET, "secret": SECRET,
              "app_id": "a", "template_id": "t"}  # fmt: skip

    with pytest.raises(ChannelUnavailableError) as caught:
        CHANNELS.get(code)(values).send(LETTER)

    assert SECRET not in str(caught.value)


def test_mail_is_handed_to_the_smtp_server():
    with smtp_server() as box:
        values = {
            "host": "127.0.0.1",
            "port": str(box.port),
            "security": "none",
            "sender": "a@b.test",
        }

        CHANNELS.get("mail")(values).send(LETTER)

    assert box.messages[0]["To"] == "duty@office.test"
    assert box.messages[0]["Subject"].strip() == "【政务管家】工单即将超时"
    assert "https://platform.test/desk/7/" in box.messages[0].get_content()


def test_a_refused_mail_address_is_a_refusal():
    with smtp_server() as box:
        box.refuse = {"duty@office.test"}
        values = {
            "host": "127.0.0.1",
            "port": str(box.port),
            "security": "none",
            "sender": "a@b.test",
        }

        with pytest.raises(ChannelRejectedError, match="拒绝"):
            CHANNELS.get("mail")(values).send(LETTER)


@pytest.mark.parametrize("code", [cls.code for cls in CHANNELS if cls.is_external])
def test_a_channel_without_its_settings_names_what_is_missing(code):
    with pytest.raises(ChannelRejectedError, match="没有填写"):
        CHANNELS.get(code)({})
