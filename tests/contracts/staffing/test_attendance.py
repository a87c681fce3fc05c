from datetime import date, timedelta

import pytest

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Attendance
from steward.core.evidence import api as evidence
from steward.core.evidence.models import EvidenceRecord
from steward.core.findings.models import Finding
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local
from tests.factories.accounts import UserFactory
from tests.factories.staffing import CONTRACT, TODAY, person
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)
AFTER = at_local(TOMORROW)


def somebody(name: str, **fields):
    """A member with an account, and the actor of that account."""
    user = UserFactory(name=name)
    return person(name, user_id=user.pk, **fields), Actor(user.pk, name)


@pytest.fixture
def team():
    return [somebody(name) for name in ("周一", "郑二", "王三")]


def present(team, count=3, now=NOW):
    return [staffing.check_in(CONTRACT, by=actor, now=now) for _, actor in team[:count]]


def standing(day=TODAY, known_at=AFTER):
    return staffing.standing_on(CONTRACT, day, known_at=known_at)


def test_enough_people_who_signed_in_leave_no_gap(team):
    present(team)

    assert (standing().present, standing().gap) == (3, 0)


def test_signing_in_twice_is_signing_in_once(team):
    first = present(team, 1)
    second = present(team, 1, now=NOW + timedelta(seconds=1))

    assert first == second
    assert Attendance.objects.count() == 1


def test_the_day_is_the_local_one_at_both_ends_of_it(team):
    _, actor = team[0]
    staffing.check_in(CONTRACT, by=actor, now=at_local(TOMORROW) - timedelta(seconds=1))
    staffing.check_in(CONTRACT, by=actor, now=at_local(TOMORROW))

    assert list(Attendance.objects.values_list("day", flat=True)) == [TODAY, TOMORROW]


def test_somebody_who_is_not_of_the_team_can_not_sign_in(team):
    stranger = UserFactory()

    with pytest.raises(staffing.NotOnTeamError):
        staffing.check_in(CONTRACT, by=Actor(stranger.pk, "路人"), now=NOW)


def test_whoever_works_elsewhere_can_not_sign_in_on_site():
    _, actor = somebody("远程", is_on_site=False)

    with pytest.raises(staffing.NotOnTeamError):
        staffing.check_in(CONTRACT, by=actor, now=NOW)


def test_on_the_day_of_leaving_nobody_signs_in(team):
    member, actor = team[0]
    staffing.end_membership(
        member.id, left_date=TODAY, reason_kind="resignation", by=SYSTEM, now=NOW
    )

    with pytest.raises(staffing.NotOnTeamError):
        staffing.check_in(CONTRACT, by=actor, now=NOW)


def test_who_was_still_there_can_not_have_left_before(team):
    present(team, 1)

    with pytest.raises(staffing.StaffingStateError, match="到岗记录"):
        staffing.end_membership(
            team[0][0].id, left_date=TODAY, reason_kind="resignation", by=SYSTEM, now=NOW
        )


def test_a_late_statement_needs_its_reason(team):
    with pytest.raises(staffing.InvalidStaffingError, match="说明"):
        staffing.register_late(team[0][0].id, TODAY, note=" ", by=SYSTEM, now=AFTER)


def test_nobody_is_stated_to_be_there_ahead(team):
    with pytest.raises(staffing.InvalidStaffingError, match="将来"):
        staffing.register_late(team[0][0].id, TOMORROW, note="预先", by=SYSTEM, now=NOW)


def test_a_disputed_presence_does_not_count_until_the_client_accepts_it(team):
    (first, *_) = present(team)

    dispute = staffing.dispute_attendance(first, reason="未见到", by=SYSTEM, now=NOW)
    disputed = standing().gap
    staffing.answer_dispute(dispute, answer="在机房", by=SYSTEM, now=NOW)
    staffing.settle_dispute(dispute, upheld=False, by=SYSTEM, now=NOW)

    assert (disputed, standing().gap) == (1, 0)


def test_an_upheld_dispute_is_final(team):
    (first, *_) = present(team)
    dispute = staffing.dispute_attendance(first, reason="未见到", by=SYSTEM, now=NOW)

    staffing.settle_dispute(dispute, upheld=True, by=SYSTEM, now=NOW)

    assert standing().gap == 1
    with pytest.raises(staffing.StaffingStateError, match="认定未到岗"):
        staffing.dispute_attendance(first, reason="再次", by=SYSTEM, now=NOW)
    with pytest.raises(staffing.StaffingStateError, match="已有结论"):
        staffing.settle_dispute(dispute, upheld=False, by=SYSTEM, now=NOW)


def test_a_presence_is_disputed_once_at_a_time(team):
    (first, *_) = present(team)
    staffing.dispute_attendance(first, reason="未见到", by=SYSTEM, now=NOW)

    with pytest.raises(staffing.StaffingStateError, match="争议中"):
        staffing.dispute_attendance(first, reason="未见到", by=SYSTEM, now=NOW)


def test_the_client_confirms_ended_days_and_leaves_disputed_ones_open(team):
    present(team)
    (first, *_) = present(team, now=NOW + timedelta(days=1))
    staffing.dispute_attendance(first, reason="未见到", by=SYSTEM, now=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)

    done = staffing.confirm_days(CONTRACT, TODAY, TODAY + timedelta(days=5), by=SYSTEM, now=later)

    assert done == staffing.Confirmed(1, (TOMORROW,))
    assert standing(known_at=later).grade == "C"


def test_a_confirmed_day_is_neither_disputed_nor_enlarged(team):
    (first, *_) = present(team, 2)
    staffing.confirm_days(CONTRACT, TODAY, TOMORROW, by=SYSTEM, now=AFTER)

    with pytest.raises(staffing.StaffingStateError, match="已由甲方确认"):
        staffing.dispute_attendance(first, reason="未见到", by=SYSTEM, now=AFTER)
    with pytest.raises(staffing.StaffingStateError, match="已由甲方确认"):
        staffing.register_late(team[2][0].id, TODAY, note="忘记签到", by=SYSTEM, now=AFTER)


def test_today_is_not_confirmed_before_it_has_ended(team):
    present(team)

    done = staffing.confirm_days(
        CONTRACT, TODAY, TOMORROW, by=SYSTEM, now=AFTER - timedelta(seconds=1)
    )

    assert done.days == 0


def ask(code="staffing.understaffed_days", *, start=NOW, end=None, as_of=AFTER):
    query = evidence.MetricQuery(
        contract=CONTRACT,
        start=at_local(TODAY) if start is NOW else start,
        end=end or at_local(TODAY + timedelta(days=7)),
        as_of=as_of,
    )
    return evidence.metric_spec(code).compute(query)


def test_a_working_day_with_too_few_people_is_counted_when_it_has_ended(team):
    present(team, 2)

    before = ask(as_of=AFTER - timedelta(seconds=1))
    after = ask()

    assert (before.value, before.population) == (0, 0)
    assert (after.value, after.population, after.grade) == (1, 1, "D")
    assert after.events[0].url == "/staffing/huaian-2025/days/2026-03-02/"


def test_what_was_recorded_after_the_cut_off_changes_nothing(team):
    present(team, 2)
    staffing.register_late(
        team[2][0].id, TODAY, note="忘记签到", by=SYSTEM, now=AFTER + timedelta(hours=9)
    )

    assert ask(as_of=AFTER + timedelta(hours=8)).value == 1
    assert ask(as_of=AFTER + timedelta(hours=10)).value == 0


def test_holidays_and_week_ends_want_nobody_and_make_up_days_do(team):
    holidays = ask(start=at_local(date(2026, 2, 15)), end=at_local(date(2026, 2, 24)))
    make_up = ask(start=at_local(date(2026, 2, 28)), end=at_local(date(2026, 3, 1)))

    assert (holidays.value, holidays.population) == (0, 0)
    assert (make_up.value, make_up.population) == (1, 1)


def test_without_a_team_there_is_no_data():
    assert ask().no_data == "还没有登记驻场人员"


def test_a_short_day_is_a_finding_until_it_is_made_up_for(team):
    friday = TODAY + timedelta(days=4)
    for day in range(5):
        present(team, 3 if day else 2, now=NOW + timedelta(days=day))
    staffing.check_contract(CONTRACT, now=at_local(friday))
    staffing.check_contract(CONTRACT, now=at_local(friday) + timedelta(hours=1))
    finding = Finding.objects.get(source="staffing.days", fingerprint=f"{CONTRACT}:{TODAY}")
    staffing.register_late(team[2][0].id, TODAY, note="忘记签到", by=SYSTEM, now=at_local(friday))

    staffing.check_contract(CONTRACT, now=at_local(friday) + timedelta(hours=2))

    closed = Finding.objects.get(pk=finding.pk)
    assert (finding.occurrences, finding.state, closed.state) == (1, "open", "closed")
    assert "2 人，少于要求的 3 人" in finding.title


def test_each_ended_day_is_kept_as_evidence_once(team):
    present(team)

    staffing.check_contract(CONTRACT, now=AFTER)
    staffing.check_contract(CONTRACT, now=AFTER + timedelta(hours=1))

    (kept,) = EvidenceRecord.objects.filter(kind="staffing.day", payload__day=str(TODAY))
    assert (kept.grade, kept.payload["present"]) == ("D", 3)
