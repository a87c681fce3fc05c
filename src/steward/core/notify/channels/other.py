import apprise

from steward.core.notify.registry import (
    CHANNELS,
    Channel,
    ChannelRejectedError,
    ChannelUnavailableError,
    Envelope,
    Setting,
)


@CHANNELS.register
class Other(Channel):
    """Any other service that the library apprise knows, by its address.

    Apprise tells only whether it went well, so a failure counts as one that may pass.
    """

    code = "other"
    label = "其他（Apprise 地址）"
    settings = (
        Setting("url", "Apprise 地址", is_secret=True, help="例如 jsons://主机/路径 或 bark://…"),
    )

    def send(self, envelope: Envelope) -> str:
        sender = apprise.Apprise()
        if not sender.add(self.values["url"]):
            raise ChannelRejectedError("Apprise 不认识这个地址，请检查渠道设置")
        text = "\n".join(part for part in (envelope.body, envelope.url) if part)
        if not sender.notify(title=envelope.title, body=text or envelope.title):
            raise ChannelUnavailableError("Apprise 没有送达，稍后再试")
        return "已送达"
