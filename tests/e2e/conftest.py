"""A browser, the web server in this process, and real worker processes on the test database."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium")
SERVICES = ("queue", "monitoring.prober", "desk.clock_scanner")


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The queue, the prober and the clock scanner, each in a process of its own."""
    given = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://postgres@/{given['NAME']}?host={given['HOST']}",
        "STEWARD_HOME": str(tmp_path),
        "STEWARD_SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    running = [
        subprocess.Popen([sys.executable, "-m", "steward.site", "worker", "--only", name], env=environment)
        for name in SERVICES
    ]  # fmt: skip
    yield
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=20)


@pytest.fixture
def page(live_server, monkeypatch) -> Iterator[Page]:
    """A page of the system's Chromium that nobody is signed in to."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(base_url=live_server.url, viewport={"width": 1400, "height": 900})
        yield opened
        browser.close()
        connections.close_all()
