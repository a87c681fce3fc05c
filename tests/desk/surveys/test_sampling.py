from hypothesis import given
from hypothesis import strategies as st

from steward.desk.surveys.sampling import allot, draw_simple, draw_stratified

sizes = st.dictionaries(
    st.text("甲乙丙丁戊", min_size=1, max_size=3), st.integers(0, 40), max_size=8
)


@given(sizes, st.integers(0, 400))
def test_quotas_add_up_and_never_exceed_a_stratum(strata, size):
    quotas = allot(strata, size=size)

    assert sum(quotas.values()) == min(size, sum(strata.values()))
    assert all(0 <= quotas[name] <= strata[name] for name in strata)


@given(sizes, st.integers(0, 400))
def test_every_stratum_is_heard_where_there_is_room(strata, size):
    present = [name for name, count in strata.items() if count]

    quotas = allot(strata, size=size)

    assert size < len(present) or all(quotas[name] >= 1 for name in present)


@given(st.integers(1, 200), st.integers(1, 200), st.text(min_size=1))
def test_the_same_seed_draws_the_same_people(population, size, seed):
    numbers = list(range(1, population + 1))

    drawn = draw_simple(numbers, size=size, seed=seed)

    assert drawn == draw_simple(list(reversed(numbers)), size=size, seed=seed)
    assert len(set(drawn)) == min(size, population)


def test_another_seed_draws_other_people():
    numbers = list(range(1, 1001))

    assert draw_simple(numbers, size=50, seed="a") != draw_simple(numbers, size=50, seed="b")


def test_a_stratified_sample_follows_the_sizes():
    strata = {"大": list(range(1, 91)), "小": list(range(91, 101))}

    drawn = draw_stratified(strata, size=20, seed="s")

    assert (len([n for n in drawn if n <= 90]), len([n for n in drawn if n > 90])) == (17, 3)


def test_the_draw_is_what_the_stated_method_says():
    assert draw_simple([1, 2, 3, 4, 5, 6], size=2, seed="淮安") == [4, 5]
