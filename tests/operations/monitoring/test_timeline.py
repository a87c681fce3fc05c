from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from steward.operations.monitoring.registry import State
from steward.operations.monitoring.timeline import (
    Change,
    EndedBy,
    Rules,
    Seen,
    Track,
    advance,
    fall_silent,
    follow,
    is_late,
    silent_at,
)

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RULES = Rules(timedelta(seconds=30), timedelta(seconds=10), 2, 1)
FRESH = Track(State.UNKNOWN, START)


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def seen(seconds: int, state: str) -> Seen:
    return Seen(at(seconds), State(state), f"{state}@{seconds}")


rules = st.builds(
    Rules,
    st.integers(5, 60).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 10).map(lambda n: timedelta(seconds=n)),
    st.integers(1, 4),
    st.integers(1, 3),
)
results = st.lists(
    st.builds(seen, st.integers(-20, 4000), st.sampled_from(["up", "down", "unknown"])),
    max_size=60,
)


def spans_of(changes: tuple[Change, ...], end: datetime) -> list[tuple[State, datetime, datetime]]:
    """The whole line from START to `end`."""
    starts = [(State.UNKNOWN, START), *((c.state, c.at) for c in changes), (State.UP, end)]
    return [(state, begun, after) for (state, begun), (_, after) in pairwise(starts)]


def test_a_down_begins_at_the_first_failure_of_its_streak():
    track, changes = follow(FRESH, [seen(1, "up"), seen(31, "down"), seen(61, "down")], RULES)

    assert changes[-1] == Change(at(31), State.DOWN, "down@31", EndedBy.RESULT)
    assert track.state == State.DOWN


def test_one_failure_between_successes_is_no_outage():
    track, changes = follow(FRESH, [seen(1, "up"), seen(31, "down"), seen(61, "up")], RULES)

    assert [c.state for c in changes] == [State.UP]
    assert track.streak_count == 0


def test_a_recovery_begins_at_the_first_success_of_its_streak():
    slow = Rules(timedelta(seconds=30), timedelta(seconds=10), 1, 3)
    line = [seen(1, "down"), *(seen(n, "up") for n in (31, 61, 91))]

    _, changes = follow(FRESH, line, slow)

    assert changes[-1].at == at(31)


def test_time_without_results_is_unknown_after_two_intervals_and_a_timeout():
    _, changes = follow(FRESH, [seen(1, "up"), seen(600, "up")], RULES)

    assert [(c.state, c.at) for c in changes] == [
        (State.UP, at(1)),
        (State.UNKNOWN, at(71)),
        (State.UP, at(600)),
    ]


def test_a_streak_does_not_reach_across_silence():
    _, changes = follow(FRESH, [seen(1, "up"), seen(31, "down"), seen(900, "down")], RULES)

    assert changes[-1].state == State.UNKNOWN


def test_falling_silent_twice_changes_nothing_more():
    track, _ = follow(FRESH, [seen(1, "up")], RULES)
    once, _ = fall_silent(track, RULES, now=at(500))

    twice, changes = fall_silent(once, RULES, now=at(900))

    assert (twice, changes) == (once, ())


@given(results, rules)
def test_spans_are_exclusive_and_without_gaps_whatever_the_results(line, how):
    _, changes = follow(FRESH, line, how)
    end = at(5000)

    spans = spans_of(changes, end)

    assert all(begun < ended for _, begun, ended in spans)
    assert all(one[0] != other[0] for one, other in pairwise(spans))
    assert sum((e - b for _, b, e in spans), timedelta()) == end - START


@given(results, rules)
def test_every_outage_begins_at_a_failed_result(line, how):
    failures = {s.at for s in line if s.state == State.DOWN}

    _, changes = follow(FRESH, line, how)

    assert {c.at for c in changes if c.state == State.DOWN} <= failures


@given(results, rules, st.randoms(use_true_random=False))
def test_the_order_inside_a_batch_and_duplicates_of_it_change_nothing(line, how, chance):
    once = {s.at: s for s in line}
    shuffled = [*once.values(), *once.values()]
    chance.shuffle(shuffled)

    assert follow(FRESH, shuffled, how) == follow(FRESH, once.values(), how)


@given(results, rules, st.integers(0, 60))
def test_cutting_the_results_into_batches_changes_nothing(line, how, cut):
    ordered = sorted({s.at: s for s in line}.values(), key=lambda s: s.at)
    first, before = follow(FRESH, ordered[:cut], how)

    last, after = follow(first, ordered[cut:], how)

    assert (last, before + after) == follow(FRESH, ordered, how)


@given(results, rules, results)
def test_late_results_never_rewrite_the_line(line, how, stragglers):
    track, _ = follow(FRESH, line, how)
    late = [s for s in stragglers if is_late(track, s.at)]

    for straggler in late:
        assert advance(track, straggler, how) == (track, ())


@given(results, rules, st.integers(0, 4000))
def test_noting_silence_early_gives_the_same_line_as_noting_it_later(line, how, moment):
    ordered = sorted({s.at: s for s in line}.values(), key=lambda s: s.at)
    before = [s for s in ordered if s.at <= at(moment)]
    track, first = follow(FRESH, before, how)
    noted, second = fall_silent(track, how, now=at(moment))
    last, third = follow(noted, ordered[len(before) :], how)
    _, fourth = fall_silent(last, how, now=at(9000))

    track, whole = follow(FRESH, ordered, how)
    _, end = fall_silent(track, how, now=at(9000))

    assert first + second + third + fourth == whole + end


@given(results, rules)
def test_no_known_span_outlives_its_last_result_by_more_than_the_patience(line, how):
    ordered = sorted(line, key=lambda s: s.at)
    track, changes = follow(FRESH, ordered, how)

    spans = spans_of(changes, min(silent_at(track, how), at(9000)))

    for state, begun, ended in spans:
        inside = [s.at for s in ordered if begun <= s.at <= ended]
        assert state == State.UNKNOWN or ended <= max(inside) + how.patience
