from datetime import UTC, date, datetime, timedelta

import pytest

from steward.kernel.instants import at_local, local, local_date, now, running


def test_now_is_in_utc():
    assert now().tzinfo is UTC


def test_people_read_the_clock_of_shanghai():
    assert (
        local(datetime(2026, 3, 3, 16, 30, tzinfo=UTC)).isoformat() == "2026-03-04T00:30:00+08:00"
    )


def test_the_date_is_that_of_shanghai():
    assert local_date(datetime(2026, 3, 3, 16, tzinfo=UTC)) == date(2026, 3, 4)


def test_a_wall_clock_time_becomes_an_instant():
    assert at_local(date(2026, 3, 4), 0, 30) == datetime(2026, 3, 3, 16, 30, tzinfo=UTC)


def test_a_naive_time_is_a_programming_error():
    with pytest.raises(ValueError, match="naive"):
        local(datetime(2026, 3, 3))  # noqa: DTZ001


def test_a_running_clock_begins_where_it_is_set_and_never_goes_back():
    began = datetime(2026, 3, 4, tzinfo=UTC)
    clock = running(began)

    seen = [clock() for _ in range(1000)]

    assert began <= seen[0] < began + timedelta(hours=1)
    assert seen == sorted(seen)
