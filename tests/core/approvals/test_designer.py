"""The designer in a real browser: what is shown, changed and saved is what is stored."""

import shutil
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from steward.core.approvals import api as approvals
from steward.core.approvals.models import FlowVersion
from tests.factories.accounts import UserFactory, user_with
from tests.support import NOW, SYSTEM

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="the system has no Chromium"),
]


@pytest.fixture
def page(live_server, monkeypatch) -> Iterator[Page]:
    """A page of somebody who may design flows; browsers keep an event loop of their own."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    client = Client()
    client.force_login(user_with("approvals.flow.change"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(base_url=live_server.url)
        opened.context.add_cookies([cookie | {"url": live_server.url}])
        yield opened
        browser.close()
        connections.close_all()


@pytest.fixture
def steps() -> list[dict]:
    boss = UserFactory(name="科长")
    approvers = [{"kind": "users", "users": [boss.pk]}]
    timeout = {"hours": 8, "calendar": "cn-work", "action": "escalate", "escalate_to": approvers}
    condition = {
        "any": [{"field": "amount", "gte": 10000}, {"field": "category", "in": ["甲", "乙"]}]
    }
    return [
        {"name": "科室", "mode": "any", "approvers": approvers},
        {"name": "领导", "mode": "all", "approvers": approvers, "condition": condition, "timeout": timeout},
    ]  # fmt: skip


@pytest.fixture
def flow(steps) -> str:
    definition = {"allow_self": False, "steps": steps}
    approvals.define_flow("purchase", "采购审批", definition, by=SYSTEM, now=NOW)
    return "/approvals/flows/purchase/"


def save(page: Page) -> None:
    page.click("button:text-is('保存')")
    page.wait_for_selector(".sw-message")


def test_saving_without_a_change_makes_no_version(page, flow):
    page.goto(flow)
    save(page)

    assert FlowVersion.objects.filter(flow__code="purchase").count() == 1


@pytest.mark.clause("Q2.3")
def test_a_step_is_added_filled_in_moved_up_and_saved(page, flow, steps):
    page.goto(flow)
    page.click("text=添加步骤")
    added = page.locator(".flow-step").last
    added.get_by_label("步骤名称").fill("归档")
    added.get_by_label("人员").select_option(
        label=page.locator("option:has-text('科长')").first.inner_text()
    )
    added.get_by_text("添加条件").click()
    added.get_by_label("值").first.fill("5")
    added.get_by_label("上移").click()
    save(page)

    stored = FlowVersion.objects.get(flow__code="purchase", number=2).definition["steps"]
    assert [step["name"] for step in stored] == ["科室", "归档", "领导"]
    assert stored[1]["condition"] == {"all": [{"field": "amount", "gte": 5}]}
    assert [stored[0], stored[2]] == steps
