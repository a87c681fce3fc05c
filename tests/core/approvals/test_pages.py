import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from steward.core.accounts.models import User
from steward.core.approvals import api as approvals
from steward.core.approvals.models import Approval, Delegation, Flow
from steward.kernel.actors import Actor
from steward.kernel.instants import local, now
from steward.kernel.subjects import Subject
from tests.factories.accounts import UserFactory, user_with
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def steps_for(*people: User) -> dict[str, Any]:
    approvers = [{"kind": "users", "users": [person.pk for person in people]}]
    return {"allow_self": False, "steps": [{"name": "科室", "mode": "any", "approvers": approvers}]}


@pytest.fixture
def boss() -> User:
    return UserFactory(name="科长")


@pytest.fixture
def asker() -> User:
    return UserFactory(name="申请人")


@pytest.fixture
def flow(boss) -> str:
    approvals.define_flow(
        "leave", "出差申请", steps_for(boss), is_self_service=True, by=SYSTEM, now=NOW
    )
    return "leave"


@pytest.fixture
def waiting(flow, asker) -> approvals.ApprovalInfo:
    subject = Subject("test.trip", "1", "出差去省厅")
    return approvals.start(flow, subject, {"days": 3}, by=Actor(asker.pk, "申请人"), now=NOW)


@pytest.mark.clause("Q2.3")
def test_a_person_asks_and_another_approves_without_any_code(flow, asker, boss):
    sent = {"title": "去省厅开会", "body": "三天", "fact_days": "3"}
    asked = browser(asker).post(reverse("approvals:request", args=[flow]), sent)

    page = browser(boss).get(asked["Location"]).content.decode()
    browser(boss).post(f"{asked['Location']}decide/", {"decision": "approve"})

    assert "去省厅开会" in page
    assert (Approval.objects.get().state, Approval.objects.get().facts) == ("passed", {"days": 3})


def test_what_waits_for_me_is_listed_counted_and_on_the_first_page(waiting, boss):
    listed = browser(boss).get(reverse("approvals:list")).content.decode()
    home = browser(boss).get(reverse("ui:home")).content.decode()

    assert "待我审批 <b>1</b>" in listed
    assert "出差去省厅" in listed
    assert "等我审批" in home


def test_the_pending_list_costs_the_same_queries_whatever_its_length(
    waiting, boss, django_assert_max_num_queries
):
    for number in range(30):
        subject = Subject("test.trip", f"more-{number}", f"出差 {number}")
        approvals.start(waiting.flow, subject, {}, by=SYSTEM, now=NOW)
    client = browser(boss)

    with django_assert_max_num_queries(25):
        client.get(reverse("approvals:list"))


def test_a_refusal_without_a_comment_is_told_and_changes_nothing(waiting, boss):
    answer = browser(boss).post(
        reverse("approvals:decide", args=[waiting.id]), {"decision": "reject"}, follow=True
    )

    assert "请说明原因" in answer.content.decode()
    assert Approval.objects.get().state == "pending"


def test_whoever_is_not_involved_finds_nothing(waiting):
    stranger = browser(UserFactory())

    assert stranger.get(waiting.url).status_code == 404
    assert stranger.post(f"{waiting.url}decide/", {"decision": "approve"}).status_code == 404


def test_the_requester_sees_the_ladder_and_cannot_decide(waiting, asker):
    page = browser(asker).get(waiting.url).content.decode()

    assert "科长" in page
    assert "我的意见" not in page


def test_a_deputy_is_registered_and_taken_back(asker, boss):
    client = browser(boss)
    start = local(now())
    sent = {
        "deputy": str(asker.pk),
        "reason": "出差",
        "from_at": f"{start:%Y-%m-%dT%H:%M}",
        "until_at": f"{start + timedelta(days=2):%Y-%m-%dT%H:%M}",
    }

    page = client.post(reverse("approvals:deputies"), sent, follow=True).content.decode()
    row = Delegation.objects.get()
    client.post(reverse("approvals:end_deputy", args=[row.pk]))

    assert "生效中" in page
    assert Delegation.objects.get().ended_at is not None


def designed(**changes: Any) -> dict[str, str]:
    fields = {"name": "采购审批", "code": "purchase", "purpose": "general", "is_enabled": "on"}
    return fields | changes


@pytest.mark.clause("Q2.3")
def test_an_administrator_designs_a_flow_on_the_page(boss):
    designer = browser(user_with("approvals.flow.change"))
    sent = designed(definition=json.dumps(steps_for(boss)))

    designer.post(reverse("approvals:new_flow"), sent)
    page = designer.get(reverse("approvals:design", args=["purchase"])).content.decode()

    assert Flow.objects.get(code="purchase").name == "采购审批"
    assert "第 1 版" in page


def test_a_wrong_flow_shows_every_problem_and_keeps_what_was_typed():
    designer = browser(user_with("approvals.flow.change"))
    steps = {"steps": [{"name": "", "approvers": []}, {"name": "乙", "approvers": []}]}

    answer = designer.post(
        reverse("approvals:new_flow"), designed(definition=json.dumps(steps), name="采购")
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 1 步：请填写步骤名称" in page
    assert "第 2 步“乙”：请添加审批人" in page
    assert 'value="采购"' in page
    assert not Flow.objects.filter(code="purchase").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "采购"}, "流程编码只能用"),
        ({"name": " "}, "请填写流程名称"),
        ({"definition": "{"}, "刷新页面后重试"),
    ],
)
def test_the_fields_around_the_steps_are_checked_in_words(boss, wrong, words):
    designer = browser(user_with("approvals.flow.change"))
    sent = designed(definition=json.dumps(steps_for(boss))) | wrong

    assert words in designer.post(reverse("approvals:new_flow"), sent).content.decode()


def test_designing_flows_needs_its_permission(boss):
    assert browser(boss).get(reverse("approvals:flows")).status_code == 404
