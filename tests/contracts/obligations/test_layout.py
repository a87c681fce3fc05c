"""Windows from rhythms: the real holidays of two years, and properties over every rhythm."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from steward.contracts.obligations.daybook import DayBook
from steward.contracts.obligations.layout import MomentSpan, Planned, Term, lay_out
from steward.contracts.packs.api import Obligation
from steward.core.calendars.seeds import statutory_days, work_calendar
from steward.kernel.instants import at_local, local_date
from steward.kernel.periods import add_months

DAYS = DayBook(work_calendar(statutory_days()), statutory_days().names)
YEAR = Term(date(2025, 8, 29), date(2026, 8, 29))
PIECES = ("daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly")


def duty(rhythm: dict, window: dict | None = None) -> Obligation:
    return Obligation.model_validate(
        {
            "id": "x",
            "title": "巡检",
            "area": "inspection",
            "rhythm": rhythm,
            "window": window or {},
            "deliverable": "记录",
            "clause": {"ref": "一", "quote": "巡检"},
        }
    )


def laid(
    rhythm: dict, window: dict | None = None, *, term: Term = YEAR, moments=()
) -> list[Planned]:
    return lay_out(duty(rhythm, window), term, days=DAYS, moments=moments)


def holiday_dues(*names: str, term: Term = YEAR) -> dict[str, tuple[date, date]]:
    rows = laid({"kind": "before_holidays", "holidays": names}, {"open_days": 10}, term=term)
    return {row.key: (local_date(row.opens_at), local_date(row.due_at)) for row in rows}


terms = st.builds(
    lambda start, length: Term(start, start + timedelta(days=length)),
    st.dates(date(2022, 1, 1), date(2026, 6, 1)),
    st.integers(1, 800),
)


def test_the_inspections_before_the_three_holidays_end_with_the_last_day_before_the_days_off():
    assert holiday_dues("五一", "国庆", "春节") == {
        "国庆节-2025": (date(2025, 9, 21), date(2025, 10, 1)),
        "春节-2026": (date(2026, 2, 5), date(2026, 2, 15)),
        "劳动节-2026": (date(2026, 4, 21), date(2026, 5, 1)),
    }


def test_the_holidays_of_2025_are_those_of_the_notice():
    term = Term(date(2025, 1, 1), date(2026, 1, 1))

    assert {key: due for key, (_, due) in holiday_dues("五一", "十一", "春节", "中秋", term=term).items()} == {
        "春节-2025": date(2025, 1, 28),
        "劳动节-2025": date(2025, 5, 1),
        "中秋-2025": date(2025, 10, 1),
        "国庆节-2025": date(2025, 10, 1),
    }  # fmt: skip


def test_a_holiday_without_a_notice_is_expected_and_says_so():
    rows = laid(
        {"kind": "before_holidays", "holidays": ["春节", "国庆"]},
        term=Term(date(2026, 12, 1), date(2027, 12, 1)),
    )

    assert [(row.key, local_date(row.due_at), row.is_expected) for row in rows] == [
        ("春节-2027", date(2027, 2, 5), True),
        ("国庆节-2027", date(2027, 10, 1), True),
    ]


def test_the_same_holiday_by_two_names_comes_once():
    assert list(holiday_dues("国庆", "十一")) == ["国庆节-2025"]


def test_a_holiday_that_begins_with_the_term_leaves_no_day_before_it():
    assert holiday_dues("国庆", term=Term(date(2025, 10, 1), date(2026, 9, 1))) == {}


def test_a_window_before_a_holiday_is_cut_to_the_term():
    term = Term(date(2025, 9, 25), date(2026, 9, 1))

    assert holiday_dues("国庆", term=term)["国庆节-2025"] == (date(2025, 9, 25), date(2025, 10, 1))


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2025-09", date(2025, 10, 15)),  # 1–8 October off, 11 October worked: 9, 10, 11, 13, 14
        ("2026-01", date(2026, 2, 7)),
        ("2026-04", date(2026, 5, 12)),  # 1–5 May off, 9 May worked: 6, 7, 8, 9, 11
    ],
)
def test_a_monthly_report_is_due_by_the_end_of_the_fifth_working_day_of_the_next_month(month, due):
    rows = laid({"kind": "monthly"}, {"opens": "end", "working_days_after": 5})
    row = next(row for row in rows if row.key == month)

    assert local_date(row.due_at) == due
    assert local_date(row.opens_at) == add_months(date.fromisoformat(f"{month}-01"), 1)


def test_four_a_year_may_all_be_done_until_its_end_and_are_planned_in_quarters():
    rows = laid({"kind": "per_period", "count": 4})

    assert [row.key for row in rows] == ["y1-1", "y1-2", "y1-3", "y1-4"]
    assert {local_date(row.due_at) for row in rows} == {date(2026, 8, 29)}
    assert [local_date(row.planned_at) for row in rows] == [
        date(2025, 11, 28),
        date(2026, 2, 27),
        date(2026, 5, 29),
        date(2026, 8, 29),
    ]


def moment(start: datetime, *, known: datetime, days: int = 3) -> MomentSpan:
    return MomentSpan(7, "两会", start, start + timedelta(days=days), known)


def test_a_check_ahead_is_due_so_many_days_before_the_moment_begins():
    start = at_local(date(2026, 3, 4), 8)
    rows = laid(
        {"kind": "ahead", "days_ahead": 7},
        moments=[moment(start, known=at_local(date(2026, 2, 1)))],
    )

    assert [(row.due_at, row.moment_id) for row in rows] == [(start - timedelta(days=7), 7)]


def test_a_moment_announced_late_is_checked_before_it_begins():
    start = at_local(date(2026, 3, 4))
    known = start - timedelta(days=3)
    rows = laid({"kind": "ahead", "days_ahead": 7}, moments=[moment(start, known=known)])

    assert [row.due_at for row in rows] == [start]


def test_a_moment_that_had_begun_before_both_sides_knew_leaves_nothing_to_check():
    start = at_local(date(2026, 3, 4))

    assert laid({"kind": "ahead", "days_ahead": 7}, moments=[moment(start, known=start)]) == []


def test_the_duty_during_a_moment_lasts_as_long_and_leaves_days_for_the_record():
    start = at_local(date(2026, 3, 4))
    rows = laid(
        {"kind": "during"}, {"working_days_after": 3}, moments=[moment(start, known=start, days=5)]
    )

    assert [(row.opens_at, local_date(row.due_at)) for row in rows] == [(start, date(2026, 3, 12))]


@pytest.mark.parametrize(
    ("rhythm", "window", "expected"),
    [
        ({"kind": "once"}, {"days_after": 10}, (date(2025, 8, 29), date(2025, 9, 8))),
        ({"kind": "once"}, {}, (date(2025, 8, 29), date(2026, 8, 29))),
        ({"kind": "once", "at": "end"}, {}, (date(2025, 8, 29), date(2026, 8, 29))),
        (
            {"kind": "once", "at": "end"},
            {"opens": "end", "days_after": 10},
            (date(2026, 8, 29), date(2026, 9, 8)),
        ),
    ],
)
def test_what_is_due_once_hangs_on_an_end_of_the_term(rhythm, window, expected):
    (row,) = laid(rhythm, window)

    assert (local_date(row.opens_at), local_date(row.due_at)) == expected


def test_daily_duties_of_working_days_leave_the_days_off_out():
    rows = laid(
        {"kind": "daily", "working_days_only": True},
        term=Term(date(2026, 2, 13), date(2026, 2, 26)),
    )

    assert [row.key[5:] for row in rows] == ["02-13", "02-14", "02-24", "02-25"]


@given(term=terms, kind=st.sampled_from(PIECES))
def test_the_stretches_partition_the_term(term, kind):
    rows = laid({"kind": kind}, term=term)

    assert rows[0].opens_at == at_local(term.start)
    assert rows[-1].due_at == at_local(term.end)
    assert all(one.due_at == two.opens_at for one, two in pairwise(rows))


@given(term=terms)
def test_a_whole_week_inside_the_term_runs_from_monday_to_sunday(term):
    rows = laid({"kind": "weekly"}, term=term)

    assert all(local_date(row.opens_at).isoweekday() == 1 for row in rows[1:])
    assert all((row.due_at - row.opens_at) <= timedelta(days=7) for row in rows)


@given(term=terms, count=st.integers(1, 12), per=st.sampled_from(["week", "month", "quarter", "half_year", "contract_year", "term"]))  # fmt: skip
def test_n_per_period_come_exactly_n_times_in_each(term, count, per):
    rows = laid({"kind": "per_period", "count": count, "per": per}, term=term)
    periods = {row.key.rsplit("-", 1)[0] for row in rows}

    assert len(rows) == count * len(periods)
    assert all(
        row.planned_at is None or row.opens_at < row.planned_at <= row.due_at for row in rows
    )


@given(
    term=terms,
    kind=st.sampled_from([*PIECES, "per_period", "before_holidays", "ahead", "during"]),
    offset_and_notice=st.tuples(st.integers(-30, 830), st.integers(0, 40)),
)
def test_no_occurrence_lies_outside_the_term_and_every_window_is_half_open(
    term, kind, offset_and_notice
):
    offset, notice = offset_and_notice
    start = at_local(term.start + timedelta(days=offset))
    rhythm = {"kind": kind, "holidays": ["五一", "国庆", "春节"], "days_ahead": 7}
    rhythm |= {"count": 3} if kind == "per_period" else {}
    moments = [moment(start, known=start - timedelta(days=notice))]

    rows = laid(rhythm, term=term, moments=moments)

    late_end = max(at_local(term.end), start + timedelta(days=3))
    assert all(at_local(term.start) <= row.opens_at < row.due_at <= late_end for row in rows)
    assert all(row.opens_at < at_local(term.end) for row in rows)
    assert all(row.opens_at <= row.for_at <= row.due_at for row in rows)
    assert len({row.key for row in rows}) == len(rows)


@given(term=terms, kind=st.sampled_from(PIECES), days=st.integers(1, 20))
def test_days_after_move_every_due_time_by_exactly_as_much(term, kind, days):
    plain = {row.key: row.due_at for row in laid({"kind": kind}, term=term)}
    moved = {row.key: row.due_at for row in laid({"kind": kind}, {"days_after": days}, term=term)}

    assert moved == {key: due + timedelta(days=days) for key, due in plain.items()}


@given(term=terms, kind=st.sampled_from(PIECES))
def test_laying_out_twice_gives_the_same(term, kind):
    assert laid({"kind": kind}, term=term) == laid({"kind": kind}, term=term)


@given(length=st.integers(0, 400))
def test_a_longer_term_keeps_the_keys_of_the_shorter_one(length):
    assume(length > 0)
    short = Term(YEAR.start, YEAR.start + timedelta(days=length))
    keys = {row.key for row in laid({"kind": "monthly"}, term=short)}

    assert keys <= {row.key for row in laid({"kind": "monthly"}, term=Term(YEAR.start, date(2027, 1, 1)))}  # fmt: skip


def test_every_instant_is_in_utc():
    assert {row.due_at.tzinfo for row in laid({"kind": "weekly"})} == {UTC}
