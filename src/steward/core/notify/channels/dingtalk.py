import base64
import hashlib
import hmac

from steward.core.notify.channels._http import check_code, post_json
from steward.core.notify.registry import CHANNELS, Channel, Envelope, Setting
from steward.kernel.instants import now

BUSY = frozenset({-1, 130101, 130102, 660026})


@CHANNELS.register
class DingTalk(Channel):
    """A custom robot of a DingTalk group (also 浙政钉 and 专有钉钉), signed where a key is given."""

    code = "dingtalk"
    label = "钉钉群机器人"
    settings = (
        Setting("token", "access_token", is_secret=True),
        Setting("secret", "加签密钥", is_secret=True, is_required=False),
        Setting(
            "url",
            "接口地址",
            default="https://oapi.dingtalk.com/robot/send",
            help="专有钉钉填写本单位的地址",
        ),
    )

    def send(self, envelope: Envelope) -> str:
        text = f"{envelope.text}\n@{envelope.mobile}" if envelope.mobile else envelope.text
        body = {
            "msgtype": "text",
            "text": {"content": text},
            "at": {"atMobiles": [envelope.mobile] if envelope.mobile else []},
        }
        params = {"access_token": self.values["token"], **self._signature()}
        answer = post_json(self.values["url"], body, params=params, label=self.label)
        check_code(answer.get("errcode", -1), answer.get("errmsg", ""), label=self.label, busy=BUSY)
        return "机器人已接收"

    def _signature(self) -> dict[str, str]:
        secret = self.values["secret"]
        if not secret:
            return {}
        timestamp = str(int(now().timestamp() * 1000))
        digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
        return {"timestamp": timestamp, "sign": base64.b64encode(digest.digest()).decode()}
