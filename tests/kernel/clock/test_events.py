import json
from datetime import timedelta

import pytest
from hypothesis import given

from steward.kernel.clock import ClockEvent, InvalidClockError, known_at
from steward.kernel.periods import InvalidPeriodError
from tests.kernel.clock import strategies as make
from tests.kernel.clock.support import event_of, spec_of
from tests.kernel.support import cases, local

GOOD = {
    "type": "start",
    "occurred_at": "2026-03-03T09:00:00+08:00",
    "recorded_at": "2026-03-03T09:00:05+08:00",
}


@pytest.mark.parametrize("case", cases("clock_errors", "event"))
def test_a_wrong_event_is_refused_with_its_field(case):
    with pytest.raises((InvalidClockError, InvalidPeriodError)) as error:
        ClockEvent.from_dict(GOOD | case["change"])

    assert case["sentence"] in error.value.message


@pytest.mark.parametrize("field", ["type", "occurred_at", "recorded_at"])
def test_a_missing_field_is_named(field):
    data = {name: value for name, value in GOOD.items() if name != field}

    with pytest.raises(InvalidClockError, match=f"时限事件缺少 {field}"):
        ClockEvent.from_dict(data)


@given(make.logs)
def test_events_read_what_they_wrote(events):
    plain = json.loads(json.dumps([event.to_dict() for event in events]))

    assert [ClockEvent.from_dict(data) for data in plain] == events


def test_a_new_spec_is_read_back():
    event = event_of(type="retarget", at="2026-03-03T10:00", spec={"target": 60})

    assert ClockEvent.from_dict(event.to_dict()).spec == spec_of(target=60)


def test_what_was_recorded_after_the_cut_off_is_not_known():
    at = local("2026-03-03T10:00")
    early = event_of(type="start", at="2026-03-03T09:00", recorded="2026-03-03T10:00")
    late = event_of(type="stop", at="2026-03-03T09:30", recorded="2026-03-03T10:01")

    assert known_at([late, early], at) == [early]


def test_times_are_kept_in_utc():
    event = ClockEvent.from_dict(GOOD)

    assert event.occurred_at.utcoffset() == timedelta()
