"""The committed file of statutory days still says what both libraries say."""

from datetime import date

import pytest

from steward.core.calendars.seeds import statutory_days, work_calendar
from steward.kernel.worktime import is_working_day
from tools import make_holidays


def test_both_libraries_agree_on_every_day():
    assert make_holidays.disagreements(make_holidays.every_day()) == []


def test_the_committed_file_is_what_the_tool_would_write():
    kept = statutory_days()
    made = make_holidays.collect(make_holidays.every_day())

    assert {day.isoformat(): name for day, name in kept.holidays.items()} == made["holidays"]
    assert {day.isoformat(): name for day, name in kept.make_up.items()} == made["make_up"]


def test_the_seeded_calendar_agrees_with_the_library_day_by_day():
    calendar = work_calendar(statutory_days())
    days = make_holidays.every_day()

    assert [d for d in days if is_working_day(calendar, d) != make_holidays.is_workday(d)] == []


@pytest.mark.parametrize("day", [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_the_make_up_days_of_2026_are_those_of_the_notice(day):
    assert date(2026, *day) in statutory_days().make_up
