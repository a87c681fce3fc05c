from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from steward.kernel.instants import local
from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.models import Window
from tests.factories.accounts import user_with
from tests.factories.cmdb import SystemFactory
from tests.factories.monitoring import MonitorFactory

pytestmark = pytest.mark.django_db
VIEW = "monitoring.window.view"


def client_with(*codes: str) -> Client:
    client = Client()
    client.force_login(user_with(VIEW, *codes))
    return client


@pytest.fixture
def system():
    return MonitorFactory(item=SystemFactory(name="市级平台")).item


@pytest.fixture
def registrar() -> Client:
    return client_with("monitoring.window.register", "monitoring.window.approve",
                       "monitoring.monitor.view")  # fmt: skip


def form_of(system, **fields):
    begins = local(wall_clock() + timedelta(hours=2))
    known = {
        "item_ids": [system.pk], "reason": "数据库升级", "document": "变更单 31 号",
        "start": begins.strftime("%Y-%m-%dT%H:%M"),
        "end": (begins + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return known | fields


def register(client: Client, system, kind: str = "maintenance", **fields):
    return client.post(reverse("monitoring:window-new", args=[kind]), form_of(system, **fields))


def act(client: Client, name: str, *args: object) -> int:
    return client.post(reverse(f"monitoring:window-{name}", args=args)).status_code


@pytest.mark.clause("HA")
def test_a_maintenance_is_registered_by_one_and_approved_by_another(registrar, system):
    register(registrar, system)
    window = Window.objects.get()
    own = act(registrar, "approve", window.pk)

    other = act(client_with("monitoring.window.approve"), "approve", window.pk)

    window.refresh_from_db()
    assert (own, other, window.is_planned) == (409, 302, True)


def test_the_hours_typed_are_those_of_shanghai(registrar, system):
    register(registrar, system, start="2026-12-01T22:00", end="2026-12-01T23:00")

    assert local(Window.objects.get().start_at).hour == 22


@pytest.mark.parametrize(
    "asked",
    [
        ({"end": "2026-01-01T00:00"}, "结束须晚于开始"),
        ({"document": ""}, "这个字段是必填项"),
        ({"item_ids": []}, "这个字段是必填项"),
        ({"start": "soon"}, "输入一个有效的日期/时间"),
    ],
)
def test_a_wrong_form_says_so_in_chinese(registrar, system, asked):
    fields, words = asked

    answer = register(registrar, system, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.clause("HA")
def test_force_majeure_is_confirmed_by_both_sides_on_the_page(registrar, system):
    register(registrar, system, "force_majeure")
    window = Window.objects.get()
    supplier = client_with("monitoring.window.confirm_supplier")
    client = client_with("monitoring.window.confirm_client")

    answers = [act(supplier, "confirm", window.pk, "supplier"),
               act(client, "confirm", window.pk, "client")]  # fmt: skip

    text = supplier.get(reverse("monitoring:windows")).content.decode()
    assert answers == [302, 302]
    assert "双方已确认" in text


def test_a_side_that_is_not_mine_does_not_exist(registrar, system):
    register(registrar, system, "force_majeure")
    supplier = client_with("monitoring.window.confirm_supplier")

    assert act(supplier, "confirm", Window.objects.get().pk, "client") == 404


def test_a_window_is_ended_early_once(registrar, system):
    register(registrar, system)
    pk = Window.objects.get().pk

    assert [act(registrar, "end", pk), act(registrar, "end", pk)] == [302, 409]


def test_an_empty_list_says_what_a_window_is_for(registrar):
    assert "没有登记过维护" in registrar.get(reverse("monitoring:windows")).content.decode()


def test_an_unknown_kind_or_window_is_not_found(registrar):
    assert registrar.get(reverse("monitoring:window-new", args=["x"])).status_code == 404
    assert act(registrar, "end", 0) == 404
