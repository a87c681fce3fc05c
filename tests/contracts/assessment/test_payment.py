"""The payment formula to the 分, on and below the line, and under a veto."""

from datetime import date
from decimal import Decimal

import pytest

from steward.contracts.assessment.payment import payable_of
from steward.contracts.assessment.penalties import Case, Cases, Lapse
from tests.contracts.support import huaian

CASES = [
    ("100", False, "1342000.00"),
    ("90", False, "1342000.00"),
    ("89.9999", False, "1341998.51"),
    ("89.99", False, "1341850.89"),
    ("87", False, "1297266.67"),
    ("45", False, "671000.00"),
    ("0.0001", False, "1.49"),
    ("0", False, "0.00"),
    ("100", True, "671000.00"),
    ("30", True, "447333.33"),
]


@pytest.mark.clause("C5")
@pytest.mark.parametrize(("points", "vetoed", "money"), CASES)
def test_points_become_money(points, vetoed, money):
    score = Decimal(points)

    pay = payable_of(huaian(), points=score, possible=score, vetoed=vetoed)

    assert pay.payable == Decimal(money)


def test_half_is_paid_on_signing_and_the_rest_after_acceptance():
    pay = payable_of(huaian(), points=Decimal("89.99"), possible=Decimal(100), vetoed=False)

    assert [stage.amount for stage in pay.stages] == [Decimal("671000.00"), Decimal("670850.89")]
    assert pay.possible == Decimal("1342000.00")


def test_more_paid_on_signing_than_is_payable_is_said():
    pay = payable_of(huaian(), points=Decimal(30), possible=Decimal(30), vetoed=False)

    assert pay.stages[1].amount == 0
    assert pay.overpaid == Decimal("223666.67")


def test_every_step_of_the_derivation_has_its_arithmetic():
    pay = payable_of(huaian(), points=Decimal(87), possible=Decimal(87), vetoed=False)

    assert pay.steps[2].formula == "87 ÷ 90 × ¥1,342,000.00 = ¥1,297,266.67"


def test_penalties_come_off_what_the_score_leaves_and_never_below_nothing():
    day = date(2026, 3, 1)
    rows = tuple(Case(Lapse(n, day), "confidentiality", f"第 {n} 次") for n in (1, 2))
    cases = Cases(rows, paid=Decimal("671000.00"), day=day)

    full = payable_of(huaian(), points=Decimal(95), possible=Decimal(95), vetoed=False, cases=cases)
    none = payable_of(huaian(), points=Decimal(0), possible=Decimal(0), vetoed=False, cases=cases)

    assert full.deducted == sum(node.amount for node in full.penalties) > 0
    assert full.payable == full.by_score - full.deducted
    assert sum(stage.amount for stage in full.stages) == full.payable + full.overpaid
    assert none.payable == none.possible == 0
