from datetime import date, timedelta

import pytest

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import RosterEntry
from tests.factories.staffing import CONTRACT, TODAY, AttendanceFactory, person
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
WEEK = TODAY + timedelta(days=7)


def generate(first=TODAY, last=WEEK):
    return staffing.generate_roster(CONTRACT, first, last, by=SYSTEM, now=NOW)


def planned() -> list[date]:
    rows = RosterEntry.objects.filter(state="on_site").order_by("day")
    return list(rows.values_list("day", flat=True))


def absent(member, substitute=None, day=TODAY):
    staffing.mark_absent(
        member.id,
        day,
        reason="病假",
        substitute_id=substitute.id if substitute else None,
        by=SYSTEM,
        now=NOW,
    )


def test_a_week_is_laid_over_the_working_days():
    person()

    assert generate() == 5
    assert planned() == [TODAY + timedelta(days=n) for n in range(5)]


def test_laying_it_again_adds_nothing():
    person()
    generate()

    assert generate() == 0


def test_a_part_of_the_week_is_laid_only_on_its_days():
    person(weekdays="24")

    generate()

    assert [day.isoweekday() for day in planned()] == [2, 4]


def test_holidays_are_free_and_make_up_days_are_worked():
    person()

    generate(date(2026, 2, 15), date(2026, 3, 1))

    assert planned() == [date(2026, 2, d) for d in (24, 25, 26, 27, 28)]


def test_what_people_edited_stays_when_the_roster_is_laid():
    member = person()
    staffing.free_day(member.id, TODAY, by=SYSTEM, now=NOW)

    generate()

    assert TODAY not in planned()


def test_a_substitute_fills_the_place_of_whoever_is_absent():
    member, spare = person("周一"), person("郑二", weekdays="6")
    generate()

    absent(member, spare)

    assert RosterEntry.objects.get(member=spare.id, day=TODAY).substitutes_id == member.id
    assert staffing.standing_on(CONTRACT, TODAY, known_at=NOW).planned == 1


def test_one_person_fills_one_place():
    member, other = person("周一"), person("郑二")
    generate()

    with pytest.raises(staffing.StaffingStateError, match="已排为到岗"):
        absent(member, other)


def test_nobody_substitutes_themselves():
    member = person()

    with pytest.raises(staffing.InvalidStaffingError, match="另一个人"):
        absent(member, member)


def test_whoever_was_there_was_not_absent():
    member = person()
    AttendanceFactory(member_id=member.id, day=TODAY)

    with pytest.raises(staffing.StaffingStateError, match="已有到岗记录"):
        absent(member)


def test_the_past_is_not_planned():
    member = person()

    with pytest.raises(staffing.StaffingStateError, match="过去"):
        staffing.plan_day(member.id, TODAY - timedelta(days=1), by=SYSTEM, now=NOW)


def test_the_plan_ends_with_the_membership():
    member = person()
    generate()

    staffing.end_membership(
        member.id, left_date=TODAY + timedelta(days=1), reason_kind="illness", by=SYSTEM, now=NOW
    )

    assert planned() == [TODAY]


def test_a_day_that_is_planned_too_thin_is_known_ahead():
    person()
    generate()

    assert staffing.standing_on(CONTRACT, WEEK - timedelta(days=3), known_at=NOW).planned_gap == 2
