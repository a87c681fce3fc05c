"""A contract without an assessment table: no score, its money all the same, and its pages work."""

from decimal import Decimal

import pytest
from django.test import Client

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from tests.contracts.support import AFTER
from tests.factories.accounts import user_with
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

CODE = "keqiao-2024"
BOARD = f"/contracts/{CODE}/"


@pytest.fixture
def client() -> Client:
    calendars.seed()
    packs.load_library_pack(CODE, by=SYSTEM, now=AFTER)
    client = Client()
    client.force_login(user_with("assessment.score.view", "packs.contract.view"))
    return client


def test_it_has_no_points_and_pays_in_full(client):
    result = assessment.score(CODE, as_of=AFTER, now=AFTER)

    assert (result.has_table, result.maximum, result.groups) == (False, Decimal(0), ())
    assert result.pay.payable == Decimal("345800.00")
    assert [stage.amount for stage in result.pay.stages] == [Decimal(172900), Decimal(172900)]


def test_its_day_is_kept_like_that_of_any_contract(client):
    assert assessment.take_daily_snapshot(CODE, by=SYSTEM, now=AFTER)


def test_its_board_leads_to_its_money(client):
    assert client.get(BOARD)["Location"] == f"{BOARD}payable/"
    assert client.get(f"{BOARD}?tab=outlook")["Location"] == f"{BOARD}payable/"


@pytest.mark.parametrize("path", ["/contracts/", "/", f"{BOARD}payable/"])
def test_pages_say_that_there_is_no_table(client, path):
    html = client.get(path).content.decode()

    assert "没有考核表" in html


@pytest.mark.parametrize("path", ["pack/", "?tab=settled"])
def test_its_other_pages_work(client, path):
    assert client.get(f"{BOARD}{path}").status_code == 200


def test_an_indicator_of_a_contract_without_a_table_does_not_exist(client):
    assert client.get(f"{BOARD}indicators/anything/").status_code == 404
