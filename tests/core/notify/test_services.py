from datetime import date, time, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from steward.core.accounts.models import User
from steward.core.audit.models import AuditEntry
from steward.core.notify import api as notify
from steward.core.notify import services
from steward.core.notify.models import ChannelConfig, Delivery, Message
from steward.core.notify.queries import PreferenceInfo
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import at_local
from tests.fakes.webhook import webhook
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("duty", "x", name="值守员", mobile="13800000000")


def tell(person: User, urgency: str = "urgent") -> Message:
    notice = notify.Notice([person.pk], "磁盘将满", body="剩 3%", url="/x/", urgency=urgency)
    return Message.objects.get(pk=notify.send(notice, now=NOW)[0])


def enable_robot(url: str) -> None:
    services.configure_channel(
        "dingtalk", {"url": url, "token": "tok"}, is_enabled=True, by=SYSTEM, now=NOW
    )


def external(message: Message) -> Delivery:
    return message.deliveries.exclude(channel="inapp").get()


def test_a_notice_is_in_the_platform_at_once_and_counts_as_unread(person):
    tell(person)

    assert notify.unread_count(person.pk) == 1


def test_a_channel_that_nobody_enabled_is_not_used(person):
    message = tell(person)

    assert [row.channel for row in message.deliveries.all()] == ["inapp"]


def test_an_enabled_channel_gets_the_notice_and_the_delivery_is_recorded(person):
    with webhook() as server:
        enable_robot(server.url)
        message = tell(person)

        drain_jobs()

    assert (external(message).status, external(message).attempts) == ("sent", 1)
    assert "磁盘将满" in server.received[0].body["text"]["content"]


def test_a_busy_channel_is_tried_again_until_it_takes_the_notice(person):
    with webhook() as server:
        server.answers = [(503, {}), (503, {}), (200, {"errcode": 0})]
        enable_robot(server.url)
        message = tell(person)

        drain_jobs()

    assert (external(message).status, external(message).attempts) == ("sent", 3)


def test_a_channel_that_stays_busy_fails_after_six_tries_with_its_reason(person):
    with webhook() as server:
        server.answers = [(503, {})]
        enable_robot(server.url)
        message = tell(person)

        drain_jobs()

    assert (external(message).status, len(server.received)) == ("failed", 6)
    assert "已试 6 次" in external(message).error


def test_a_refusal_is_final_and_can_be_sent_again_by_hand(person):
    with webhook() as server:
        server.answers = [(200, {"errcode": 310000, "errmsg": "no"}), (200, {"errcode": 0})]
        enable_robot(server.url)
        message = tell(person)
        drain_jobs()
        refused = external(message).status

        services.retry_delivery(external(message).pk, now=NOW)
        drain_jobs()

    assert (refused, external(message).status) == ("failed", "sent")


def test_what_can_wait_goes_out_when_the_persons_hours_begin(person):
    enable_robot("http://127.0.0.1:9")
    services.set_preference(
        person.pk, {"normal": ["dingtalk"]}, from_time=time(9, 30), until_time=time(18)
    )

    message = tell(person, urgency="normal")

    due = at_local(date(2026, 3, 2), 9, 30)
    assert external(message).due_at == due
    assert ProcrastinateJob.objects.get().scheduled_at == due


@pytest.mark.parametrize(
    ("hour", "due"),
    [(8, (2, 9)), (12, (2, 12)), (18, (3, 9)), (23, (3, 9))],
)
def test_the_window_is_half_open_and_local(hour, due):
    hours = PreferenceInfo(from_time=time(9), until_time=time(18))

    found = hours.due_at("normal", "mail", at_local(date(2026, 3, 2), hour))

    assert found == at_local(date(2026, 3, due[0]), due[1])


def test_urgent_ones_do_not_wait_for_the_persons_hours():
    hours = PreferenceInfo(from_time=time(9), until_time=time(18))
    night = at_local(date(2026, 3, 2), 23)

    assert hours.due_at("urgent", "sms", night) == night


def test_secrets_are_encrypted_at_rest_and_absent_from_the_audit():
    enable_robot("http://127.0.0.1:9")

    stored = ChannelConfig.objects.get(code="dingtalk").values["token"]
    entry = AuditEntry.objects.get(code="notify.channel_configured")
    assert stored.startswith("v1:")
    assert "tok" not in f"{entry.before}{entry.after}".replace("access_token", "")


def test_an_empty_secret_keeps_the_stored_one():
    enable_robot("http://127.0.0.1:9")
    before = ChannelConfig.objects.get(code="dingtalk").values["token"]

    services.configure_channel(
        "dingtalk", {"url": "http://x.test", "token": ""}, is_enabled=True, by=SYSTEM, now=NOW
    )

    assert ChannelConfig.objects.get(code="dingtalk").values["token"] == before


def test_a_channel_is_not_enabled_before_it_is_filled_in():
    with pytest.raises(services.InvalidPreferenceError, match="access_token"):
        services.configure_channel("dingtalk", {}, is_enabled=True, by=SYSTEM, now=NOW)


def test_nobody_reads_the_messages_of_another(person):
    message = tell(person)

    with pytest.raises(NotFoundError):
        notify.mark_read(message.pk, user_id=person.pk + 1, now=NOW)


def test_the_disabled_and_unknown_are_left_out(person):
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert notify.send(notify.Notice([person.pk, 999_999], "x"), now=NOW + timedelta(1)) == []
