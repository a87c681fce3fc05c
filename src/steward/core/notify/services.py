from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from procrastinate.contrib.django import app as queue

from steward.core.audit import api as audit
from steward.core.notify.choices import DeliveryStatus, Urgency
from steward.core.notify.models import ChannelConfig, Delivery, Message, Preference
from steward.core.notify.queries import (
    IN_APP,
    PreferenceInfo,
    enabled_channels,
    is_enabled,
    make_channel,
    message_of,
    messages_of,
    preferences_of,
)
from steward.core.notify.registry import (
    CHANNELS,
    ChannelRejectedError,
    ChannelUnavailableError,
    Envelope,
)
from steward.core.notify.secrets import UnreadableSecretError, encrypt
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError
from steward.kernel.instants import now as wall_clock
from steward.kernel.registry import UnknownCodeError
from steward.kernel.subjects import Subject

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=10)
FINAL = (ChannelRejectedError, UnreadableSecretError, UnknownCodeError)


class InvalidPreferenceError(InvalidError):
    """Hours that end before they begin, or a channel that does not exist."""

    code = "notify.invalid_preference"


@dataclass(frozen=True, slots=True)
class Notice:
    """What people are to be told: `recipients` are user ids, `url` a path of the platform.

    `urgency` is info, normal or urgent; urgent ones go out at any hour.
    """

    recipients: Sequence[int]
    title: str
    body: str = ""
    url: str = ""
    urgency: str = Urgency.NORMAL


@transaction.atomic
def send(notice: Notice, *, now: datetime) -> list[int]:
    """Write a message for every recipient and queue its deliveries; returns the message ids.

    Everything is queued in the caller's transaction: when the cause is undone, nobody is told.
    Unknown and disabled people are left out.
    """
    known = get_user_model().objects.filter(pk__in=set(notice.recipients), is_active=True)
    ids = sorted(known.values_list("pk", flat=True))
    chosen, usable = preferences_of(ids), enabled_channels()
    sent = []
    for user_id in ids:
        message = Message.objects.create(
            recipient_id=user_id,
            title=notice.title[:200],
            body=notice.body,
            url=notice.url,
            urgency=Urgency(notice.urgency),
            created_at=now,
        )
        preference = chosen.get(user_id, PreferenceInfo())
        for code in preference.channels_for(notice.urgency):
            if code in usable:
                _queue(message, code, preference, now=now)
        sent.append(message.pk)
    return sent


def _queue(message: Message, code: str, preference: PreferenceInfo, *, now: datetime) -> None:
    if code == IN_APP:
        Delivery.objects.create(
            message=message, channel=code, status=DeliveryStatus.SENT, attempts=1,
            due_at=now, finished_at=now,
        )  # fmt: skip
        return
    due_at = preference.due_at(message.urgency, code, now)
    row = Delivery.objects.create(message=message, channel=code, due_at=due_at)
    deliver.configure(schedule_at=due_at).defer(delivery_id=row.pk)


@transaction.atomic
def send_test(code: str, *, user_id: int, title: str, now: datetime) -> int:
    """Queue a test message for one person through one channel, enabled or not."""
    message = Message.objects.create(
        recipient_id=user_id, title=title, body="收到这条消息，说明该通知渠道可以使用。",
        urgency=Urgency.URGENT, created_at=now,
    )  # fmt: skip
    _queue(message, code, PreferenceInfo(), now=now)
    return message.pk


@queue.task(name="notify.deliver", queue="notify")
def deliver(delivery_id: int) -> None:
    """Try one delivery; what may pass is tried six times with growing waits, the rest fails.

    No transaction is open while the other side is asked; a worker killed in between sends again.
    """
    row = Delivery.objects.select_related("message").filter(pk=delivery_id).first()
    if row is None or row.status != DeliveryStatus.QUEUED:
        return
    row.attempts += 1
    row.save(update_fields=["attempts"])
    try:
        receipt = make_channel(row.channel).send(_envelope(row.message))
    except FINAL as error:
        _finish(row, DeliveryStatus.FAILED, error=error.message)
    except ChannelUnavailableError as error:
        _try_later(row, error.message)
    else:
        _finish(row, DeliveryStatus.SENT, receipt=receipt)


def send_now(code: str, envelope: Envelope) -> str:
    """Hand one envelope to a channel at once, for people without an account; its receipt.

    Nothing is stored, so that a secret in the text stays out of the database. Call it outside a
    transaction. ChannelRejectedError, also for a disabled channel; ChannelUnavailableError.
    """
    if not is_enabled(code):
        raise ChannelRejectedError(f"通知渠道“{code}”没有启用")
    return make_channel(code).send(envelope)


def _envelope(message: Message) -> Envelope:
    person = message.recipient
    return Envelope(
        title=message.title,
        body=message.body,
        url=_absolute(message.url),
        name=person.get_full_name(),
        email=person.email,
        mobile=person.mobile,
    )


def _absolute(url: str) -> str:
    """The address with the platform's own origin, where one is configured."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return f"{origins[0]}{url}" if origins and url.startswith("/") else url


def _finish(row: Delivery, status: str, *, receipt: str = "", error: str = "") -> None:
    row.status, row.receipt, row.error = status, receipt[:200], error
    row.finished_at = wall_clock()
    row.save(update_fields=["status", "receipt", "error", "finished_at"])


@transaction.atomic
def _try_later(row: Delivery, error: str) -> None:
    if row.attempts >= MOST_ATTEMPTS:
        _finish(row, DeliveryStatus.FAILED, error=f"{error}（已试 {row.attempts} 次）")
        return
    row.error = error
    row.due_at = wall_clock() + FIRST_WAIT * 4 ** (row.attempts - 1)
    row.save(update_fields=["error", "due_at"])
    deliver.configure(schedule_at=row.due_at).defer(delivery_id=row.pk)


@transaction.atomic
def retry_delivery(delivery_id: int, *, now: datetime) -> None:
    """Queue a failed delivery again from its first attempt."""
    rows = Delivery.objects.filter(pk=delivery_id, status=DeliveryStatus.FAILED)
    if rows.update(status=DeliveryStatus.QUEUED, attempts=0, due_at=now, finished_at=None):
        deliver.defer(delivery_id=delivery_id)


def mark_read(message_id: int, *, user_id: int, now: datetime) -> Message:
    """A person has seen one of their messages; NotFoundError for somebody else's."""
    row = message_of(message_id, user_id)
    if row.read_at is None:
        row.read_at = now
        row.save(update_fields=["read_at"])
    return row


def mark_all_read(*, user_id: int, now: datetime) -> int:
    """How many were unread."""
    return messages_of(user_id).filter(read_at=None).update(read_at=now)


@transaction.atomic
def set_preference(
    user_id: int,
    channels: Mapping[str, Sequence[str]],
    *,
    from_time: time | None,
    until_time: time | None,
) -> None:
    """Keep how a person wants to be told; InvalidPreferenceError for hours the wrong way round."""
    if (from_time is None) != (until_time is None):
        raise InvalidPreferenceError("接收时段的开始和结束须同时填写，或都不填")
    if from_time is not None and until_time is not None and from_time >= until_time:
        raise InvalidPreferenceError("接收时段的结束时间须晚于开始时间")
    known = {cls.code for cls in CHANNELS}
    unknown = {code for codes in channels.values() for code in codes} - known
    if unknown:
        raise InvalidPreferenceError(f"没有通知渠道“{min(unknown)}”")
    Preference.objects.update_or_create(
        user_id=user_id,
        defaults={
            "channels": {urgency: list(codes) for urgency, codes in channels.items()},
            "from_time": from_time,
            "until_time": until_time,
        },
    )


@transaction.atomic
def configure_channel(
    code: str, values: Mapping[str, str], *, is_enabled: bool, by: Actor, now: datetime
) -> None:
    """Keep a channel's settings; an empty secret leaves the stored one as it is.

    The audit row names what changed and never a value.
    """
    kind = CHANNELS.get(code)
    row = ChannelConfig.objects.select_for_update().filter(code=code).first()
    kept = dict(row.values) if row is not None else {}
    changed = []
    for setting in kind.settings:
        given = values.get(setting.name, "").strip()
        if setting.is_secret and given:
            kept[setting.name] = encrypt(given)
            changed.append(setting.label)
        elif not setting.is_secret and kept.get(setting.name, "") != given:
            kept[setting.name] = given
            changed.append(setting.label)
    if is_enabled:
        _require(kind.label, [s.label for s in kind.settings
                              if s.is_required and not (kept.get(s.name) or s.default)])  # fmt: skip
    ChannelConfig.objects.update_or_create(
        code=code, defaults={"is_enabled": is_enabled, "values": kept, "changed_at": now}
    )
    audit.record(
        "notify.channel_configured", Subject("notify.channel", code, kind.label), by=by, now=now,
        after={"state": "启用" if is_enabled else "停用", "changed": "、".join(changed) or "无"},
    )  # fmt: skip


def _require(label: str, missing: list[str]) -> None:
    if missing:
        raise InvalidPreferenceError(f"启用“{label}”前请填写：{'、'.join(missing)}")
