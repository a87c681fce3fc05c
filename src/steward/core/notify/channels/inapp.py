from steward.core.notify.registry import CHANNELS, Channel, Envelope


@CHANNELS.register
class InApp(Channel):
    """The message itself: it is already there when it is sent."""

    code = "inapp"
    label = "站内消息"
    is_external = False

    def send(self, envelope: Envelope) -> str:  # noqa: ARG002
        return "已送达"
