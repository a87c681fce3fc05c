"""What a notification channel states about itself, and the registry of them."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from steward.kernel.errors import StewardError
from steward.kernel.registry import Extension, Registry


class ChannelRejectedError(StewardError):
    """The other side refuses for good: wrong settings, no address. Not tried again."""

    code = "notify.rejected"
    status = 422


class ChannelUnavailableError(StewardError):
    """The other side cannot be reached or is busy. Tried again later."""

    code = "notify.unavailable"
    status = 503


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an administrator fills in for a channel; secrets are stored encrypted."""

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A notice on its way to one person; `url` is absolute when the platform's address is known."""

    title: str
    body: str
    url: str
    name: str = ""
    email: str = ""
    mobile: str = ""

    @property
    def text(self) -> str:
        """Title, body and address as plain text."""
        return "\n".join(part for part in (self.title, self.body, self.url) if part)


class Channel(Extension):
    """Sends one envelope; made anew for every delivery with the decrypted settings.

    `send` returns the receipt of the other side, or raises ChannelRejectedError or
    ChannelUnavailableError with a sentence that holds no secret.
    """

    settings: ClassVar[tuple[Setting, ...]] = ()
    is_external: ClassVar[bool] = True
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = {s.name: values.get(s.name) or s.default for s in self.settings}
        for setting in self.settings:
            if setting.is_required and not self.values[setting.name]:
                raise ChannelRejectedError(f"通知渠道“{self.label}”没有填写“{setting.label}”")

    @abstractmethod
    def send(self, envelope: Envelope) -> str:
        """Hand over one envelope."""


CHANNELS: Registry[Channel] = Registry("steward.core.notify.channels")
