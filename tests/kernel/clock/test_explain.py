from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.clock import (
    Segment,
    SegmentKind,
    condense,
    describe,
    evaluate,
    format_duration,
)
from tests.kernel.clock import strategies as make
from tests.kernel.clock.support import event_of, spec_of
from tests.kernel.support import calendar_2026, local


def segment(kind, start, end, *, reason=""):
    return Segment(SegmentKind(kind), local(start), local(end), reason)


def weekend_clock():
    """Friday afternoon to Monday noon, with a pause on Monday morning."""
    events = [
        event_of(type="start", at="2026-03-06T16:00"),
        event_of(type="pause", at="2026-03-09T09:30", reason="client"),
        event_of(type="resume", at="2026-03-09T10:00"),
        event_of(type="pause", at="2026-03-09T11:00", reason="lunch"),
    ]
    spec = spec_of(unit="working_minutes")
    return evaluate(events, spec, calendar_2026(), at=local("2026-03-09T12:30"))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (33, "33 s"),
        (60, "1 min"),
        (693, "11 min 33 s"),
        (661, "11 min 01 s"),
        (3600, "1 h"),
        (3960, "1 h 06 min"),
        (3965, "1 h 06 min"),
        (3605, "1 h"),
        (100_800, "1 天 4 h"),
        (100_860, "1 天 4 h"),
        (86_400, "1 天"),
        (86_460, "1 天"),
        (-720, "−12 min"),
        (-1, "−1 s"),
    ],
)
def test_a_duration_in_two_units(seconds, text):
    assert format_duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3965, "1 h 06 min 05 s"), (3605, "1 h 5 s"), (90_061, "1 天 1 h 01 min 01 s")],
)
def test_a_duration_to_the_second(seconds, text):
    assert format_duration(timedelta(seconds=seconds), seconds=True) == text


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_negative_duration_is_the_positive_one_with_a_minus(duration):
    whole = timedelta(seconds=duration // timedelta(seconds=1) + 1)

    assert format_duration(-whole) == f"−{format_duration(whole)}"


@pytest.mark.parametrize(
    ("kind", "reason", "what"),
    [
        ("ran", "", "计时"),
        ("ran", "lunch", "计时（挂起原因“lunch”不在合同约定之列，不停表）"),
        ("paused", "client", "暂停（待客户）"),
        ("excluded", "函〔2026〕3号", "约定剔除，不计时（函〔2026〕3号）"),
        ("closed", "", "已停表，重新打开前不计时"),
        ("outside", "", "非工作时间，不计时"),
        ("discarded", "", "重新起算之前，不计时"),
    ],
)
def test_a_segment_in_words(kind, reason, what):
    sentence = describe(
        segment(kind, "2026-03-03T09:46:02", "2026-03-03T10:28:15", reason=reason),
        {"client": "待客户"},
    )

    assert sentence == f"03-03 09:46:02 至 03-03 10:28:15 {what}，42 min 13 s"


def test_the_explanation_names_every_stretch():
    kinds = [
        (str(s.kind), s.reason, format_duration(s.duration)) for s in weekend_clock().explanation
    ]

    assert kinds == [
        ("ran", "", "2 h"),
        ("outside", "", "2 天 15 h"),
        ("ran", "", "30 min"),
        ("paused", "client", "30 min"),
        ("ran", "", "1 h"),
        ("ran", "lunch", "1 h"),
        ("outside", "", "30 min"),
    ]


def test_a_short_explanation_folds_nights_and_weekends_in():
    rows = condense(weekend_clock().explanation)

    assert [(str(row.kind), row.reason, format_duration(counted)) for row, counted in rows] == [
        ("ran", "", "2 h 30 min"),
        ("paused", "client", "30 min"),
        ("ran", "", "1 h"),
        ("ran", "lunch", "1 h"),
        ("outside", "", "30 min"),
    ]


@given(make.begun_logs, make.specs(), make.later)
def test_a_short_explanation_keeps_the_sum_of_every_kind(events, spec, at):
    status = evaluate(events, spec, calendar_2026(), at=at)

    counted = sum(
        (time for row, time in condense(status.explanation) if row.kind is SegmentKind.RAN),
        timedelta(),
    )

    assert counted == status.elapsed
