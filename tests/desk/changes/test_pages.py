import pytest

from steward.desk.changes.models import AccessChange, Change
from tests.factories import changes as made
from tests.factories.accounts import post_of, user_with
from tests.factories.organizations import body
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db
ALL = ("desk.change.view", "desk.change.submit", "desk.change.window", "desk.access.request")
FORM = {
    "title": "交换机固件升级",
    "category": "network",
    "risk": "high",
    "window_start": "2026-12-01T22:00",
    "window_end": "2026-12-02T02:00",
    "content": "升级固件",
    "risk_analysis": "断网 3 分钟",
    "rollback_plan": "双机切换",
    "feasibility": "厂商已验证",
    "resources": "网络工程师 1 人",
    "contract": "huaian-2025",
}


@pytest.fixture
def boss():
    return made.approver("approvals.approval.view")


@pytest.fixture
def client_in(client, boss):
    client.force_login(user_with(*ALL))
    return client


@pytest.mark.clause("K6")
def test_a_change_is_filed_on_the_page_and_waits_for_approval(client_in):
    answer = client_in.post("/changes/new/", FORM, follow=True)

    assert "CHG-" in answer.content.decode()
    assert Change.objects.get().state == "submitted"


def test_a_missing_roll_back_plan_is_said_beside_the_form(client_in):
    answer = client_in.post("/changes/new/", FORM | {"rollback_plan": ""})

    assert answer.status_code == 200
    assert "这个字段是必填项" in answer.content.decode()


def test_a_wrong_item_is_named(client_in):
    answer = client_in.post("/changes/new/", FORM | {"item_code": "SRV-X"})

    assert "没有编码为“SRV-X”的配置项" in answer.content.decode()


def test_what_was_done_without_approval_can_be_owned_up_to(client_in):
    past = {"window_start": "2026-01-01T22:00", "window_end": "2026-01-02T02:00"}

    client_in.post("/changes/new/", FORM | past | {"executed_record": "紧急处理"})

    assert Change.objects.get().state == "done"


def test_the_lists_open(client_in):
    client_in.post("/changes/new/", FORM)

    for path in ("/changes/", "/changes/?state=submitted", "/changes/executed/?contract=x",
                 "/changes/access/", "/changes/access/new/"):  # fmt: skip
        assert client_in.get(path).status_code == 200


def test_starting_before_approval_is_refused_in_words(client_in):
    client_in.post("/changes/new/", FORM)
    row = Change.objects.get()

    answer = client_in.post(f"/changes/{row.pk}/start/")

    assert answer.status_code == 409
    assert "待审批" in answer.content.decode()


def test_a_change_of_another_body_is_unknown(client, client_in):
    client_in.post("/changes/new/", FORM)
    client.force_login(user_with(*ALL, organization_id=body().id))

    assert client.get(f"/changes/{Change.objects.get().pk}/").status_code == 404


@pytest.mark.clause("K5")
def test_a_permission_change_is_asked_for_on_the_page(client_in):
    person = user_with("desk.ticket.view")
    post_of(person)

    answer = client_in.post(
        "/changes/access/new/",
        {"action": "create_organization", "organization_code": "HA-NEW",
         "organization_name": "市数据局", "reason": "机构改革"},
        follow=True,
    )  # fmt: skip
    drain_jobs()

    assert "市数据局" in answer.content.decode()
    assert AccessChange.objects.get().state == "submitted"


def test_an_unknown_person_is_said_beside_the_form(client_in):
    answer = client_in.post(
        "/changes/access/new/",
        {"action": "grant_role", "username": "nobody", "reason": "新到岗", "reach": "subtree"},
    )

    assert "没有登录名为“nobody”的人" in answer.content.decode()
