"""Years of the four contracts written by hand, lived through the services and settled."""

from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from steward.contracts.assessment import api as assessment
from tests.contracts.living import live

pytestmark = pytest.mark.django_db

YEARS = YAML(typ="safe").load(Path(__file__).with_name("settled-years.yaml").read_text("utf-8"))

PROVES = {
    "kecheng-2024": pytest.mark.clause("KA", "C5"),
    "huaian-2025": pytest.mark.clause("HA", "C5"),
    "beijing-2022": pytest.mark.clause("BA", "C5"),
    "keqiao-2024": pytest.mark.clause("QA", "C5"),
}
CASES = [pytest.param(case, marks=PROVES[case["pack"]], id=case["name"]) for case in YEARS]


@pytest.mark.parametrize("case", CASES)
def test_a_year_is_settled_to_the_money_written_down(case):
    snapshot = live(case)

    sheet = assessment.settlement_sheet(case["pack"], snapshot)

    assert sheet.points == Decimal(case["points"])
    assert {name: getattr(sheet, name) for name in case["expect"]} == {
        name: Decimal(value) for name, value in case["expect"].items()
    }
    assert sheet.version == case.get("version", 1)
    amounts = [str(stage.amount) for stage in sheet.stages]
    assert amounts == case.get("stages", amounts)
    may_end = any(line.may_end for line in sheet.penalties)
    assert may_end == case.get("may_end", may_end)
    assert sheet.obstacles == ()


@pytest.mark.parametrize("case", [case for case in YEARS if "supplier_penalties" in case["expect"]])
def test_score_and_sheet_say_one_figure_with_the_penalties_in_it(case):
    snapshot = live(case)

    sheet = assessment.settlement_sheet(case["pack"], snapshot)
    pay = assessment.snapshot_result(case["pack"], snapshot).pay

    assert (pay.by_score, pay.deducted, pay.payable) == (
        sheet.by_score, sheet.supplier_penalties, sheet.payable,
    )  # fmt: skip
    counted = [line for line in sheet.penalties if line.payer == "supplier" and line.counts]
    assert [(node.case, node.formula, node.amount) for node in pay.penalties] == [
        (line.case_id, line.formula, line.amount) for line in counted
    ]
    assert pay.step("应付").amount == sheet.payable
