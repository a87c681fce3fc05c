import base64
import hashlib
import hmac

from steward.core.notify.channels._http import check_code, post_json
from steward.core.notify.registry import CHANNELS, Channel, Envelope, Setting
from steward.kernel.instants import now

BUSY = frozenset({-1, 11232, 99991400})


@CHANNELS.register
class Feishu(Channel):
    """A custom robot of a Feishu group, signed where a key is given."""

    code = "feishu"
    label = "飞书群机器人"
    settings = (
        Setting("token", "webhook 末段", is_secret=True),
        Setting("secret", "签名密钥", is_secret=True, is_required=False),
        Setting("url", "接口地址", default="https://open.feishu.cn/open-apis/bot/v2/hook"),
    )

    def send(self, envelope: Envelope) -> str:
        body = {
            "msg_type": "text",
            "content": {"text": envelope.text},
            **self._signature(),
        }
        url = f"{self.values['url'].rstrip('/')}/{self.values['token']}"
        answer = post_json(url, body, params={}, label=self.label)
        code = answer.get("code", answer.get("StatusCode", -1))
        check_code(code, answer.get("msg", ""), label=self.label, busy=BUSY)
        return "机器人已接收"

    def _signature(self) -> dict[str, str]:
        secret = self.values["secret"]
        if not secret:
            return {}
        timestamp = str(int(now().timestamp()))
        digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode()}
