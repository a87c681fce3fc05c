import pytest
from django.urls import reverse

from steward.core.accounts.models import User
from steward.core.notify import api as notify
from steward.core.notify.models import ChannelConfig, Message, Preference
from tests.factories.accounts import user_with
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return user_with("notify.channel.change")


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def test_opening_a_message_marks_it_read_and_goes_where_it_points(signed_in, person):
    notify.send(notify.Notice([person.pk], "看看任务", url="/jobs/"), now=NOW)

    answer = signed_in.post(reverse("notify:open", args=[Message.objects.get().pk]))

    assert (answer.status_code, answer["Location"]) == (302, "/jobs/")
    assert notify.unread_count(person.pk) == 0


def test_a_message_that_points_outside_stays_inside(signed_in, person):
    notify.send(notify.Notice([person.pk], "x", url="https://elsewhere.test/"), now=NOW)

    answer = signed_in.post(reverse("notify:open", args=[Message.objects.get().pk]))

    assert answer["Location"] == reverse("notify:messages")


def test_the_unread_tab_counts_what_it_lists_and_so_does_the_bell(signed_in, person):
    for title in ("甲", "乙"):
        notify.send(notify.Notice([person.pk], title), now=NOW)

    page = signed_in.get(reverse("notify:messages")).content.decode()

    assert "未读 <b>2</b>" in page
    assert page.count("notify-open") == 2


def test_hours_the_wrong_way_round_are_told_in_words(signed_in):
    answer = signed_in.post(
        reverse("notify:preferences"), {"from_time": "18:00", "until_time": "09:00"}
    )

    assert "结束时间须晚于开始时间" in answer.content.decode()


def test_a_preference_is_kept(signed_in, person):
    signed_in.post(reverse("notify:preferences"), {"from_time": "09:00", "until_time": "18:00"})

    assert Preference.objects.get(user=person).from_time.hour == 9


def test_a_channel_is_set_up_and_its_secret_is_not_shown_again(signed_in):
    address = reverse("notify:channel", args=["wecom"])
    values = {"is_enabled": "on", "key": "very-secret-key", "url": "https://robot.test/"}

    signed_in.post(address, values)

    assert ChannelConfig.objects.get(code="wecom").is_enabled
    assert "very-secret-key" not in signed_in.get(address).content.decode()


def test_an_unknown_channel_answers_404(signed_in):
    assert signed_in.get(reverse("notify:channel", args=["pigeon"])).status_code == 404


def test_every_channel_is_listed_whether_set_up_or_not(signed_in):
    page = signed_in.get(reverse("notify:channels")).content.decode()

    assert page.count("未设置") == 6


def test_a_failed_delivery_is_listed_with_its_reason_and_sent_again(signed_in, person):
    message = Message.objects.create(recipient=person, title="x", urgency="urgent", created_at=NOW)
    row = message.deliveries.create(channel="sms", status="failed", error="欠费", due_at=NOW)

    page = signed_in.get(reverse("notify:deliveries"), {"status": "failed"}).content.decode()
    signed_in.post(reverse("notify:retry", args=[row.pk]))

    row.refresh_from_db()
    assert "欠费" in page
    assert row.status == "queued"
