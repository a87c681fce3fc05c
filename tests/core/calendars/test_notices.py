from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.core.calendars import api as calendars
from steward.core.calendars.notices import (
    InvalidNoticeError,
    differences,
    draft,
    read_entries,
    rows_of_text,
)
from steward.kernel.worktime import Calendar, is_provisional, is_working_day

WEEK = dict.fromkeys(range(1, 6), ("09:00-12:00", "14:00-18:00"))
PLAIN = Calendar(week=WEEK, official_until=date(2026, 12, 31), version="x")


def read(text: str) -> list:
    return read_entries(rows_of_text(text), PLAIN)


@pytest.mark.parametrize(
    "line",
    ["2027-01-01 休 元旦", "2027年1月1日\t放假\t元旦", "2027/1/1,休,元旦", "2027.1.1　休　元旦"],
)
def test_a_day_off_may_be_written_in_the_usual_ways(line):
    entry = read(line)[0]

    assert (entry.day, entry.hours, entry.name) == (date(2027, 1, 1), (), "元旦")


def test_a_span_is_every_day_of_it():
    assert [entry.day.day for entry in read("2027-02-05~2027-02-07 休 春节")] == [5, 6, 7]


def test_a_make_up_day_has_the_usual_hours_and_a_half_day_its_own():
    made_up, half = read("2027-02-13 班 春节\n2027-02-15 09:00-12:00 元宵")

    assert [str(h) for h in made_up.hours] == ["09:00-12:00", "14:00-18:00"]
    assert [str(h) for h in half.hours] == ["09:00-12:00"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有任何日期"),
        ("2027-13-01 休 元旦", "第 1 行：日期应写成 2027-01-01，不能是“2027-13-01”"),
        ("\n2027-01-01 半 元旦", "第 2 行：第二列应是"),
        ("2027-01-01 休", "第 1 行：请写明节日名称"),
        ("2027-01-01 休 元旦\n2027-01-01 休 元旦", "第 2 行：2027-01-01 前面已经写过"),
        ("2027-01-04 班 元旦", "2027-01-04 本来就是工作日"),
        ("2027-02-07~2027-02-05 休 春节", "日期范围"),
        ("2027-02-15 25:00-26:00 元宵", "09:00-12:00"),
    ],
)
def test_a_wrong_line_is_named_with_the_value_and_the_way_out(text, words):
    with pytest.raises(InvalidNoticeError, match=words):
        read(text)


def test_every_wrong_line_is_told_at_once():
    with pytest.raises(InvalidNoticeError) as caught:
        read("x 休 元旦\n2027-01-02 休 元旦\ny 休 元旦")

    assert len(caught.value.problems) == 2


def entries_or_problems(text: str) -> list:
    try:
        return read(text)
    except InvalidNoticeError as error:
        return error.problems


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text):
    assert entries_or_problems(text)


@pytest.mark.django_db
def test_a_notice_for_a_year_replaces_that_year_and_makes_it_official():
    info = calendars.get("cn-work")

    made = draft(info, read("2027-01-01~2027-01-03 休 元旦"), whole_years=True)

    assert not is_working_day(made.calendar, date(2027, 1, 1))
    assert not is_provisional(made.calendar, date(2027, 12, 31))
    assert (
        made.calendar.exceptions[date(2026, 2, 14)] == info.calendar.exceptions[date(2026, 2, 14)]
    )
    assert [one.day.day for one in differences(info, made)] == [1, 2, 3]


@pytest.mark.django_db
def test_an_amendment_changes_only_the_listed_dates():
    info = calendars.get("cn-work")

    made = draft(info, read("2026-10-08 休 国庆节"), whole_years=False)

    assert [(d.day, d.before, d.after) for d in differences(info, made)] == [
        (date(2026, 10, 8), "09:00-12:00、14:00-18:00", "休 · 国庆节")
    ]
