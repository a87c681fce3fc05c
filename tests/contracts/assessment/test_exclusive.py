"""The most that exclusive deductions can cost, compared with trying every assignment."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from steward.contracts.assessment.exclusive import Claimant, assign, claimed_by_others
from steward.core.evidence.api import MetricEvent
from steward.kernel.subjects import Subject

AT = datetime(2026, 1, 1, tzinfo=UTC)


def event(owner: int, incident: int) -> MetricEvent:
    subject = Subject("desk.ticket", str(incident), "")
    return MetricEvent(f"{owner}:{incident}", subject, AT, "事项")


def claimant(number: int, *, deduct: int, limit: int, incidents: list[int]) -> Claimant:
    events = tuple(event(number, incident) for incident in incidents)
    return Claimant(f"i{number}", f"指标{number}", Decimal(deduct), Decimal(limit), events)


GROUPS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 7), st.lists(st.integers(1, 4), unique=True)),
    min_size=1,
    max_size=3,
).map(
    lambda rows: [
        claimant(n, deduct=deduct, limit=limit, incidents=incidents)
        for n, (deduct, limit, incidents) in enumerate(rows)
    ]
)


def cost(claimants: list[Claimant], taken: dict[str, str]) -> Decimal:
    total = Decimal(0)
    for one in claimants:
        times = sum(1 for owner in taken.values() if owner == one.id)
        total += min(one.limit, one.deduct * times)
    return total


def dearest(claimants: list[Claimant]) -> Decimal:
    incidents = sorted({i for one in claimants for i in one.incidents()})
    owners = [[one.id for one in claimants if i in one.incidents()] for i in incidents]
    ways = product(*owners)
    return max(cost(claimants, dict(zip(incidents, way, strict=True))) for way in ways)


@given(GROUPS)
def test_each_incident_goes_where_all_together_cost_most(claimants):
    taken = assign(claimants)

    assert cost(claimants, taken) == dearest(claimants)


@given(GROUPS)
def test_every_incident_is_taken_by_one_that_saw_it(claimants):
    taken = assign(claimants)

    wanted = {i for one in claimants for i in one.incidents()}
    by_id = {one.id: one for one in claimants}
    assert set(taken) == wanted
    assert all(incident in by_id[owner].incidents() for incident, owner in taken.items())


def test_the_others_learn_who_deducts():
    first = claimant(1, deduct=2, limit=10, incidents=[1])
    second = claimant(2, deduct=3, limit=10, incidents=[1])

    told = claimed_by_others([first, second])

    assert told == {"i1": {"1:1": "指标2"}, "i2": {}}
