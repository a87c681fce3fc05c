"""A contract without an assessment table: no score, its money all the same, and its pages work."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from steward.desk.tickets import api as desk
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
    client.force_login(
        user_with("assessment.score.view", "packs.contract.view", "desk.ticket.view")
    )
    return client


def test_it_has_no_points_and_pays_in_full(client):
    result = assessment.score(CODE, as_of=AFTER, now=AFTER)

    assert (result.has_table, result.maximum, result.groups) == (False, Decimal(0), ())
    assert result.pay.payable == Decimal("345800.00")
    assert [stage.amount for stage in result.pay.stages] == [Decimal(172900), Decimal(172900)]


def test_its_day_is_kept_like_that_of_any_contract(client):
    assert assessment.take_daily_snapshot(CODE, by=SYSTEM, now=AFTER)


@pytest.mark.parametrize("tab", ["", "?tab=outlook"])
def test_its_board_shows_promises_and_leads_to_its_money(client, tab):
    html = client.get(f"{BOARD}{tab}").content.decode()

    assert "时限承诺" in html
    assert f'href="{BOARD}payable/?as_of=' in html


def test_a_late_clock_shows_in_the_promises_and_leads_to_exactly_that_clock(client):
    start = packs.get(CODE).start
    ticket = desk.open_ticket(
        desk.NewTicket(kind="emergency", severity="minor", title="全网打不开", channel="phone",
                       contract=CODE),
        by=SYSTEM, now=start + timedelta(days=3),
    )  # fmt: skip
    desk.reply(ticket.id, text="在查", by=SYSTEM, now=start + timedelta(days=3, minutes=25))

    html = client.get(BOARD).content.decode()

    found = re.findall(r'href="(/desk/clocks/[^"]*show=breached)">(\d+)<', html)
    assert found
    for address, number in found:
        listed = client.get(unescape(address)).content.decode()
        assert listed.count(ticket.number) == int(number) == 1


@pytest.mark.parametrize("path", ["/contracts/", "/", f"{BOARD}payable/"])
def test_pages_say_that_there_is_no_table(client, path):
    html = client.get(path).content.decode()

    assert "没有考核表" in html


@pytest.mark.parametrize("path", ["pack/", "?tab=settled"])
def test_its_other_pages_work(client, path):
    assert client.get(f"{BOARD}{path}").status_code == 200


def test_an_indicator_of_a_contract_without_a_table_does_not_exist(client):
    assert client.get(f"{BOARD}indicators/anything/").status_code == 404
