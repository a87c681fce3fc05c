from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.desk.surveys.figures import OTHERS, Terms, ratio, shown_groups

counts = st.fixed_dictionaries({rating: st.integers(0, 50) for rating in (5, 4, 3, 2, 1)})


@pytest.mark.parametrize(
    ("terms", "value"),
    [
        (Terms(), "0.6"),
        (Terms(satisfied_from=5), "0.4"),
        (Terms(satisfied_from=3), "0.8"),
        (Terms(formula="mean"), "0.74"),
    ],
)
def test_the_figure_follows_the_stated_formula(terms, value):
    assert ratio({5: 4, 4: 2, 3: 2, 2: 1, 1: 1}, terms) == Decimal(value)


def test_nobody_asked_is_no_figure():
    assert ratio({5: 0, 4: 0, 3: 0, 2: 0, 1: 0}, Terms()) is None


@given(counts)
def test_the_figure_lies_between_nothing_and_everything(given_counts):
    values = [ratio(given_counts, Terms(formula=formula)) for formula in ("share", "mean")]

    assert all(value is None or 0 <= value <= 1 for value in values)


@given(st.dictionaries(st.text("甲乙丙丁", min_size=1, max_size=4), st.integers(1, 9), max_size=9))
def test_no_group_and_no_remainder_below_three_is_ever_shown(sizes):
    groups = shown_groups(sizes)

    shown = [sum(sizes[unit] for unit in units) for units in groups.values()]
    rest = sum(sizes.values()) - sum(shown)
    assert all(total >= 3 for total in shown)
    assert not groups or rest == 0


def test_a_remainder_that_subtraction_would_reveal_takes_a_large_group_with_it():
    assert shown_groups({"甲": 8, "乙": 4, "丙": 1}) == {"甲": ("甲",), OTHERS: ("丙", "乙")}
