"""Penalties of the four packs to the 分, and what must hold for any penalty."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from steward.contracts.assessment.penalties import Lapse, Terms, owed
from steward.contracts.packs.payment import Penalty
from steward.core.calendars import api as calendars
from tests.contracts.money import amount_of, penalty_of

pytestmark = pytest.mark.django_db

CASES = YAML(typ="safe").load(Path(__file__).with_name("penalties.yaml").read_text("utf-8"))
CLAUSE = {"ref": "一", "quote": "约定"}
FIRST = date(2025, 1, 1)


def lapse_of(number: int, case: dict) -> Lapse:
    dates = {name: case.get(name) for name in ("occurred", "noticed", "cured")}
    base = None if "base" not in case else Decimal(case["base"])
    excused = tuple((a, b) for a, b in case.get("excused", ()))
    return Lapse(number, base=base, excused=excused, **dates)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_penalty_comes_to_what_was_worked_out_by_hand(case):
    calendars.seed()
    working = {"working": calendars.get("cn-work").calendar}
    paid = Decimal(case.get("paid", 0))
    terms = Terms(amount_of(case["pack"]), paid=paid, calendars=working)
    lapses = [lapse_of(number, given_case) for number, given_case in enumerate(case["cases"])]

    found = owed(penalty_of(case["pack"], case["penalty"]), lapses, terms, as_of=case["as_of"])

    assert [one.amount for one in found] == [Decimal(amount) for amount in case["amounts"]]
    assert found[-1].may_end == case.get("may_end", found[-1].may_end)


@st.composite
def penalties(draw: st.DrawFn) -> Penalty:
    per = draw(st.sampled_from(["failure", "once", "day", "week", "fortnight"]))
    return Penalty(
        id="p",
        title="违约",
        payer=draw(st.sampled_from(["client", "supplier"])),
        rate=Decimal(draw(st.integers(1, 100))) / 1000,
        base=draw(st.sampled_from(["amount", "late"])),
        per=per,
        cap=draw(st.none() | st.just(Decimal("0.1"))),
        clause=CLAUSE,
    )


@st.composite
def lapses(draw: st.DrawFn) -> list[Lapse]:
    days = draw(st.lists(st.integers(0, 200), max_size=5))
    return [
        Lapse(
            number,
            FIRST + timedelta(days=day),
            cured=FIRST + timedelta(days=day + draw(st.integers(0, 60))),
            base=Decimal(draw(st.integers(0, 5_000_000))) / 100,
        )
        for number, day in enumerate(days)
    ]


TERMS = Terms(Decimal("1342000.00"))
AT = FIRST + timedelta(days=400)


def total(penalty: Penalty, found: list[Lapse]) -> Decimal:
    return sum((one.amount for one in owed(penalty, found, TERMS, as_of=AT)), Decimal(0))


@given(penalties(), lapses())
def test_every_amount_is_whole_cents_and_not_negative(penalty, found):
    for one in owed(penalty, found, TERMS, as_of=AT):
        assert one.amount >= 0
        assert one.amount == one.amount.quantize(Decimal("0.01"))


@given(penalties(), lapses())
def test_the_order_in_which_cases_are_told_changes_nothing(penalty, found):
    told = owed(penalty, found, TERMS, as_of=AT)

    assert owed(penalty, found[::-1], TERMS, as_of=AT) == told


@given(penalties(), lapses(), st.integers(0, 200))
def test_one_more_case_never_costs_less(penalty, found, day):
    more = Lapse(99, FIRST + timedelta(days=day), cured=FIRST + timedelta(days=day + 9))

    assert total(penalty, [*found, more]) >= total(penalty, found) - Decimal("0.05")


@given(lapses(), st.integers(1, 30))
def test_a_cap_holds_over_all_cases_together(found, rate):
    penalty = Penalty(
        id="p", title="违约", payer="supplier", rate=Decimal(rate) / 1000, base="amount",
        per="day", cap=Decimal("0.1"), clause=CLAUSE,
    )  # fmt: skip

    assert total(penalty, found) <= Decimal("134200.00")
