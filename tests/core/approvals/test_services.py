from datetime import date, timedelta
from typing import Any

import pytest

from steward.core.accounts.models import User
from steward.core.approvals import api as approvals
from steward.core.approvals import services
from steward.core.approvals.models import Approval, ApprovalStep, FlowVersion
from steward.core.approvals.queries import pending_for
from steward.core.audit.models import AuditEntry
from steward.core.jobs.models import EventRecord
from steward.core.notify.models import Message
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local
from steward.kernel.subjects import Subject
from tests.factories.accounts import UserFactory, post_of, user_with
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.clause("Q2.3")]
CHANGE = Subject("test.change", "7", "换交换机")


def actor(user: User) -> Actor:
    return Actor(user.pk, user.name)


def step(name: str, *people: User, **more: Any) -> dict[str, Any]:
    approvers = [{"kind": "users", "users": [person.pk for person in people]}]
    return {"name": name, "approvers": approvers, "mode": "any", **more}


def define(*steps: dict[str, Any], allow_self: bool = False) -> None:
    approvals.define_flow(
        "change", "变更审批", {"allow_self": allow_self, "steps": list(steps)}, by=SYSTEM, now=NOW
    )


def begin(by: User, **facts: Any) -> approvals.ApprovalInfo:
    return approvals.start("change", CHANGE, facts, by=actor(by), now=NOW)


def say(info: approvals.ApprovalInfo, by: User, *, approve: bool = True, comment: str = "") -> Any:
    return approvals.decide(info.id, approve=approve, comment=comment, by=actor(by), now=NOW)


def states(info: approvals.ApprovalInfo) -> list[str]:
    return [row.state for row in ApprovalStep.objects.filter(approval_id=info.id)]


def events() -> list[str]:
    return list(
        EventRecord.objects.filter(name__startswith="approvals").values_list("name", flat=True)
    )


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(name=name) for name in ("申请人", "科长", "处长", "局长")]


def test_one_of_several_approvers_is_enough_where_any_may_decide(people):
    asker, first, second, _ = people
    define(step("科室", first, second))
    info = begin(asker)

    done = say(info, second)

    assert done.state == "passed"
    assert events() == ["approvals.passed"]


def test_where_all_must_agree_the_last_one_decides(people):
    asker, first, second, _ = people
    define(step("会签", first, second, mode="all"))
    info = begin(asker)

    half = say(info, first)
    whole = say(info, second)

    assert (half.state, whole.state) == ("pending", "passed")


def test_steps_follow_each_other(people):
    asker, first, second, _ = people
    define(step("科室", first), step("分管领导", second))
    info = begin(asker)

    after_first = say(info, first)

    assert (after_first.state, after_first.step) == ("pending", "分管领导")
    assert say(info, second).state == "passed"


def test_a_refusal_ends_it_and_tells_the_requester_why(people):
    asker, first, second, _ = people
    define(step("科室", first), step("分管领导", second))
    info = begin(asker)

    done = say(info, first, approve=False, comment="缺回退方案")

    assert (done.state, states(info)) == ("rejected", ["rejected", "cancelled"])
    assert "缺回退方案" in Message.objects.get(recipient=asker).body
    assert events() == ["approvals.rejected"]


def test_a_refusal_without_a_reason_is_not_taken(people):
    asker, first, *_ = people
    define(step("科室", first))
    info = begin(asker)

    with pytest.raises(approvals.CommentRequiredError, match="说明原因"):
        say(info, first, approve=False, comment="  ")


def test_a_step_whose_condition_does_not_hold_is_skipped_with_its_words(people):
    asker, first, second, _ = people
    high = {"field": "amount", "gte": 10000}
    define(step("科室", first), step("分管领导", second, condition=high))
    info = begin(asker, amount=500)

    done = say(info, first)

    assert (done.state, states(info)) == ("passed", ["passed", "skipped"])
    assert "金额（元）" in ApprovalStep.objects.get(approval_id=info.id, position=2).note


def test_a_step_whose_condition_holds_is_needed(people):
    asker, first, second, _ = people
    high = {"field": "amount", "gte": 10000}
    define(step("科室", first), step("分管领导", second, condition=high))
    info = begin(asker, amount=20000)

    assert say(info, first).step == "分管领导"


def test_nobody_approves_their_own_request(people):
    asker, first, *_ = people
    define(step("科室", asker, first))
    info = begin(asker)

    with pytest.raises(approvals.NotApproverError, match="不允许审批自己的申请"):
        say(info, asker)
    assert list(pending_for(asker.pk, NOW)) == []


def test_a_flow_may_allow_it(people):
    asker, *_ = people
    define(step("科室", asker), allow_self=True)

    assert say(begin(asker), asker).state == "passed"


def test_somebody_else_has_no_say(people):
    asker, first, second, _ = people
    define(step("科室", first))
    info = begin(asker)

    with pytest.raises(approvals.NotApproverError, match="不需要您审批"):
        say(info, second)


def test_a_deputy_decides_during_the_period_and_the_record_names_both(people):
    asker, first, deputy, _ = people
    define(step("科室", first))
    info = begin(asker)
    approvals.delegate(
        first.pk, deputy.pk, from_at=NOW, until_at=NOW + timedelta(days=3), reason="出差",
        by=actor(first), now=NOW,
    )  # fmt: skip

    waiting = list(pending_for(deputy.pk, NOW))
    say(info, deputy)

    assert [row.pk for row in waiting] == [info.id]
    entry = AuditEntry.objects.get(code="approvals.decided")
    assert (entry.actor_id, "代 科长" in entry.sentence) == (deputy.pk, True)


@pytest.mark.parametrize("days", [-1, 3])
def test_outside_the_period_a_deputy_has_no_say(people, days):
    asker, first, deputy, _ = people
    define(step("科室", first))
    info = begin(asker)
    services.Delegation.objects.create(
        user=first, deputy=deputy, from_at=NOW, until_at=NOW + timedelta(days=3), reason="出差"
    )

    with pytest.raises(approvals.NotApproverError):
        approvals.decide(info.id, approve=True, by=actor(deputy), now=NOW + timedelta(days=days))


def test_a_deputy_does_not_approve_their_own_request(people):
    asker, first, *_ = people
    define(step("科室", first))
    info = begin(asker)
    approvals.delegate(
        first.pk, asker.pk, from_at=NOW, until_at=NOW + timedelta(days=3), reason="出差",
        by=actor(first), now=NOW,
    )  # fmt: skip

    with pytest.raises(approvals.NotApproverError):
        say(info, asker)


@pytest.mark.parametrize(("deputy", "hours", "words"), [(0, 1, "另一位"), (1, -1, "结束时间")])
def test_a_delegation_that_makes_no_sense_is_refused(people, deputy, hours, words):  # noqa: PLR0917
    asker = people[0]

    with pytest.raises(approvals.InvalidDelegationError, match=words):
        approvals.delegate(
            asker.pk, people[deputy].pk, from_at=NOW, until_at=NOW + timedelta(hours=hours),
            reason="x", by=actor(asker), now=NOW,
        )  # fmt: skip


def timed(action: str, **more: Any) -> dict[str, Any]:
    return {"timeout": {"hours": 4, "calendar": "cn-work", "action": action, **more}}


def test_time_runs_by_the_working_calendar(people):
    asker, first, *_ = people
    define(step("科室", first, **timed("remind")))
    friday = at_local(date(2026, 3, 6), 17)

    approvals.start("change", CHANGE, {}, by=actor(asker), now=friday)

    assert ApprovalStep.objects.get().due_at == at_local(date(2026, 3, 9), 12)


def test_when_time_is_up_the_approvers_are_reminded_and_a_new_time_runs(people):
    asker, first, *_ = people
    define(step("科室", first, **timed("remind")))
    info = begin(asker)
    due = ApprovalStep.objects.get().due_at

    handled = services.handle_timeouts(now=due)

    assert handled == 1
    assert Message.objects.filter(recipient=first, title__startswith="审批超时").count() == 1
    assert ApprovalStep.objects.get(approval_id=info.id).due_at > due
    assert services.handle_timeouts(now=due) == 0


def test_when_time_is_up_superiors_may_be_added(people):
    asker, first, _, boss = people
    upper = [{"kind": "users", "users": [boss.pk]}]
    define(step("科室", first, **timed("escalate", escalate_to=upper)))
    info = begin(asker)

    services.handle_timeouts(now=ApprovalStep.objects.get().due_at)

    assert say(info, boss).state == "passed"


def test_when_time_is_up_a_step_may_reject_by_itself(people):
    asker, first, *_ = people
    define(step("科室", first, **timed("reject")))
    info = begin(asker)

    services.handle_timeouts(now=ApprovalStep.objects.get().due_at)

    found = approvals.get(info.id)
    assert (found.state, "自动驳回" in found.outcome) == ("rejected", True)


def test_a_running_approval_keeps_the_version_it_began_with(people):
    asker, first, second, _ = people
    define(step("科室", first))
    info = begin(asker)
    define(step("科室", first), step("分管领导", second))

    done = say(info, first)

    assert (done.state, done.version, FlowVersion.objects.filter(flow__code="change").count()) == (
        "passed",
        1,
        2,
    )


def test_defining_the_same_again_makes_no_version(people):
    define(step("科室", people[1]))
    define(step("科室", people[1]))

    assert FlowVersion.objects.filter(flow__code="change").count() == 1


def test_the_requester_withdraws_and_nobody_else_may(people):
    asker, first, *_ = people
    define(step("科室", first))
    info = begin(asker)

    with pytest.raises(approvals.NotApproverError, match="只有申请人"):
        approvals.withdraw(info.id, by=actor(first), now=NOW)
    done = approvals.withdraw(info.id, by=actor(asker), now=NOW)

    assert (done.state, events()) == ("withdrawn", ["approvals.withdrawn"])


def test_what_is_finished_is_not_decided_again(people):
    asker, first, second, _ = people
    define(step("科室", first, second))
    info = begin(asker)
    say(info, first)

    with pytest.raises(approvals.ApprovalFinishedError, match="已通过"):
        say(info, second)


def test_an_object_is_approved_once_at_a_time(people):
    define(step("科室", people[1]))
    begin(people[0])

    with pytest.raises(approvals.PendingApprovalError, match="已在“变更审批”的审批中"):
        begin(people[2])


def test_a_step_that_finds_nobody_goes_to_the_people_who_design_flows(people):
    manager = user_with("approvals.flow.change")
    define(step("科室", people[0]))

    info = begin(people[0])

    assert say(info, manager).state == "passed"


def test_without_anybody_at_all_the_request_is_refused_in_words(people):
    define(step("科室", people[0]))

    with pytest.raises(approvals.NoApproverError, match="找不到审批人"):
        begin(people[0])
    assert not Approval.objects.exists()


def test_approvers_may_be_those_with_a_permission_in_ones_own_body():
    city = body("市局")
    asker = UserFactory()
    post_of(asker, city.id)
    holder = user_with("approvals.approval.view", organization_id=city.id)
    elsewhere = user_with("approvals.approval.view", organization_id=body("别局").id)
    kind = {"kind": "holders", "permission": "approvals.approval.view"}
    define({"name": "本单位", "mode": "any", "approvers": [kind]})
    info = begin(asker)

    assert list(pending_for(elsewhere.pk, NOW)) == []
    assert say(info, holder).state == "passed"


def test_approvers_may_be_those_of_the_body_above():
    city = body("市局")
    district = body("区局", parent=city.id)
    asker = UserFactory()
    post_of(asker, district.id)
    superior = user_with("approvals.approval.view", organization_id=city.id)
    colleague = user_with("approvals.approval.view", organization_id=district.id)
    kind = {"kind": "superior", "permission": "approvals.approval.view"}
    define({"name": "上级", "mode": "any", "approvers": [kind]})
    info = begin(asker)

    assert list(pending_for(colleague.pk, NOW)) == []
    assert say(info, superior).state == "passed"


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "至少要有一个步骤"),
        ([{"name": "", "approvers": []}], "第 1 步：请填写步骤名称"),
        ([{"name": "甲", "approvers": []}], "第 1 步“甲”：请添加审批人"),
        (
            [{"name": "甲", "approvers": [{"kind": "users", "users": [987654]}]}],
            "没有编号为 987654",
        ),
        ([{"name": "甲", "approvers": [{"kind": "holders"}]}], "请选择审批人应有的权限"),
        ([{"name": "甲", "approvers": [{"kind": "holders", "permission": "x"}]}], "没有名为“x”"),
        ([{"name": "甲", "approvers": [{"kind": "martians"}]}], "martians"),
        ([{"name": "甲", "condition": {"field": "colour", "eq": 1}}], "没有字段“colour”"),
        ([{"name": "甲", "timeout": {"hours": 0}}], "1 到 2000 的整数小时"),
        ([{"name": "甲", "mode": "most"}], "会签方式"),
    ],
)
def test_a_flow_that_cannot_work_names_the_step_and_the_way_out(steps, words):
    with pytest.raises(approvals.InvalidFlowError, match=words):
        define(*steps)


def test_a_wrong_flow_tells_all_its_problems_at_once():
    with pytest.raises(approvals.InvalidFlowError) as caught:
        define({"name": ""}, {"name": "乙", "mode": "most"})

    assert len(caught.value.problems) == 4
