from dataclasses import FrozenInstanceError, fields

import pytest

from steward.kernel.clock import ClockStatus, evaluate
from steward.kernel.worktime import Calendar
from tests.kernel.clock.support import event_of, shown, spec_of
from tests.kernel.support import calendar_2026, cases, local


def status_of(case):
    events = [event_of(**event) for event in case["events"]]
    return evaluate(events, spec_of(**case.get("spec", {})), calendar_2026(), at=local(case["at"]))


@pytest.mark.parametrize("case", cases("clocks", "case"))
def test_clock(case):
    status = status_of(case)

    assert shown(status, case["expect"]) == case["expect"]


@pytest.mark.parametrize("case", cases("clocks", "case"))
def test_segments_cover_the_whole_span_without_gap(case):
    segments = status_of(case).explanation

    edges = [segment.end for segment in segments[:-1]]
    assert [segment.start for segment in segments[1:]] == edges


@pytest.mark.parametrize(
    "case",
    cases(
        "clocks",
        "sleeping",
    ),
)
def test_a_clock_that_only_an_event_can_change_has_no_wake(case):
    assert status_of(case).next_wake_at is None


def test_a_status_has_every_field_of_its_own():
    status = evaluate(
        [event_of(type="start", at="2026-03-03T10:00")],
        spec_of(),
        calendar_2026(),
        at=local("2026-03-03T11:00"),
    )

    assert list(vars(status)) == [field.name for field in fields(ClockStatus)]


def test_a_status_does_not_change():
    status = evaluate([], spec_of(), calendar_2026(), at=local("2026-03-03"))

    with pytest.raises(FrozenInstanceError):
        status.state = "met"


def test_a_spec_brings_the_calendar_it_names():
    major = {"target": 240, "unit": "working_minutes", "calendar": "always"}
    events = [
        event_of(type="start", at="2026-03-06T17:00"),
        event_of(type="retarget", at="2026-03-06T17:30", spec=major),
    ]

    status = evaluate(
        events,
        spec_of(unit="working_minutes", target=480),
        calendar_2026(),
        at=local("2026-03-06T18:00"),
        calendars={"always": Calendar.always()},
    )

    assert status.due_at == local("2026-03-06T21:00")


def test_the_time_of_evaluation_must_know_its_zone():
    with pytest.raises(ValueError, match="naive"):
        evaluate([], spec_of(), calendar_2026(), at=local("2026-03-03").replace(tzinfo=None))
