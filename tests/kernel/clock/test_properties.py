from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.clock import ClockEvent, SegmentKind, State, evaluate
from steward.kernel.periods import merge, subtract
from steward.kernel.worktime import Calendar, working_time
from tests.kernel.clock import strategies as make
from tests.kernel.clock.support import spec_of
from tests.kernel.support import calendar_2026

CALENDAR = calendar_2026()
SECOND = timedelta(seconds=1)
ZERO = timedelta()


def total(status, kind):
    return sum((s.duration for s in status.explanation if s.kind is kind), ZERO)


def at_the_end(events, spec):
    return evaluate(events, spec, CALENDAR, at=make.FAR)


@given(events=make.logs, spec=make.specs(), at=make.instants, random=st.randoms())
def test_the_order_of_the_log_never_matters(*, events, spec, at, random):
    shuffled = random.sample(events, len(events))

    status = evaluate(shuffled, spec, CALENDAR, at=at)

    same = evaluate(events, spec, CALENDAR, at=at)
    assert (status, status.explanation) == (same, same.explanation)


@given(make.begun_logs, make.specs(), make.later)
def test_segments_sum_to_the_whole_span(events, spec, at):
    status = evaluate(events, spec, CALENDAR, at=at)

    spans = sum((segment.duration for segment in status.explanation), ZERO)

    assert spans == (status.stopped_at or at) - status.started_at


@given(make.logs, make.specs(), make.instants)
def test_segments_follow_one_another(events, spec, at):
    segments = evaluate(events, spec, CALENDAR, at=at).explanation

    assert all(a.end == b.start for a, b in pairwise(segments))


@given(make.logs, make.specs(), make.instants)
def test_segments_of_a_kind_sum_to_the_figure(events, spec, at):
    status = evaluate(events, spec, CALENDAR, at=at)

    sums = [total(status, k) for k in (SegmentKind.RAN, SegmentKind.PAUSED, SegmentKind.EXCLUDED)]

    assert sums == [status.elapsed, status.paused, status.excluded]


@given(make.begun_logs, make.specs(make.minute_units), make.later)
def test_elapsed_and_remaining_sum_to_the_target(events, spec, at):
    status = evaluate(events, spec, CALENDAR, at=at)

    assert status.elapsed + status.remaining == timedelta(minutes=status.target)


@given(events=make.begun_logs, spec=make.specs(), first=make.instants, second=make.instants)
def test_a_breach_stays_at_its_instant(*, events, spec, first, second):
    before = evaluate(events, spec, CALENDAR, at=min(first, second))

    after = evaluate(events, spec, CALENDAR, at=max(first, second))

    assert before.breach_at in (None, after.breach_at)


@given(make.logs, make.specs(), make.instants)
def test_a_breach_is_never_in_the_future(events, spec, at):
    status = evaluate(events, spec, CALENDAR, at=at)

    assert (status.breach_at or at) <= at


@given(
    start=make.openings,
    stop=make.later,
    spans=st.lists(make.periods, max_size=4),
    spec=make.specs(),
)
def test_met_if_and_only_if_the_stop_is_not_after_the_due_time(*, start, stop, spans, spec):
    events = [make.event("start", start), make.event("stop", stop), *make.pause_events(spans)]

    status = at_the_end(events, spec)

    assert (status.state is State.MET) == (stop <= status.due_at)


@given(
    start=make.openings,
    spans=st.lists(make.periods, max_size=4),
    more=make.periods,
    spec=make.specs(),
)
def test_one_more_pause_never_makes_it_earlier(*, start, spans, more, spec):
    events = [make.event("start", start), *make.pause_events(spans)]

    longer = at_the_end([*events, *make.pause_events([more], "supplier")], spec)

    assert longer.due_at >= at_the_end(events, spec).due_at


@given(make.logs, make.exclusions, make.specs())
def test_one_more_exclusion_never_adds_elapsed_time(events, exclusion, spec):
    fewer = at_the_end([*events, exclusion], spec)

    assert fewer.elapsed <= at_the_end(events, spec).elapsed


@given(make.instants, st.lists(make.periods, max_size=5), make.specs())
def test_pauses_are_their_union(start, spans, spec):
    started = make.event("start", start)

    status = at_the_end([started, *make.pause_events(spans)], spec)

    union = at_the_end([started, *make.pause_events(merge(spans))], spec)
    assert (status, status.explanation) == (union, union.explanation)


@given(make.instants, st.lists(make.periods, max_size=4), st.lists(make.periods, max_size=3))
def test_elapsed_time_is_the_span_without_pauses_and_exclusions(start, spans, windows):
    events = [
        make.event("start", start),
        *make.pause_events(spans),
        *(make.event("exclude", start, period=window, document="函") for window in windows),
    ]

    status = at_the_end(events, spec_of(unit="working_minutes", target=60))

    whole = make.Period(start, make.FAR)
    left = subtract([whole], [*spans, *windows])
    ran = sum((working_time(CALENDAR, part.start, part.end) for part in left), ZERO)
    assert status.elapsed == ran


@given(make.begun_logs, make.specs(), make.later)
def test_paused_and_excluded_time_accounts_for_the_rest(events, spec, at):
    status = evaluate(events, spec, CALENDAR, at=at)

    calendar = Calendar.always() if spec.unit == "elapsed_minutes" else CALENDAR
    kinds = (SegmentKind.CLOSED, SegmentKind.DISCARDED)
    rest = sum(
        (working_time(calendar, s.start, s.end) for s in status.explanation if s.kind in kinds),
        ZERO,
    )
    whole = working_time(calendar, status.started_at, status.stopped_at or at)
    assert status.elapsed + status.paused + status.excluded + rest == whole


@given(make.begun_logs, make.specs(), make.later)
def test_nothing_changes_by_itself_before_the_next_wake(events, spec, at):
    log = [event for event in events if event.occurred_at <= at or event.type == "exclude"]
    status = evaluate(log, spec, CALENDAR, at=at)
    wake = status.next_wake_at or at + SECOND

    before = evaluate(log, spec, CALENDAR, at=wake - SECOND)

    assert (before.breach_at, before.warnings) == (status.breach_at, status.warnings)


@given(make.begun_logs, make.specs(), make.later)
def test_something_changes_at_the_next_wake_and_only_if_there_is_one(events, spec, at):
    log = [event for event in events if event.occurred_at <= at or event.type == "exclude"]
    status = evaluate(log, spec, CALENDAR, at=at)

    after = evaluate(log, spec, CALENDAR, at=status.next_wake_at or make.FAR)

    changed = (after.breach_at, after.warnings) != (status.breach_at, status.warnings)
    assert changed == (status.next_wake_at is not None)


@given(make.logs, make.specs(), make.instants)
def test_fractions_of_a_second_change_nothing(events, spec, at):
    shifted = [replace(e, occurred_at=e.occurred_at + timedelta(milliseconds=400)) for e in events]

    status = evaluate(shifted, spec, CALENDAR, at=at + timedelta(milliseconds=900))

    assert status == evaluate(events, spec, CALENDAR, at=at)


@given(make.logs)
def test_a_log_reads_what_it_wrote(events):
    assert [ClockEvent.from_dict(event.to_dict()) for event in events] == events


@given(
    start=make.openings,
    spans=st.lists(make.periods, max_size=4),
    windows=st.lists(make.periods, max_size=3),
    spec=make.specs(make.minute_units),
)
def test_the_target_is_used_up_at_the_due_time_and_not_a_second_before(
    *, start, spans, windows, spec
):
    events = [
        make.event("start", start),
        *make.pause_events(spans),
        *(make.event("exclude", start, period=window, document="函") for window in windows),
    ]
    due = at_the_end(events, spec).due_at

    elapsed = [evaluate(events, spec, CALENDAR, at=t).elapsed for t in (due - SECOND, due)]

    target = timedelta(minutes=spec.target)
    assert elapsed == [target - SECOND, target]
