from datetime import date, timedelta

import pytest

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Member, TeamChange
from steward.core.approvals import api as approvals
from steward.core.evidence import api as evidence
from steward.core.evidence.models import EvidenceRecord
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local
from tests.factories.accounts import post_of, user_with
from tests.factories.staffing import CONTRACT, TODAY, change, coming, person
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 9)


@pytest.fixture
def lead():
    user = user_with("staffing.change.request")
    post_of(user)
    return Actor(user.pk, user.name)


@pytest.fixture
def owner():
    user = user_with("staffing.change.approve")
    return Actor(user.pk, user.name)


@pytest.fixture
def manager():
    return person("项目经理甲", is_key=True, position_title="项目经理")


def ask(lead, now=NOW, **fields):
    return staffing.request_change(change(**fields), by=lead, now=now)


def decide(info, owner, *, approve=True, now=NOW):
    approvals.decide(info.approval_id, approve=approve, comment="看过", by=owner, now=now)
    drain_jobs()


def state_of(info) -> str:
    return TeamChange.objects.get(pk=info.id).state


def unapproved(as_of=NOW + timedelta(days=30)):
    query = evidence.MetricQuery(
        contract=CONTRACT, start=at_local(TODAY), end=at_local(TODAY) + timedelta(days=60),
        as_of=as_of,
    )  # fmt: skip
    return evidence.metric_spec("staffing.unapproved_changes").compute(query)


def test_a_key_person_s_change_waits_for_the_client_and_then_for_its_day(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming(is_key=True))
    waiting = info.state
    decide(info, owner)
    early = staffing.apply_due(now=at_local(MONDAY) - timedelta(seconds=1))

    done = staffing.apply_due(now=at_local(MONDAY))

    assert (waiting, early, done) == ("submitted", 0, 1)
    assert Member.objects.get(pk=manager.id).left_date == MONDAY
    assert Member.objects.get(name="吴新").joined_date == MONDAY
    assert unapproved().value == 0


def test_a_change_takes_effect_exactly_once(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())
    decide(info, owner)
    staffing.apply_due(now=at_local(MONDAY))

    again = staffing.apply_due(now=at_local(MONDAY) + timedelta(minutes=30))

    assert (again, Member.objects.filter(name="吴新").count()) == (0, 1)


def test_an_approval_after_its_day_takes_effect_on_the_day_of_the_approval(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())

    decide(info, owner, now=at_local(MONDAY) + timedelta(days=2))

    assert Member.objects.get(pk=manager.id).left_date == MONDAY + timedelta(days=2)
    assert unapproved().value == 0


def test_a_refused_change_changes_nobody(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())

    decide(info, owner, approve=False)
    staffing.apply_due(now=at_local(MONDAY))

    assert state_of(info) == "rejected"
    assert Member.objects.get(pk=manager.id).left_date is None


def test_a_request_taken_back_changes_nobody(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())

    approvals.withdraw(info.approval_id, by=lead, now=NOW)
    drain_jobs()

    assert state_of(info) == "withdrawn"


def test_the_supplier_can_not_approve_its_own_change(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())

    with pytest.raises(approvals.NotApproverError):
        approvals.decide(info.approval_id, approve=True, by=lead, now=NOW)


def test_another_person_s_change_is_a_statement(lead):
    member = person()

    info = ask(lead, leaving_id=member.id, incoming=coming(), effective_date=TODAY)

    assert (info.state, info.needs_approval) == ("applied", False)
    assert Member.objects.get(pk=member.id).left_date == TODAY
    assert unapproved().value == 0


def test_a_key_person_who_just_goes_is_counted(manager):
    staffing.end_membership(
        manager.id, left_date=TODAY, reason_kind="resignation", by=SYSTEM, now=NOW
    )

    found = unapproved()

    assert (found.value, found.population) == (1, 1)
    assert "没有经甲方同意" in found.events[0].label


def test_going_before_the_agreed_day_is_counted(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())
    decide(info, owner)

    staffing.end_membership(
        manager.id, left_date=TODAY, reason_kind="reassigned", by=SYSTEM, now=NOW
    )

    assert "早于甲方同意的日期" in unapproved().events[0].label


def test_what_was_not_yet_known_at_the_cut_off_is_not_counted(manager):
    staffing.end_membership(
        manager.id, left_date=TODAY, reason_kind="resignation", by=SYSTEM,
        now=NOW + timedelta(days=3),
    )  # fmt: skip

    assert unapproved(as_of=NOW + timedelta(days=2)).value == 0
    assert unapproved(as_of=NOW + timedelta(days=3)).value == 1


def test_the_same_change_is_not_asked_for_twice(*, lead, owner, manager):
    ask(lead, leaving_id=manager.id, incoming=coming())

    with pytest.raises(staffing.StaffingStateError, match="已提出这项变更"):
        ask(lead, leaving_id=manager.id, incoming=coming())


def test_an_additional_person_is_not_asked_for_twice(lead):
    ask(lead, incoming=coming(), reason_kind="enlarged")

    with pytest.raises(staffing.StaffingStateError, match="已提出这项变更"):
        ask(lead, incoming=coming(), reason_kind="enlarged")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"handover_plan": " "}, "交接安排"),
        ({"incoming": coming(qualification="")}, "资质"),
        ({"reason": " "}, "变更原因"),
        ({"reason_kind": "x"}, "没有名为“x”的原因"),
        ({"effective_date": date(2026, 8, 29)}, "合同期内"),
        ({"incoming": coming(name=" ")}, "接替人员姓名"),
    ],
)
def test_what_is_missing_of_a_key_person_s_change_is_said(*, lead, manager, fields, words):
    with pytest.raises(staffing.InvalidStaffingError, match=words):
        ask(lead, **({"leaving_id": manager.id, "incoming": coming()} | fields))


def test_a_change_of_nobody_is_refused(lead):
    with pytest.raises(staffing.InvalidStaffingError, match="至少填写"):
        ask(lead)


def test_what_can_not_take_effect_any_more_fails_in_words_and_changes_nobody(lead):
    member = person()
    user = user_with("staffing.team.view")
    info = ask(lead, leaving_id=member.id, incoming=coming(user_id=user.pk))
    person("抢先", user_id=user.pk)

    staffing.apply_due(now=at_local(MONDAY))

    row = TeamChange.objects.get(pk=info.id)
    assert (row.state, "账号" in row.result) == ("failed", True)
    assert Member.objects.get(pk=member.id).left_date is None


def test_the_decision_and_the_effect_are_kept_as_evidence(*, lead, owner, manager):
    info = ask(lead, leaving_id=manager.id, incoming=coming())
    decide(info, owner)
    staffing.apply_due(now=at_local(MONDAY))

    kinds = EvidenceRecord.objects.filter(kind__startswith="staffing.change").values_list("kind", "grade")  # fmt: skip

    assert sorted(kinds) == [("staffing.change_applied", "A"), ("staffing.change_decided", "A")]


def test_changes_of_a_period_are_told_to_reports(*, lead, owner, manager):
    ask(lead, leaving_id=manager.id, incoming=coming())

    found = staffing.changes_between(
        CONTRACT, at_local(MONDAY), at_local(MONDAY) + timedelta(days=1)
    )
    before = staffing.changes_between(CONTRACT, at_local(TODAY), at_local(MONDAY))

    assert [info.title for info in found] == ["项目经理甲更换为吴新"]
    assert before == []
