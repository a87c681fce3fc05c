"""Other terms on the same evidence: compared side by side, never saved, mistakes with their lines."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.models import ScoreSnapshot
from steward.contracts.packs import api as packs
from steward.contracts.packs.models import ContractVersion, PackDraft
from tests.contracts.support import (
    AFTER,
    CODE,
    START,
    Happening,
    Year,
    load_huaian,
    pack_text,
    year,
)
from tests.factories.accounts import user_with
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

PAGE = f"/contracts/{CODE}/what-if/"
LATE = Year(happenings=[Happening("breach", day=5), Happening("breach", day=9)])


def tried(*changes: tuple[str, str]) -> str:
    text = pack_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


HARDER = ("rule: {kind: per_event, deduct: 2, grouping: event}",
          "rule: {kind: per_event, deduct: 4, grouping: event}")  # fmt: skip


def row(found: assessment.Comparison, indicator: str):
    return next(r for r in found.rows if r.id == indicator)


@pytest.mark.clause("C4")
def test_other_terms_are_compared_on_the_same_evidence():
    load_huaian()

    with year(LATE):
        found = assessment.what_if(CODE, tried(HARDER), now=AFTER)

    changed = row(found, "efficiency")
    assert (changed.before.points, changed.after.points, changed.change) == (6, 2, -4)
    assert found.points_change == -4
    assert [r.id for r in found.rows if not r.is_same] == ["efficiency"]


def test_another_formula_changes_the_money_only():
    load_huaian()

    with year(LATE):
        found = assessment.what_if(CODE, tried(("divisor: 90", "divisor: 100")), now=AFTER)

    assert found.points_change == 0
    assert found.money_change < 0


def test_the_terms_in_force_compared_with_themselves_change_nothing():
    load_huaian()

    with year(LATE):
        found = assessment.what_if(CODE, pack_text(), now=AFTER)
        result = assessment.score(CODE, as_of=AFTER, now=AFTER)

    assert (found.points_change, found.money_change) == (Decimal(0), Decimal(0))
    assert all(r.is_same for r in found.rows)
    assert found.before.points == result.points
    assert found.not_run_again == ()


def test_changed_time_limits_are_said_not_to_be_run_again():
    load_huaian()

    with year(LATE):
        found = assessment.what_if(CODE, tried(("target: 1440", "target: 2880")), now=AFTER)

    assert found.not_run_again == ("时限",)


def test_nothing_is_ever_written():
    load_huaian()
    before = (ContractVersion.objects.count(), ScoreSnapshot.objects.count())

    with year(LATE):
        assessment.what_if(CODE, tried(HARDER), now=AFTER)

    assert (ContractVersion.objects.count(), ScoreSnapshot.objects.count()) == before
    assert not PackDraft.objects.exists()


def test_a_mistake_is_named_with_its_line_and_the_way_out():
    load_huaian()
    text = tried(("target: 0.999,", "target: 1.999,"))

    with pytest.raises(packs.PackInvalidError) as caught:
        assessment.what_if(CODE, text, now=AFTER)

    lines = text.splitlines()
    assert all("target: 1.999" in lines[problem.line - 1] for problem in caught.value.problems)


def test_another_contract_or_a_year_without_evidence_is_refused():
    load_huaian()

    with pytest.raises(assessment.WhatIfRefusedError, match="不是本合同"):
        assessment.what_if(CODE, tried(("code: huaian-2025", "code: other-2025")), now=AFTER)
    with pytest.raises(assessment.WhatIfRefusedError, match="没有第 2 年"):
        assessment.what_if(CODE, pack_text(), year=2, now=AFTER)


def test_another_years_evidence_is_replayed():
    load_huaian(now=START)
    longer = tried(("end: 2026-08-29", "end: 2027-08-29")).replace(
        "version:\n  effective: 2025-08-29",
        "version:\n  effective: 2025-09-01\n  amends: 1\n  reason: 续签一年",
    )
    packs.load_pack(longer, file="longer.yaml", by=SYSTEM, now=START + timedelta(days=2))
    second = START + timedelta(days=400)

    with year(LATE):
        present = assessment.what_if(CODE, longer, now=second)
        replayed = assessment.what_if(CODE, longer, year=1, now=second)

    assert assessment.years_of(CODE, now=second) == [2, 1]
    assert row(present, "efficiency").after.points == 10
    assert row(replayed, "efficiency").after.points == 6


@pytest.fixture
def client() -> Client:
    load_huaian()
    client = Client()
    client.force_login(user_with("assessment.what_if.view", "assessment.score.view"))
    return client


def test_the_page_begins_with_the_terms_in_force(client):
    html = client.get(PAGE).content.decode()

    assert "huaian-2025" in html
    assert "试算并比较" in html


def test_the_page_shows_both_sides_and_offers_no_draft_without_the_permission(client):
    with year(LATE):
        html = client.post(PAGE, {"text": tried(HARDER), "year": 1}).content.decode()

    assert "逐项比较" in html
    assert 'data-indicator="efficiency"' in html
    assert "另存为条款草案" not in html


DEDUCT = "assessment.groups.0.indicators.2.rule.deduct"


def test_the_table_writes_its_figures_into_the_text_and_compares(client):
    with year(LATE):
        html = client.post(
            PAGE, {"text": pack_text(), "year": 1, "how": "table", DEDUCT: "4"}
        ).content.decode()

    assert HARDER[1] in html.replace("&#x27;", "'")
    assert "现行 2" in html
    assert 'data-indicator="efficiency"' in html
    assert "−4" in html


def test_a_figure_that_is_none_is_said_beside_its_field(client):
    response = client.post(PAGE, {"text": pack_text(), "year": 1, "how": "table", DEDUCT: "四"})

    assert response.status_code == 422
    assert "输入一个数字" in response.content.decode()
    assert "逐项比较" not in response.content.decode()


def test_weights_that_do_not_add_up_are_a_mistake_with_its_line(client):
    given = {"text": pack_text(), "year": 1, "how": "table"}

    response = client.post(PAGE, given | {"assessment.groups.0.indicators.2.points": "12"})

    assert response.status_code == 422
    assert "须等于 100 分" in response.content.decode()


def test_the_page_shows_the_line_of_a_mistake(client):
    text = tried(("deduct: 2, grouping: event", "deduct: 零, grouping: event"))

    response = client.post(PAGE, {"text": text, "year": 1})

    number = next(n for n, line in enumerate(text.splitlines(), 1) if "deduct: 零" in line)
    assert response.status_code == 422
    assert f"{number}:" in response.content.decode()


def test_without_the_permission_the_page_does_not_exist():
    load_huaian()
    client = Client()
    client.force_login(user_with("assessment.score.view"))

    assert client.get(PAGE).status_code == 404
