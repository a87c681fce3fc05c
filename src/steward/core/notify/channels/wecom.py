from steward.core.notify.channels._http import check_code, post_json
from steward.core.notify.registry import CHANNELS, Channel, Envelope, Setting

BUSY = frozenset({-1, 45009, 45033})


@CHANNELS.register
class WeCom(Channel):
    """A robot of a WeCom group."""

    code = "wecom"
    label = "企业微信群机器人"
    settings = (
        Setting("key", "机器人 key", is_secret=True),
        Setting("url", "接口地址", default="https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
    )

    def send(self, envelope: Envelope) -> str:
        text: dict[str, object] = {"content": envelope.text}
        if envelope.mobile:
            text["mentioned_mobile_list"] = [envelope.mobile]
        answer = post_json(
            self.values["url"],
            {"msgtype": "text", "text": text},
            params={"key": self.values["key"]},
            label=self.label,
        )
        check_code(answer.get("errcode", -1), answer.get("errmsg", ""), label=self.label, busy=BUSY)
        return "机器人已接收"
