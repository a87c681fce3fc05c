from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.periods import Period, merge, subtract, total
from steward.operations.monitoring.availability import (
    Account,
    Aggregation,
    Line,
    UnknownParameterError,
    UnknownPolicy,
    account,
    aggregate,
    aggregation_of,
    figure,
    join,
    minus,
    policy_of,
)
from steward.operations.monitoring.registry import State

START = datetime(2026, 1, 1, tzinfo=UTC)


def hours(first: float, last: float) -> Period:
    return Period(START + timedelta(hours=first), START + timedelta(hours=last))


def pieces_of(cuts: list[int], states: list[State]) -> list[tuple[Period, State]]:
    edges = sorted({0, 100, *cuts})
    return [(hours(a, b), states[n % len(states)]) for n, (a, b) in enumerate(pairwise(edges))]


windows = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 40)).map(lambda w: hours(w[0], w[0] + w[1])),
    max_size=4,
)
lines = st.builds(
    lambda cuts, states, planned, excluded: Line(pieces_of(cuts, states), planned, excluded),
    st.lists(st.integers(1, 99), max_size=8),
    st.lists(st.sampled_from(State), min_size=1, max_size=5),
    windows,
    windows,
)
policies = st.sampled_from(UnknownPolicy)


def test_availability_is_up_over_up_and_down():
    line = Line([(hours(0, 99), State.UP), (hours(99, 100), State.DOWN)])

    found = figure(account(line, UnknownPolicy.EXCLUDED))

    assert (found.ratio, found.down_seconds) == (Decimal("0.99"), Decimal(3600))


@pytest.mark.parametrize(
    ("policy", "ratio"),
    [
        (UnknownPolicy.EXCLUDED, Decimal(1)),
        (UnknownPolicy.UP, Decimal(1)),
        (UnknownPolicy.DOWN, Decimal("0.75")),
    ],
)
def test_the_contract_says_what_unknown_time_counts_as(policy, ratio):
    line = Line([(hours(0, 75), State.UP), (hours(75, 100), State.UNKNOWN)])

    assert figure(account(line, policy)).ratio == ratio


def test_nothing_known_is_no_figure():
    line = Line([(hours(0, 5), State.UNKNOWN)])

    assert figure(account(line, UnknownPolicy.EXCLUDED)).ratio is None


def test_two_systems_down_in_turn_are_down_all_the_time_in_the_union():
    first = Account(up=[hours(5, 10)], down=[hours(0, 5)])
    second = Account(up=[hours(0, 5)], down=[hours(5, 10)])

    assert aggregate([first, second], Aggregation.UNION).ratio == 0
    assert aggregate([first, second], Aggregation.MEAN).ratio == Decimal("0.5")
    assert aggregate([first, second], Aggregation.WORST).ratio == Decimal("0.5")


def test_an_unknown_policy_names_the_allowed_ones():
    with pytest.raises(UnknownParameterError, match="excluded、up、down"):
        policy_of("maybe")
    with pytest.raises(UnknownParameterError, match="mean、worst、union"):
        aggregation_of("median")


@given(lines, policies)
def test_every_instant_is_accounted_for_exactly_once(line, policy):
    found = account(line, policy)
    parts = [found.up, found.down, found.planned, found.excluded, found.unknown]

    whole = sum((total(part) for part in parts), timedelta())

    assert whole == total(period for period, _ in line.pieces)
    assert merge(p for part in parts for p in part) == merge(p for p, _ in line.pieces)


@given(lines, policies, st.tuples(st.integers(0, 99), st.integers(1, 40)))
def test_one_more_exclusion_never_lowers_the_figure(line, policy, window):
    more = Line(
        line.pieces, [*line.planned, hours(window[0], window[0] + window[1])], line.excluded
    )

    before, after = figure(account(line, policy)), figure(account(more, policy))

    assert after.down_seconds <= before.down_seconds
    assert after.ratio is None or before.ratio is None or after.ratio >= before.ratio


@given(st.lists(lines, min_size=1, max_size=4), policies)
def test_the_union_is_never_better_than_the_worst_system_is_down(several, policy):
    accounts = [account(line, policy) for line in several]

    joined = figure(join(accounts))

    assert joined.down_seconds >= max(figure(a).down_seconds for a in accounts)


@given(st.lists(lines, min_size=1, max_size=4), policies, st.sampled_from(Aggregation))
def test_the_order_of_systems_changes_nothing_and_the_ratio_is_a_ratio(several, policy, how):
    accounts = [account(line, policy) for line in several]

    found = aggregate(accounts, how)

    assert found == aggregate(accounts[::-1], how)
    assert found.ratio is None or 0 <= found.ratio <= 1


@given(windows, windows)
def test_taking_away_in_one_pass_is_taking_away(periods, holes):
    assert minus(periods, holes) == subtract(periods, holes)
