"""The whole loop in a real browser: a server stops, a ticket runs, the payable amount moves."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from steward.assets.cmdb import api as cmdb
from steward.kernel.instants import local_date, now
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor
from steward.site.demo.assets import CONTRACT
from steward.site.demo.load import load_contract
from steward.site.demo.people import CLIENT, load_people
from tests.support import SYSTEM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="the system has no Chromium"),
]
PASSWORD = "Qingtian-2026"
PATIENCE_SECONDS = 60


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Target:
    """A real local server that can be stopped and started on the same port."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), _Fine)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def target() -> Iterator[Target]:
    made = Target()
    yield made
    made.stop()


@pytest.fixture
def monitor(transactional_db, target) -> int:
    """One core system of the real contract, up for ninety minutes until now."""
    moment = now()
    cast = load_people(since=local_date(moment) - timedelta(days=9), now=moment, password=PASSWORD)
    load_contract(local_date(moment) - timedelta(days=1), cast, now=moment - timedelta(days=1))
    item = cmdb.add_item(
        cmdb.ItemDraft(code="sys-city", name="市级公文系统", kind="system", contract=CONTRACT,
                       organization_id=cast.bodies[CLIENT]),
        by=SYSTEM, now=moment,
    )  # fmt: skip
    began = moment - timedelta(minutes=90)
    draft = monitoring.MonitorDraft(
        name="首页可访问",
        item_id=item.id,
        probe="http",
        settings={"url": f"http://127.0.0.1:{target.port}/", "expect_text": "ok"},
        interval=5,
        timeout=3,
        core=True,
    )
    pk = monitoring.create_monitor(draft, by=SYSTEM, now=began)
    up = monitoring.ProbeResult(monitoring.State.UP, "正常", timedelta(milliseconds=9))
    monitoring.record_results([monitoring.Observation(pk, began, up)], now=began)
    Monitor.objects.filter(pk=pk).update(last_at=moment)
    return pk


def reload_until(page: Page, address: str, seen: Callable[[str], bool]) -> str:
    """Open the address again and again until its text is as wanted; the text."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        page.goto(address)
        text = page.inner_text("body")
        if seen(text):
            return text
        if time.monotonic() > end:
            raise AssertionError(f"{address} never showed what was waited for:\n{text}")
        time.sleep(1)


def sign_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('今天')")


def stability_of(page: Page) -> str:
    page.goto(f"/contracts/{CONTRACT}/")
    return page.locator("tr", has_text="系统稳定性").first.inner_text()


@pytest.mark.clause("C2", "C4", "C7", "HA", "H5")
@pytest.mark.usefixtures("monitor", "workers")
def test_from_a_stopped_server_to_the_payable_amount_and_back_to_its_span(page, target):
    sign_in(page, "lead")
    reload_until(page, "/monitoring/", lambda text: "正常 1" in text)
    before = stability_of(page)
    assert "15 / 15" in before

    target.stop()
    reload_until(page, "/monitoring/", lambda text: "中断 1" in text)
    reload_until(page, "/desk/?tab=open", lambda text: "市级公文系统" in text)
    page.click("a:has-text('市级公文系统')")
    page.wait_for_selector("text=时限")
    running = page.locator(".clock", has_text="≤ 30 min").first.inner_text()
    assert "剩" in running

    page.keyboard.press("c")
    page.locator("form.desk-action:visible textarea").first.fill("已到现场排查，正在恢复。")
    page.locator("form.desk-action:visible button").last.click()
    page.wait_for_selector("text=已到现场排查")
    assert "达标" in page.locator(".clock", has_text="≤ 30 min").first.inner_text()

    target.start()
    reload_until(page, "/monitoring/", lambda text: "正常 1" in text)
    after = stability_of(page)
    assert "15 / 15" not in after

    page.goto(f"/contracts/{CONTRACT}/")
    page.click("a[href*='/payable/']")
    page.wait_for_selector("h1:has-text('应付金额')")
    page.locator("a[href*='/indicators/stability/']").first.click()
    page.locator("a[href*='/monitoring/spans/']").first.click()
    page.wait_for_url("**/monitoring/spans/*/")
    assert "市级公文系统" in page.inner_text("body")
    assert "中断" in page.inner_text("body")
