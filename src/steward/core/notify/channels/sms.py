import hashlib
import hmac
import secrets

from steward.core.notify.channels._http import check_code, post_json
from steward.core.notify.registry import (
    CHANNELS,
    Channel,
    ChannelRejectedError,
    Envelope,
    Setting,
)
from steward.kernel.instants import now

BUSY = frozenset({429, 503})
LONGEST_TEXT = 60


@CHANNELS.register
class Sms(Channel):
    """The office's SMS gateway: a template with two parameters, signed with HMAC-SHA256.

    The signature covers `app_id`, `mobile`, `template_id`, `timestamp` and `nonce`, joined by line
    breaks in this order; the answer is `{"code": 0, "message": "", "id": "…"}`.
    """

    code = "sms"
    label = "短信"
    settings = (
        Setting("url", "短信网关地址"),
        Setting("app_id", "应用标识"),
        Setting("secret", "签名密钥", is_secret=True),
        Setting("template_id", "模板编号", help="模板参数：title、url"),
    )

    def send(self, envelope: Envelope) -> str:
        if not envelope.mobile:
            raise ChannelRejectedError(f"“{envelope.name}”没有登记手机号")
        values = self.values
        signed = {
            "app_id": values["app_id"],
            "mobile": envelope.mobile,
            "template_id": values["template_id"],
            "timestamp": str(int(now().timestamp())),
            "nonce": secrets.token_hex(8),
        }
        text = "\n".join(signed.values()).encode()
        sign = hmac.new(values["secret"].encode(), text, hashlib.sha256).hexdigest()
        body = {
            **signed,
            "sign": sign,
            "params": {"title": envelope.title[:LONGEST_TEXT], "url": envelope.url},
        }
        answer = post_json(values["url"], body, params={}, label=self.label)
        check_code(answer.get("code", -1), answer.get("message", ""), label=self.label, busy=BUSY)
        return str(answer.get("id", ""))
