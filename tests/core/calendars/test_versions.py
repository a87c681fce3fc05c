from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from steward.core.calendars import api as calendars
from steward.core.calendars.models import CalendarVersion
from steward.core.jobs.models import EventRecord
from steward.kernel.instants import at_local
from steward.kernel.worktime import Calendar, add_working_time, is_working_day
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def half_day(info: calendars.CalendarInfo) -> Calendar:
    """The same calendar with the morning of 2026-09-25 only."""
    data = info.calendar.to_dict()
    data["exceptions"][date(2026, 9, 24).isoformat()] = ["09:00-12:00"]
    return Calendar.from_dict(data)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at_local(date(2026, 2, 13), 17), 4, at_local(date(2026, 2, 14), 12)),
        (at_local(date(2026, 2, 14), 9, 30), 1, at_local(date(2026, 2, 14), 10, 30)),
        (at_local(date(2026, 2, 14), 9, 30), 8, at_local(date(2026, 2, 24), 10, 30)),
        (at_local(date(2026, 2, 28), 10), 4, at_local(date(2026, 2, 28), 16)),
        (at_local(date(2026, 9, 20), 10), 4, at_local(date(2026, 9, 20), 16)),
        (at_local(date(2026, 3, 3), 11, 50), 1, at_local(date(2026, 3, 3), 14, 50)),
    ],
)
def test_the_seeded_working_calendar_gives_the_golden_due_times(start, hours, due):
    info = calendars.get("cn-work")

    assert add_working_time(info.calendar, start, timedelta(hours=hours)) == due


def test_the_seeded_round_the_clock_calendar_never_stops():
    info = calendars.get("always")

    assert is_working_day(info.calendar, date(2026, 10, 1))
    assert info.official_until is None


def test_a_new_version_answers_from_its_recording_on_and_the_old_one_before():
    old = calendars.get("cn-work")

    new = calendars.install_version(
        "cn-work", half_day(old), notice="测试〔2026〕1号", published=date(2026, 3, 1),
        by=SYSTEM, now=NOW,
    )  # fmt: skip

    assert calendars.get("cn-work").version_id == new.version_id
    assert calendars.get("cn-work", at=NOW).version_id == new.version_id
    assert calendars.get("cn-work", at=NOW - timedelta(seconds=1)).version_id == old.version_id


def test_before_its_first_version_a_calendar_answers_with_that_version():
    assert calendars.get("cn-work", at=datetime(2015, 1, 1, tzinfo=UTC)).number == 1


def test_a_half_day_ends_the_working_time_at_noon():
    old = calendars.get("cn-work")

    new = calendars.install_version("cn-work", half_day(old), notice="x", by=SYSTEM, now=NOW)

    due = add_working_time(new.calendar, at_local(date(2026, 9, 24), 11), timedelta(hours=2))
    assert due == at_local(date(2026, 9, 28), 10)


def test_a_new_version_is_published_for_the_clocks():
    old = calendars.get("cn-work")

    new = calendars.install_version("cn-work", half_day(old), notice="x", by=SYSTEM, now=NOW)

    record = EventRecord.objects.get(name="calendars.changed")
    assert record.payload["version_id"] == new.version_id


def test_the_same_arrangement_again_is_refused_in_words():
    old = calendars.get("cn-work")
    notice = calendars.Notice(names=old.day_names)

    with pytest.raises(calendars.UnchangedCalendarError, match="无需登记"):
        calendars.install_version("cn-work", old.calendar, notice=notice, by=SYSTEM, now=NOW)


def test_an_unknown_calendar_is_named():
    with pytest.raises(calendars.UnknownCalendarError, match="mars"):
        calendars.get("mars")


@pytest.mark.parametrize("statement", ["UPDATE {} SET label = 'x'", "DELETE FROM {}"])
def test_versions_are_append_only_even_for_raw_sql(statement):
    table = CalendarVersion._meta.db_table

    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_seeding_again_changes_nothing():
    calendars.seed()

    assert CalendarVersion.objects.count() == 2


def test_a_named_holiday_is_one_span_with_its_weekends():
    spans = {s.name: s for s in calendars.holiday_spans(calendars.get("cn-work"), 2026)}

    assert (spans["春节"].first_date, spans["春节"].last_date) == (
        date(2026, 2, 15),
        date(2026, 2, 23),
    )
    assert set(spans) == {"元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节"}
