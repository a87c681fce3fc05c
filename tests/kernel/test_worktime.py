from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.periods import Period, total
from steward.kernel.worktable import CalendarRangeError
from steward.kernel.worktime import (
    Calendar,
    InvalidCalendarError,
    InvalidDurationError,
    add_working_time,
    end_of_working_day,
    is_provisional,
    is_working_day,
    shift_working_days,
    working_days_between,
    working_intervals,
    working_time,
)
from tests.kernel.support import calendar_2026, cases, local

OFFICE = ("09:00-12:00", "14:00-18:00")
WEEK = dict.fromkeys(range(1, 6), OFFICE)
INSTANTS = st.integers(1_750_000_000, 1_830_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
DURATIONS = st.integers(0, 3_000_000).map(lambda s: timedelta(seconds=s))


def in_zone(zone: str, *hours: str) -> Calendar:
    week = dict.fromkeys(range(1, 8), hours)
    return Calendar(week=week, official_until=None, version="test", zone=zone)


NEW_YORK = in_zone("America/New_York", "00:30-02:30", "03:00-24:00")
CALENDARS = st.sampled_from([calendar_2026(), Calendar.always(), NEW_YORK])


@pytest.mark.parametrize("case", cases("due_times", "case"))
def test_due_time_of_working_minutes(case):
    due = add_working_time(
        calendar_2026(), local(case["start"]), timedelta(minutes=case["minutes"])
    )

    assert due == local(case["due"])


@pytest.mark.parametrize("case", cases("due_times", "case"))
def test_working_time_to_the_due_time_is_the_target(case):
    passed = working_time(calendar_2026(), local(case["start"]), local(case["due"]))

    assert passed == timedelta(minutes=case["minutes"])


@pytest.mark.parametrize("case", cases("due_times", "day_case"))
def test_due_time_of_working_days(case):
    due = end_of_working_day(
        calendar_2026(),
        local(case["start"]),
        case["days"],
        count_start_day=case.get("count_start_day", False),
    )

    assert due == local(case["due"])


@given(CALENDARS, INSTANTS, DURATIONS)
def test_adding_is_the_inverse_of_measuring(calendar, start, duration):
    end = add_working_time(calendar, start, duration)

    assert working_time(calendar, start, end) == duration


@given(CALENDARS, INSTANTS, DURATIONS.filter(bool))
def test_one_second_before_the_due_time_the_duration_has_not_passed(calendar, start, duration):
    end = add_working_time(calendar, start, duration)

    assert working_time(calendar, start, end - timedelta(seconds=1)) < duration


@given(CALENDARS, st.lists(INSTANTS, min_size=3, max_size=3))
def test_working_time_is_additive(calendar, instants):
    first, second, third = sorted(instants)

    whole = working_time(calendar, first, third)

    assert whole == working_time(calendar, first, second) + working_time(calendar, second, third)


@given(CALENDARS, INSTANTS, INSTANTS)
def test_working_time_changes_sign_with_the_direction(calendar, first, second):
    assert working_time(calendar, first, second) == -working_time(calendar, second, first)


@given(CALENDARS, st.lists(INSTANTS, min_size=2, max_size=2, unique=True))
def test_working_intervals_add_up_to_working_time(calendar, instants):
    start, end = sorted(instants)

    intervals = working_intervals(calendar, Period(start, end))

    assert total(intervals) == working_time(calendar, start, end)


@given(CALENDARS, st.lists(INSTANTS, min_size=2, max_size=2, unique=True))
def test_working_intervals_are_ordered_and_apart(calendar, instants):
    start, end = sorted(instants)

    intervals = working_intervals(calendar, Period(start, end))

    assert all(a.end < b.start for a, b in pairwise(intervals))


@given(INSTANTS, st.integers(1, 300), st.booleans())
def test_so_many_working_days_have_ended_at_the_end_of_the_last(start, days, count_start_day):
    calendar = calendar_2026()

    end = end_of_working_day(calendar, start, days, count_start_day=count_start_day)

    counted = working_days_between(calendar, start, end, count_start_day=count_start_day)
    assert counted == days


@given(INSTANTS, st.integers(-60, 60))
def test_shifting_by_working_days_ends_on_a_working_day(start, days):
    calendar = calendar_2026()

    shifted = shift_working_days(calendar, calendar.local_date(start), days or 1)

    assert is_working_day(calendar, shifted)


def test_shifting_back_over_spring_festival():
    shifted = shift_working_days(calendar_2026(), date(2026, 2, 24), -1)

    assert shifted == date(2026, 2, 14)


def test_the_same_answer_whichever_year_was_asked_first():
    early, late = in_zone("Asia/Shanghai", "09:00-24:00"), in_zone("Asia/Shanghai", "09:00-24:00")
    add_working_time(late, local("2030-06-01"), timedelta(hours=1))

    spans = [
        (
            working_time(c, local("2024-03-01"), local("2031-03-01")),
            working_days_between(c, local("2024-03-01"), local("2031-03-01")),
            end_of_working_day(c, local("2024-03-01"), 400),
        )
        for c in (early, late)
    ]

    assert spans[0] == spans[1]


def test_always_is_elapsed_time():
    passed = working_time(Calendar.always(), local("2026-01-01"), local("2027-01-01"))

    assert passed == timedelta(days=365)


def test_always_is_one_interval():
    year = Period(local("2025-12-31"), local("2027-01-02"))

    assert working_intervals(Calendar.always(), year) == [year]


def test_half_day_has_hours_of_its_own():
    calendar = Calendar(
        week=WEEK,
        official_until=None,
        version="half",
        exceptions={date(2026, 2, 13): ("09:00-12:00",)},
    )

    due = add_working_time(calendar, local("2026-02-13T11:00"), timedelta(hours=2))

    assert due == local("2026-02-16T10:00")


def test_hours_until_midnight_join_the_next_day():
    night = in_zone("Asia/Shanghai", "00:00-02:00", "22:00-24:00")

    intervals = working_intervals(
        night, Period(local("2026-03-03T12:00"), local("2026-03-04T12:00"))
    )

    assert intervals == [Period(local("2026-03-03T22:00"), local("2026-03-04T02:00"))]


def test_seconds_are_exact():
    due = add_working_time(calendar_2026(), local("2026-03-03T11:59:59"), timedelta(seconds=2))

    assert due == local("2026-03-03T14:00:01")


def test_fractions_of_a_second_are_cut():
    start = local("2026-03-03T10:00:00.900000")

    assert add_working_time(calendar_2026(), start, timedelta(0)) == local("2026-03-03T10:00")


def test_hours_skipped_by_summer_time_do_not_count():
    calendar = in_zone("America/New_York", "01:00-02:30", "02:30-04:00")

    passed = working_time(
        calendar, datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC)
    )

    assert passed == timedelta(hours=2)


def test_hours_repeated_by_winter_time_count_twice():
    calendar = in_zone("America/New_York", "00:30-03:00")

    passed = working_time(
        calendar, datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)
    )

    assert passed == timedelta(hours=3, minutes=30)


def test_dates_after_the_last_official_one_are_provisional():
    calendar = calendar_2026()

    flags = [
        is_provisional(calendar, date(2026, 12, 31)),
        is_provisional(calendar, date(2027, 1, 1)),
    ]

    assert flags == [False, True]


def test_no_date_is_provisional_without_a_limit():
    assert not is_provisional(Calendar.always(), date(2100, 1, 1))


def test_calendar_reads_what_it_wrote():
    calendar = calendar_2026()

    assert Calendar.from_dict(calendar.to_dict()) == calendar


def test_equal_calendars_have_equal_hashes():
    assert len({calendar_2026(), Calendar.from_dict(calendar_2026().to_dict())}) == 1


def test_calendars_of_other_versions_differ():
    other = calendar_2026().to_dict() | {"version": "2026 amended"}

    assert Calendar.from_dict(other) != calendar_2026()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Asia/Nowhere"}, "没有名为“Asia/Nowhere”的时区"),
        ({"week": {}}, "没有任何工作时间"),
        ({"week": {"8": ["09:00-12:00"]}}, "星期应为 1（周一）到 7（周日），不能是 8"),
        ({"week": {"一": ["09:00-12:00"]}}, "不能是“一”"),
        ({"week": {"1": ["9:00-12:00"]}}, "周一：工作时段“9:00-12:00”应写成 09:00-12:00"),
        ({"week": {"1": ["12:00-09:00"]}}, "周一：工作时段“12:00-09:00”的结束须晚于开始"),
        ({"week": {"1": ["14:00-24:30"]}}, "24:00 之间"),
        ({"week": {"1": ["09:00-12:00", "11:00-13:00"]}}, "“11:00-13:00”重叠"),
        ({"week": {"1": ["14:00-18:00", "09:00-12:00"]}}, "未按先后排列"),
        ({"week": {"1": "09:00-12:00"}}, "应是一个列表"),
        ({"week": {"1": 9}}, "应是一个列表"),
        ({"week": []}, "week 应是一组"),
        ({"weeks": {}}, "没有名为“weeks”的项"),
        ({"exceptions": {"2026-02-30": []}}, "不能是“2026-02-30”"),
        ({"exceptions": {"2026-02-14": ["x"]}}, "2026-02-14：工作时段“x”"),
        ({"official_until": "next year"}, "official_until：日期应写成"),
    ],
)
def test_wrong_calendar_is_refused_with_its_place(change, sentence):
    data = calendar_2026().to_dict() | change

    with pytest.raises(InvalidCalendarError) as error:
        Calendar.from_dict(data)

    assert sentence in error.value.message


def test_negative_duration_is_refused():
    with pytest.raises(InvalidDurationError, match="不能为负"):
        add_working_time(calendar_2026(), local("2026-03-03"), timedelta(seconds=-1))


def test_day_count_below_one_is_refused():
    with pytest.raises(InvalidDurationError, match="不小于 1"):
        end_of_working_day(calendar_2026(), local("2026-03-03"), 0)


def test_naive_instant_is_a_programming_error():
    with pytest.raises(ValueError, match="naive"):
        add_working_time(calendar_2026(), datetime(2026, 3, 3), timedelta(hours=1))  # noqa: DTZ001


def test_a_due_time_beyond_the_last_year_is_refused():
    with pytest.raises(CalendarRangeError, match="2199"):
        add_working_time(calendar_2026(), local("2199-12-01"), timedelta(days=300))


def test_a_calendar_does_not_change_through_its_copies():
    calendar = calendar_2026()

    calendar.exceptions.clear()

    assert not is_working_day(calendar, date(2026, 2, 17))


def test_a_calendar_without_its_last_official_date_is_refused():
    data = calendar_2026().to_dict()
    del data["official_until"]

    with pytest.raises(InvalidCalendarError, match="缺少 official_until"):
        Calendar.from_dict(data)
