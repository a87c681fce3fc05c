"""Years of the Huai'an contract written by hand, from facts to points and payable."""

from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from steward.contracts.assessment import api as assessment
from tests.contracts.support import AFTER, CODE, END, Happening, Year, huaian, load_huaian, year
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

YEARS = YAML(typ="safe").load(Path(__file__).with_name("years.yaml").read_text("utf-8"))
PERFECT = {"satisfaction/survey": "0.95", "satisfaction-below-60/survey": "0.95"}


def enter(owner: str, source: str, value: str) -> None:
    entry = assessment.NewEntry(CODE, owner, Decimal(value), "按材料核定", source=source)
    assessment.record_entry(entry, by=SYSTEM, now=END)


def enter_all(entries: dict[str, object]) -> None:
    """Every source without a metric of the tests gets a value: the year's, else a perfect one."""
    given = {key: str(value) for key, value in entries.items()}
    if "satisfaction/survey" in given:
        given["satisfaction-below-60/survey"] = given["satisfaction/survey"]
    pack = huaian()
    owners = [(i.id, s) for i in pack.indicators() for s in i.sources]
    owners += [(veto.id, veto.source) for veto in pack.vetoes]
    for owner, source in owners:
        key = f"{owner}/{source.id}"
        if source.planned or key in PERFECT:
            enter(owner, source.id, given.get(key, PERFECT.get(key, "0")))


@pytest.mark.clause("C4", "C5", "C6", "HA")
@pytest.mark.parametrize("case", YEARS, ids=[case["name"] for case in YEARS])
def test_a_year_comes_to_the_points_and_the_money_written_down(case):
    load_huaian()
    enter_all(case.get("entries", {}))
    happenings = [Happening(**given) for given in case.get("happenings", [])]
    facts = Year(availability=Decimal(case["availability"]), happenings=happenings)

    with year(facts):
        result = assessment.score(CODE, as_of=AFTER, now=AFTER, kind="settled")

    points = {node.id: node.points for node in result.indicators()} | {"total": result.points}
    assert {key: points[key] for key in case["points"]} == {
        key: Decimal(value) for key, value in case["points"].items()
    }
    assert result.pay.payable == Decimal(case["payable"])
    assert result.pay.vetoed == case.get("vetoed", False)
    assert not result.unscored
