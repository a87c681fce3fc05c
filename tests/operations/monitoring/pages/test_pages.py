from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from steward.core.access import api as access
from steward.core.notify.api import unseal
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor, Span
from steward.operations.monitoring.pages.blocks import item_panel
from steward.operations.monitoring.queries.monitors import beat_token
from tests.factories.accounts import user_with
from tests.factories.cmdb import SystemFactory
from tests.factories.monitoring import MonitorFactory, observe
from tests.factories.organizations import body
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db
EVERYTHING = "monitoring.monitor.view"


def days_ago(number: float):
    return wall_clock() - timedelta(days=number)


@pytest.fixture
def outage() -> Monitor:
    """A system watched for five days, down for an hour three days ago."""
    began = days_ago(5)
    monitor = MonitorFactory(
        item=SystemFactory(name="市级平台"), name="首页", interval=3600, timeout=60,
        failures_before_down=1, core=True, created_at=began,
    )  # fmt: skip
    line = [(began + timedelta(hours=h), "down" if h == 48 else "up") for h in range(1, 120)]
    observe(monitor, *line, now=wall_clock())
    return monitor


def down_span(monitor: Monitor) -> Span:
    return Span.objects.get(monitor=monitor, state="down")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.clause("HA")
def test_the_board_shows_each_system_with_ninety_days_its_state_and_figures(outage, admin_client):
    page = admin_client.get(reverse("monitoring:board"))

    row = page.context["board"].rows[0]
    assert (row.name, row.state, len(row.days)) == ("市级平台", "up", 90)
    assert [day.state for day in row.days].count("down") in (1, 2)
    assert row.days[0].state == "none"


def test_every_day_of_the_bar_opens_exactly_that_day_s_outages(outage, admin_client):
    row = admin_client.get(reverse("monitoring:board")).context["board"].rows[0]
    url = reverse("monitoring:outages")

    for cell in [d for d in row.days if d.state != "none"]:
        page = admin_client.get(url, {"item": row.item_id, "day": f"{cell.day:%Y-%m-%d}"})
        assert bool(page.context["page"].object_list) == (cell.state == "down")
        assert int(page.context["figure"].down_seconds) == cell.down_seconds


def test_the_figures_of_the_board_open_a_page_with_the_same_figure(
    outage, admin_client, time_machine
):
    time_machine.move_to(wall_clock(), tick=False)
    seen = admin_client.get(reverse("monitoring:board")).context["board"]
    row = seen.rows[0]

    for period, ratio in ((seen.month, row.month), (row.year_period, row.year)):
        asked = {
            "item": row.item_id,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        }
        page = admin_client.get(reverse("monitoring:outages"), asked)
        assert page.context["figure"].ratio == ratio


@pytest.mark.parametrize(
    "asked",
    [
        ({}, ["乙系统", "市级平台"]),
        ({"q": "市级"}, ["市级平台"]),
        ({"state": "unknown"}, ["乙系统"]),
        ({"contract": "other"}, []),
        ({"state": "down"}, []),
    ],
)
def test_the_board_is_filtered_by_words_state_and_contract(outage, admin_client, asked):
    query, names = asked
    MonitorFactory(item=SystemFactory(name="乙系统"))

    page = admin_client.get(reverse("monitoring:board"), query)

    assert [row.name for row in page.context["board"].rows] == names


def test_the_counts_of_the_tabs_agree_with_their_lists(outage, admin_client):
    MonitorFactory()
    counts = admin_client.get(reverse("monitoring:board")).context["board"].counts

    for state, count in counts.items():
        page = admin_client.get(reverse("monitoring:board"), {"state": state})
        assert len(page.context["board"].rows) == count


def test_an_empty_board_says_what_to_do_next(admin_client):
    page = admin_client.get(reverse("monitoring:board"))

    assert "新建第一个监测项" in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_systems(
    admin_client, django_assert_max_num_queries
):
    for _ in range(4):
        MonitorFactory()

    with django_assert_max_num_queries(40):
        admin_client.get(reverse("monitoring:board"))


@pytest.mark.clause("C7")
def test_a_span_page_shows_what_happened_with_its_finding_and_evidence_hash(outage, admin_client):
    page = admin_client.get(reverse("monitoring:span", args=[down_span(outage).pk]))

    text = page.content.decode()
    kept = page.context["evidence"]
    assert "连接被拒绝" in text
    assert f"F-{down_span(outage).finding_id}" in text
    assert {len(e.content_hash) for e in kept} == {64}
    assert all(e.content_hash in text for e in kept)


def test_a_monitor_page_masks_its_secrets(admin_client):
    settings = {"url": "http://10.1.0.8/", "username": "u", "password": "s3cret-7"}
    monitor = MonitorFactory(probe="http", settings=settings)

    text = admin_client.get(reverse("monitoring:monitor", args=[monitor.pk])).content.decode()
    form = admin_client.get(reverse("monitoring:edit", args=[monitor.pk])).content.decode()

    assert "••••••" in text
    assert "s3cret-7" not in text + form


def test_a_monitor_with_history_shows_chart_spans_and_results(outage, admin_client):
    page = admin_client.get(reverse("monitoring:monitor", args=[outage.pk]))

    assert len(page.context["samples"]) > 0
    assert {s.state for s in page.context["spans"]} >= {"up", "down"}
    assert '"datasets"' in page.context["chart"]


def test_people_of_another_body_see_nothing_of_it():
    mine, other = body(), body()
    monitor = MonitorFactory(item=SystemFactory(organization_id=other.id))
    observe(monitor, (monitor.created_at + timedelta(minutes=1), "up"))
    span = Span.objects.filter(monitor=monitor).latest("start_at")
    client = signed_in(user_with(EVERYTHING, organization_id=mine.id))

    answers = [
        client.get(reverse("monitoring:monitor", args=[monitor.pk])).status_code,
        client.get(reverse("monitoring:span", args=[span.pk])).status_code,
        len(client.get(reverse("monitoring:board")).context["board"].rows),
    ]

    assert answers == [404, 404, 0]


def test_people_of_the_body_see_it():
    mine = body()
    monitor = MonitorFactory(item=SystemFactory(organization_id=mine.id))
    client = signed_in(user_with(EVERYTHING, organization_id=mine.id))

    assert client.get(reverse("monitoring:monitor", args=[monitor.pk])).status_code == 200


@pytest.mark.parametrize("name", ["edit", "pause", "resume", "probe-now"])
def test_who_may_only_look_cannot_change(outage, name):
    client = signed_in(user_with(EVERYTHING))

    answer = client.post(reverse(f"monitoring:{name}", args=[outage.pk]), {"reason": "x"})

    assert answer.status_code == 404


def form_of(item, **fields):
    known = {
        "item_id": item.pk, "name": "首页", "probe": "http", "interval": 60, "timeout": 10,
        "failures_before_down": 2, "successes_before_up": 1, "severity": "major", "core": "on",
        "s-url": "http://10.1.0.8/", "s-method": "GET", "s-expect_status": "200-399",
        "s-follow_redirects": "on", "s-verify_tls": "on", "s-username": "u",
        "s-password": "s3cret-7",
    }  # fmt: skip
    return known | fields


def test_a_monitor_is_set_up_on_a_page(admin_client):
    answer = admin_client.post(reverse("monitoring:create"), form_of(SystemFactory()))

    monitor = Monitor.objects.get()
    assert answer.url == reverse("monitoring:monitor", args=[monitor.pk])
    assert (monitor.core, monitor.settings["url"]) == (True, "http://10.1.0.8/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"s-url": "ftp://x"}, "网址须以 http:// 或 https:// 开头"),
        ({"s-expect_status": "ok"}, "不是状态码"),
        ({"timeout": 90}, "不超过间隔"),
        ({"s-url": ""}, "这个字段是必填项"),
        ({"interval": "x"}, "输入整数"),
    ],
)
def test_a_wrong_form_says_so_in_chinese_and_keeps_what_was_typed(admin_client, fields, words):
    answer = admin_client.post(reverse("monitoring:create"), form_of(SystemFactory(), **fields))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert 'value="首页"' in text
    assert Monitor.objects.count() == 0


def test_a_private_key_keeps_its_lines_and_is_never_shown(admin_client):
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3BlbnNzaC1rZXk\r\n-----END"
    sent = {"s-host": "10.1.0.9", "s-username": "u", "s-private_key": key, "s-port": 22}
    item = SystemFactory()
    refused = admin_client.post(
        reverse("monitoring:create"), form_of(item, probe="sftp", **sent, interval=1)
    )
    admin_client.post(reverse("monitoring:create"), form_of(item, probe="sftp", **sent))

    stored = unseal(Monitor.objects.get().secrets)
    assert "b3BlbnNzaC1rZXk" not in refused.content.decode()
    assert stored["private_key"].splitlines() == key.splitlines()


def test_a_monitor_is_changed_on_a_page_and_keeps_its_password(admin_client):
    item = SystemFactory()
    admin_client.post(reverse("monitoring:create"), form_of(item))
    monitor = Monitor.objects.get()
    changed = form_of(item, **{"name": "门户首页", "s-password": "", "interval": 120})

    admin_client.post(reverse("monitoring:edit", args=[monitor.pk]), changed)

    monitor.refresh_from_db()
    assert (monitor.name, monitor.interval) == ("门户首页", 120)
    assert monitor.secrets


def test_choosing_a_probe_brings_its_fields(admin_client):
    page = admin_client.get(reverse("monitoring:fields"), {"probe": "sftp"})

    assert "私钥" in page.content.decode()


def test_a_monitor_is_paused_with_a_reason_and_resumed(outage, admin_client):
    admin_client.post(reverse("monitoring:pause", args=[outage.pk]), {"reason": "下线改造"})
    outage.refresh_from_db()
    paused = outage.enabled
    admin_client.post(reverse("monitoring:resume", args=[outage.pk]))
    outage.refresh_from_db()

    assert (paused, outage.enabled) == (False, True)


def test_pausing_without_a_reason_is_refused_in_words(outage, admin_client):
    answer = admin_client.post(reverse("monitoring:pause", args=[outage.pk]))

    assert answer.status_code == 422
    assert "须写明原因" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_task_calls_in_without_signing_in(method):
    monitor = MonitorFactory(probe="heartbeat", settings={})
    url = reverse("monitoring:beat", args=[beat_token(monitor.pk)])

    answer = getattr(Client(enforce_csrf_checks=True), method)(url)

    monitor.refresh_from_db()
    assert answer.status_code == 200
    assert monitor.last_beat_at is not None


def test_an_unknown_address_and_another_method_are_refused():
    url = reverse("monitoring:beat", args=["guess"])

    assert Client().get(url).status_code == 404
    assert Client().delete(url).status_code == 405


def test_the_panel_of_an_item_shows_its_monitors_and_state(outage, rf):
    request = rf.get("/")
    request.user = user_with(*(p.code for p in access.permissions()))

    context = item_panel(Subject("cmdb.item", str(outage.item_id)), request)

    assert [m.name for m in context["monitors"]] == ["首页"]


def test_today_shows_the_systems_in_trouble_first(outage, admin_client):
    failing = MonitorFactory(item=SystemFactory(name="乙系统"), failures_before_down=1,
                             created_at=days_ago(0.01))  # fmt: skip
    observe(failing, (days_ago(0.001), "down"))

    text = admin_client.get("/").content.decode()

    assert text.index("乙系统") < text.index("市级平台")


def test_silence_shows_as_unknown_at_once(outage, admin_client):
    Monitor.objects.filter(pk=outage.pk).update(last_at=days_ago(1))

    row = admin_client.get(reverse("monitoring:board")).context["board"].rows[0]

    assert row.state == "unknown"


def test_a_contract_year_begins_when_the_contract_does(outage, admin_client):
    effective = days_ago(3).date()
    monitoring.install_term("huaian-2025", effective=effective, by=SYSTEM, now=wall_clock())

    row = admin_client.get(reverse("monitoring:board")).context["board"].rows[0]

    assert row.year_words == "合同年度"
