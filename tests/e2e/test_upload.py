"""Uploading in a real browser: progress, the run that collects, and its result by itself."""

import shutil

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.data.collection.files_support import PEOPLE, filing_on, sheet_on, upload_source
from tests.factories.accounts import user_with
from tests.support import drain_jobs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="the system has no Chromium"),
    pytest.mark.django_db(transaction=True),
]
RIGHTS = ("collection.task.view", "collection.file.upload", "collection.file.view")
PATIENCE = 60_000


@pytest.fixture
def inside(page, client, live_server):
    """The browser, signed in as somebody who may upload."""
    client.force_login(user_with(*RIGHTS))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return page


def files(*pairs):
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
        for name, text in pairs
    ]


def test_good_files_are_collected_and_the_bad_one_is_told(inside, tmp_path):
    sample = tmp_path / "sample.csv"
    sample.write_text(PEOPLE)
    task = sheet_on(upload_source(), sample, pattern="人口*.csv")
    inside.goto(f"/data/collection/tasks/{task.pk}/upload/")

    inside.set_input_files("#files", files(("人口.csv", PEOPLE), ("房屋.csv", "a\n1\n")))
    listed = inside.locator("[data-chosen] li").all_text_contents()
    inside.get_by_role("button", name="上传并归集").click()
    told = inside.locator(".sw-message", has_text="没有收下“房屋.csv”")
    expect(told).to_be_visible(timeout=PATIENCE)
    drain_jobs()

    assert len(listed) == 2
    expect(inside.get_by_text("已写入")).to_be_visible(timeout=PATIENCE)


def test_a_refused_upload_brings_one_back_with_the_reason(inside):
    task = filing_on(upload_source(), pattern="*.pdf")
    inside.goto(f"/data/collection/tasks/{task.pk}/upload/")

    inside.set_input_files("#files", files(("程序.exe", "MZ")))
    inside.get_by_role("button", name="上传并归集").click()

    told = inside.locator(".sw-message", has_text="不是这个任务的文件")
    expect(told).to_be_visible(timeout=PATIENCE)
    assert inside.url.endswith(f"/tasks/{task.pk}/upload/")
