from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import QuerySet

from steward.core.notify.choices import DEFAULT_CHANNELS, Urgency
from steward.core.notify.models import ChannelConfig, Delivery, Message, Preference
from steward.core.notify.registry import CHANNELS, Channel
from steward.core.notify.secrets import decrypt
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import at_local, local

IN_APP = "inapp"


@dataclass(frozen=True, slots=True)
class PreferenceInfo:
    """Channels for each urgency, and the local hours [start, end) for what is not urgent."""

    channels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: DEFAULT_CHANNELS)
    from_time: time | None = None
    until_time: time | None = None

    def channels_for(self, urgency: str) -> tuple[str, ...]:
        """In-app always; then what the person chose."""
        chosen = self.channels.get(urgency, DEFAULT_CHANNELS[urgency])
        return (IN_APP, *(code for code in chosen if code != IN_APP))

    def due_at(self, urgency: str, channel: str, now: datetime) -> datetime:
        """When an external message may go out: at once, or when the person's hours begin.

        Urgent ones never wait, and no clock of a work order depends on this.
        """
        if urgency == Urgency.URGENT or channel == IN_APP:
            return now
        if self.from_time is None or self.until_time is None:
            return now
        here = local(now)
        if self.from_time <= here.time() < self.until_time:
            return now
        day = here.date() + timedelta(days=1 if here.time() >= self.until_time else 0)
        return at_local(day, self.from_time.hour, self.from_time.minute)


def preferences_of(user_ids: list[int]) -> dict[int, PreferenceInfo]:
    """The preferences of people who stated some, in one query."""
    return {
        row.user_id: PreferenceInfo(
            {urgency: tuple(codes) for urgency, codes in row.channels.items()},
            row.from_time,
            row.until_time,
        )
        for row in Preference.objects.filter(user_id__in=user_ids)
    }


def preference_of(user_id: int) -> PreferenceInfo:
    return preferences_of([user_id]).get(user_id, PreferenceInfo())


def unread_count(user_id: int) -> int:
    """How many messages a person has not read, at most 100."""
    return messages_of(user_id).filter(read_at=None)[:100].count()


def messages_of(user_id: int) -> QuerySet[Message]:
    return Message.objects.filter(recipient_id=user_id)


def message_of(message_id: int, user_id: int) -> Message:
    """One's own message; NotFoundError for anybody else's."""
    row = messages_of(user_id).filter(pk=message_id).first()
    if row is None:
        raise NotFoundError("没有这条消息")
    return row


def enabled_channels() -> set[str]:
    """Codes of the channels that may be used: in-app, and what an administrator enabled."""
    rows = ChannelConfig.objects.filter(is_enabled=True).values_list("code", flat=True)
    return {IN_APP, *rows}


def is_enabled(code: str) -> bool:
    """Whether a channel may be used at present."""
    return code in enabled_channels()


def channel_values(code: str) -> dict[str, str]:
    """The settings of a channel with its secrets decrypted; for sending only."""
    row = ChannelConfig.objects.filter(code=code).first()
    stored = {} if row is None else row.values
    secret = {s.name for s in CHANNELS.get(code).settings if s.is_secret}
    return {
        name: decrypt(value) if name in secret and value else value
        for name, value in stored.items()
    }


def make_channel(code: str) -> Channel:
    """The channel with its stored settings; ChannelRejectedError when something is missing."""
    return CHANNELS.get(code)(channel_values(code))


def deliveries_in(status: str) -> QuerySet[Delivery]:
    rows = Delivery.objects.exclude(channel=IN_APP).select_related("message__recipient")
    return rows.filter(status=status) if status else rows
