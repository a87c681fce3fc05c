from datetime import timedelta

import pytest

from steward.core.audit import api as audit
from steward.kernel.errors import NotFoundError
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor, Span
from steward.operations.monitoring.queries.monitors import beat_token, editable
from steward.operations.monitoring.services.monitors import subject_of
from tests.factories.cmdb import SystemFactory
from tests.factories.monitoring import MonitorFactory, observe
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
WEB = {"url": "http://10.1.0.8/", "username": "probe", "password": "s3cret-7"}


def draft(monitor=None, **fields):
    item = monitor.item_id if monitor else SystemFactory().pk
    known = {"name": "首页", "item_id": item, "probe": "http", "settings": WEB}
    return monitoring.MonitorDraft(**(known | fields))


def create(**fields) -> Monitor:
    return Monitor.objects.get(pk=monitoring.create_monitor(draft(**fields), by=SYSTEM, now=NOW))


def test_a_new_monitor_is_due_at_once_and_unknown_so_far():
    monitor = create()

    assert (monitor.next_due_at, monitor.state) == (NOW, "unknown")
    assert Span.objects.get(monitor=monitor).cause == "尚未探测"


def test_a_password_is_nowhere_in_the_clear():
    monitor = create()

    row = Monitor.objects.filter(pk=monitor.pk).values().get()

    assert "s3cret-7" not in str(row)
    assert "s3cret-7" not in str(audit.history(subject_of(monitor)))
    assert ("密码", "••••••") in editable(monitor.pk).shown


def test_an_empty_password_keeps_the_stored_one_and_a_new_one_replaces_it():
    monitor = create()
    kept = draft(monitor, settings=WEB | {"password": ""})
    monitoring.change_monitor(monitor.pk, to=kept, by=SYSTEM, now=NOW)

    assert editable(monitor.pk).secrets_set == {"password"}


def test_changing_the_probe_forgets_the_old_secrets():
    monitor = create()
    other = draft(monitor, probe="tcp", settings={"host": "a", "port": 1})

    monitoring.change_monitor(monitor.pk, to=other, by=SYSTEM, now=NOW)

    assert Monitor.objects.get(pk=monitor.pk).secrets == ""


def test_secrets_of_another_key_show_as_a_warning_and_lose_nothing(settings):
    monitor = create()
    settings.SECRET_KEY = "another"

    shown = editable(monitor.pk).shown

    assert shown[0][1].startswith("⚠")


def test_a_probe_whose_file_is_gone_shows_as_a_warning():
    monitor = create()
    Monitor.objects.filter(pk=monitor.pk).update(probe="gone")

    info = monitoring.get_monitor(monitor.pk, now=NOW)

    assert info.probe_label == "⚠ gone（已不存在）"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "须有名称"),
        ({"interval": 4}, "间隔 4 秒不在"),
        ({"timeout": 90}, "不超过间隔 60 秒"),
        ({"failures_before_down": 0}, "至少为 1"),
    ],
)
def test_a_wrong_rhythm_is_refused_in_words(fields, words):
    with pytest.raises(monitoring.InvalidMonitorError, match=words):
        create(**fields)


def test_two_monitors_of_an_item_have_two_names():
    monitor = create()

    with pytest.raises(monitoring.InvalidMonitorError, match="已有名为“首页”"):
        monitoring.create_monitor(draft(monitor), by=SYSTEM, now=NOW)


def test_a_monitor_keeps_its_item():
    monitor = create()

    with pytest.raises(monitoring.InvalidMonitorError, match="不能更换"):
        monitoring.change_monitor(monitor.pk, to=draft(), by=SYSTEM, now=NOW)


def test_pausing_needs_a_reason():
    monitor = create()

    with pytest.raises(monitoring.InvalidMonitorError, match="原因"):
        monitoring.pause_monitor(monitor.pk, reason=" ", by=SYSTEM, now=NOW)


def test_changing_a_silent_monitor_settles_its_silence_under_the_old_rhythm():
    monitor = MonitorFactory()
    observe(monitor, (NOW + timedelta(minutes=1), "up"))
    slower = draft(
        monitor, name=monitor.name, interval=3600, probe="tcp", settings=monitor.settings
    )

    monitoring.change_monitor(monitor.pk, to=slower, by=SYSTEM, now=NOW + timedelta(minutes=30))

    gap = Span.objects.get(monitor=monitor, end_at=None)
    assert (gap.state, gap.start_at) == ("unknown", NOW + timedelta(minutes=3, seconds=10))


def test_a_heartbeat_has_an_address_that_only_its_digest_finds():
    monitor = create(probe="heartbeat", settings={})
    token = beat_token(monitor.pk)

    taken = monitoring.take_beat(token, now=NOW + timedelta(minutes=5))

    monitor.refresh_from_db()
    assert taken
    assert monitor.last_beat_at == NOW + timedelta(minutes=5)
    assert token not in str(Monitor.objects.filter(pk=monitor.pk).values().get())


def test_an_unknown_or_paused_address_is_not_taken():
    monitor = create(probe="heartbeat", settings={})
    token = beat_token(monitor.pk)
    monitoring.pause_monitor(monitor.pk, reason="停用", by=SYSTEM, now=NOW)

    assert not monitoring.take_beat(token, now=NOW)
    assert not monitoring.take_beat("guess", now=NOW)


def test_the_address_survives_a_change_of_the_rhythm():
    monitor = create(probe="heartbeat", settings={})
    token = beat_token(monitor.pk)
    other = draft(monitor, probe="heartbeat", settings={"period_minutes": 5})

    monitoring.change_monitor(monitor.pk, to=other, by=SYSTEM, now=NOW)

    assert beat_token(monitor.pk) == token


def test_an_unknown_monitor_is_not_found():
    with pytest.raises(NotFoundError):
        monitoring.pause_monitor(0, reason="x", by=SYSTEM, now=NOW)
