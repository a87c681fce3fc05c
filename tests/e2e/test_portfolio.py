"""From the portfolio to the raw record of a deduction or penalty in at most four clicks."""

import shutil
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from steward.core.calendars import api as calendars
from steward.desk.tickets import api as desk
from steward.kernel.instants import local_date, now
from steward.site.demo.assets import CONTRACT
from steward.site.demo.contracts import load_others
from steward.site.demo.load import load_contract
from steward.site.demo.people import CLIENT, load_people
from tests.e2e.test_full_loop import PASSWORD, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="the system has no Chromium"),
]
MOST_CLICKS = 4


@pytest.fixture
def four_contracts(transactional_db) -> None:
    """The four contracts with today in their year; Huai'an has one incident answered too late."""
    moment = now()
    calendars.seed()
    since = local_date(moment) - timedelta(days=90)
    cast = load_people(since=since, now=moment, password=PASSWORD)
    load_contract(since, cast, now=moment - timedelta(days=90))
    opened = moment - timedelta(days=30)
    ticket = desk.open_ticket(
        desk.NewTicket(kind="incident", severity="major", title="公文流转中断", channel="phone",
                       contract=CONTRACT, organization_id=cast.bodies[CLIENT]),
        by=cast.actors["lead"], now=opened,
    )  # fmt: skip
    engineer = cast.actors["engineer"]
    desk.reply(ticket.id, text="正在排查。", by=engineer, now=opened + timedelta(minutes=50))
    desk.resolve_ticket(
        ticket.id,
        resolution=desk.Resolution(text="重启后恢复。"),
        by=engineer,
        now=opened + timedelta(hours=2),
    )
    load_others(cast, now=moment, password=PASSWORD)


class Walk:
    """Clicks that are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0
        page.goto("/contracts/")

    def click(self, selector: str) -> "Walk":
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1
        return self


def contract(code: str) -> str:
    return f"[data-contract='{code}'] h2 a"


TABLED = [
    (CONTRACT, "efficiency", "公文流转中断"),
    ("kecheng-2024", "faults", "共享接口返回 500"),
]
UNTABLED = [("beijing-2022", "未按约定清理归档"), ("keqiao-2024", "逾期 3 天")]


@pytest.mark.usefixtures("four_contracts")
def test_from_the_portfolio_to_the_raw_record_of_each_contract(page):
    sign_in(page, "lead")

    for code, indicator, words in TABLED:
        walk = Walk(page)
        walk.click(contract(code))
        walk.click(f"a[href*='/indicators/{indicator}/']")
        walk.click("a[href*='/desk/clocks/'] >> text=/超时/")
        page.wait_for_url("**/desk/clocks/*/")
        assert words in page.inner_text("body")
        assert walk.clicks <= MOST_CLICKS

    for code, words in UNTABLED:
        walk = Walk(page)
        walk.click(contract(code))
        walk.click("#breaches a[href*='/breaches/']")
        page.wait_for_url(f"**/contracts/{code}/breaches/*/")
        assert words in page.inner_text("body")
        assert walk.clicks <= MOST_CLICKS


@pytest.mark.usefixtures("four_contracts")
def test_a_late_promise_of_a_contract_without_a_table_leads_to_its_clock(page):
    sign_in(page, "lead")

    walk = Walk(page)
    walk.click(contract("beijing-2022"))
    walk.click("#promises a[href*='show=breached']")
    walk.click("a[href*='/desk/clocks/']:has-text('改正')")

    assert "前置库数据未按约定清理归档" in page.inner_text("body")
    assert walk.clicks <= MOST_CLICKS
