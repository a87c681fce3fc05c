import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.instants import local_date
from steward.kernel.periods import (
    InvalidPeriodError,
    Period,
    add_months,
    clip,
    contract_year,
    contract_year_number,
    dates_period,
    day_of,
    days_in,
    merge,
    month_of,
    months_between,
    months_in,
    quarter_of,
    quarters_in,
    subtract,
    total,
    week_of,
    weeks_in,
    year_of,
)
from tests.kernel.support import local

INSTANTS = st.integers(0, 500).map(lambda n: datetime.fromtimestamp(1_770_000_000 + n, UTC))
PERIODS = st.lists(INSTANTS, min_size=2, max_size=2, unique=True).map(
    lambda pair: Period(min(pair), max(pair))
)
MANY = st.lists(PERIODS, max_size=6)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def span(start: str, end: str) -> Period:
    return Period(local(start), local(end))


def inside(periods, instant):
    return any(period.contains(instant) for period in periods)


def test_the_start_is_in_and_the_end_is_out():
    period = span("2026-03-03", "2026-03-04")

    assert [period.contains(edge) for edge in (period.start, period.end)] == [True, False]


def test_times_of_any_zone_are_kept_in_utc():
    assert span("2026-03-03", "2026-03-04").start == datetime(2026, 3, 2, 16, tzinfo=UTC)


def test_a_period_that_touches_does_not_overlap():
    first, second = span("2026-03-03", "2026-03-04"), span("2026-03-04", "2026-03-05")

    assert (first.overlaps(second), first.intersect(second)) == (False, None)


def test_a_period_covers_itself():
    period = span("2026-03-03", "2026-03-04")

    assert period.covers(period)


@pytest.mark.parametrize("end", ["2026-03-03T00:00", "2026-03-02"])
def test_a_period_must_end_after_it_starts(end):
    with pytest.raises(InvalidPeriodError, match="须晚于开始"):
        span("2026-03-03T00:00", end)


def test_a_period_needs_a_zone():
    naive = datetime(2026, 3, 3)  # noqa: DTZ001

    with pytest.raises(InvalidPeriodError, match="没有时区"):
        Period(naive, naive + timedelta(days=1))


@given(PERIODS, PERIODS)
def test_two_periods_overlap_when_they_have_a_common_part(first, second):
    assert first.overlaps(second) == (first.intersect(second) is not None)


@given(MANY, INSTANTS)
def test_the_union_has_the_instants_of_each(periods, instant):
    assert inside(merge(periods), instant) == inside(periods, instant)


@given(MANY)
def test_the_union_is_ordered_and_apart(periods):
    union = merge(periods)

    assert all(a.end < b.start for a, b in itertools.pairwise(union))


@given(MANY, MANY, INSTANTS)
def test_a_difference_has_the_instants_of_the_one_and_not_of_the_other(periods, holes, instant):
    expected = inside(periods, instant) and not inside(holes, instant)

    assert inside(subtract(periods, holes), instant) == expected


@given(MANY, PERIODS)
def test_what_is_clipped_and_what_is_cut_off_are_the_whole(periods, bounds):
    parts = total(clip(periods, bounds)) + total(subtract(periods, [bounds]))

    assert parts == total(periods)


@pytest.mark.parametrize(
    ("period_of", "start", "end"),
    [
        (day_of, "2026-02-28", "2026-03-01"),
        (week_of, "2026-02-23", "2026-03-02"),
        (month_of, "2026-02-01", "2026-03-01"),
        (quarter_of, "2026-01-01", "2026-04-01"),
        (year_of, "2026-01-01", "2027-01-01"),
    ],
)
def test_calendar_periods_are_whole_local_days(period_of, start, end):
    assert period_of(date(2026, 2, 28)) == span(start, end)


@given(DAYS, st.sampled_from([day_of, week_of, month_of, quarter_of, year_of]))
def test_every_day_is_in_its_calendar_period(day, period_of):
    assert period_of(day).covers(day_of(day))


@given(DAYS, st.sampled_from([day_of, week_of, month_of, quarter_of, year_of]))
def test_calendar_periods_follow_one_another(day, period_of):
    period = period_of(day)

    assert period_of(local_date(period.end)).start == period.end


def test_a_period_of_dates_includes_the_last():
    assert dates_period(date(2026, 3, 1), date(2026, 3, 3)) == span("2026-03-01", "2026-03-04")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 5), 2, date(2027, 1, 5)),
        (date(2026, 1, 5), -1, date(2025, 12, 5)),
    ],
)
def test_months_are_added_and_cut_to_the_month(day, months, later):
    assert add_months(day, months) == later


@given(DAYS, st.integers(0, 300))
def test_so_many_months_lie_between(day, months):
    assert months_between(day, add_months(day, months)) == months


def test_a_month_that_is_not_over_does_not_count():
    assert months_between(date(2026, 1, 31), date(2026, 2, 27)) == 0


def test_months_backwards_are_negative():
    assert months_between(date(2026, 3, 5), date(2026, 1, 5)) == -2


def test_the_second_contract_year():
    assert contract_year(date(2024, 6, 18), 2) == span("2025-06-18", "2026-06-18")


def test_contract_years_of_a_leap_day():
    years = [contract_year(date(2024, 2, 29), number) for number in range(1, 6)]

    assert all(a.end == b.start for a, b in itertools.pairwise(years))


def test_there_is_no_contract_year_zero():
    with pytest.raises(InvalidPeriodError, match="从 1 开始"):
        contract_year(date(2024, 6, 18), 0)


@given(DAYS, st.integers(0, 3000))
def test_the_contract_year_of_a_day_holds_it(effective, days):
    day = effective + timedelta(days=days)

    year = contract_year(effective, contract_year_number(effective, day))

    assert year.covers(day_of(day))


def test_a_day_before_the_contract_has_no_year():
    with pytest.raises(InvalidPeriodError, match="早于合同生效日"):
        contract_year_number(date(2024, 6, 18), date(2024, 6, 17))


def test_days_touched_by_a_period():
    days = days_in(span("2026-02-27T23:00", "2026-03-01T00:00"))

    assert days == [date(2026, 2, 27), date(2026, 2, 28)]


@pytest.mark.parametrize(("pieces_in", "count"), [(weeks_in, 9), (months_in, 3), (quarters_in, 2)])
def test_calendar_periods_touched_by_a_period(pieces_in, count):
    assert len(pieces_in(span("2026-02-27T23:00", "2026-04-23T01:00"))) == count
