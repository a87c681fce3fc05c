"""A data engineer's day in a real browser: survey, catalogue, collect, rules, dispatch, Excel
return, write-back, re-check, close — by clicks and keys only, with real workers and databases."""

import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.engineers_town import (
    BODY,
    FAILING,
    PASSWORD,
    PEOPLE,
    STAYS_WRONG,
    TWICE,
    Town,
    build_town,
    key_of,
    right_id,
    wrong_id,
)
from tests.servers import postgres_server

__all__ = ["postgres_server"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="the system has no Chromium"),
]
PATIENCE_MS = 60_000
SOURCE, TITLE, RULE = "东岸街道前置库", "居民登记", "身份号码正确"


class Desk:
    """One person at a browser of their own."""

    def __init__(self, page: Page, username: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        self.sees("今天")

    def opens(self, *labels: str) -> "Desk":
        """Follow links by their words, one after the other; the side bar is one of them."""
        for label in labels:
            self.page.get_by_role("link", name=label).first.click()
            self.page.wait_for_load_state()
        return self

    def presses(self, label: str, *, within: str = "body") -> "Desk":
        self.page.locator(within).get_by_role("button", name=label).first.click()
        self.page.wait_for_load_state()
        return self

    def types(self, **words: str) -> "Desk":
        """Fill fields by their names."""
        for name, text in words.items():
            self.page.locator(f"[name={name}]:visible").first.fill(text)
        return self

    def picks(self, **values: str) -> "Desk":
        """Choose in lists by the words shown."""
        for name, label in values.items():
            self.page.locator(f"select[name={name}]").first.select_option(label=label)
        return self

    def sees(self, *texts: str) -> "Desk":
        """Wait until the page says so; pages that follow work do it by themselves."""
        for text in texts:
            expect(self.page.locator(".sw")).to_contain_text(text, timeout=PATIENCE_MS)
        return self

    def row(self, words: str) -> str:
        """The text of the first table row with the words, on one line."""
        return " ".join(self.page.locator("tr", has_text=words).first.inner_text().split())

    def goes_back_to(self, address: str) -> "Desk":
        self.page.goto(address)
        return self

    @property
    def address(self) -> str:
        return self.page.url


@pytest.fixture
def town(transactional_db, postgres_server) -> Town:
    return build_town(postgres_server)


@pytest.fixture
def people(page, town, workers, live_server):
    """The engineer, the owner who approves, the clerk of the street."""
    browser = page.context.browser
    sheets = [
        browser.new_context(base_url=live_server.url, viewport={"width": 1400, "height": 900})
        for _ in range(3)
    ]
    yield [
        Desk(sheet.new_page(), name)
        for sheet, name in zip(sheets, ("data", "owner", "clerk"), strict=True)
    ]
    for sheet in sheets:
        sheet.close()


def register_and_survey(engineer: Desk, town: Town) -> None:
    engineer.opens("数据源", "登记数据源")
    engineer.types(
        name=SOURCE, code="dongan-qzk", organization=BODY, host=town.host,
        database=town.database, username=town.reader, manager="postgres",
    ).picks(purpose="部门前置库", engine="PostgreSQL")  # fmt: skip
    engineer.presses("保存并检测").sees("连接正常", "读取账号只能读")
    engineer.presses("读取结构").sees("resident", "street_lamp", "居民登记")
