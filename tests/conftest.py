"""One private PostgreSQL for the whole run; what was proved and what was skipped, in files."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, settings

from steward.core.access import api as access
from steward.site.database import settings_for
from steward.site.private_postgres import start_private
from tests.factories.accounts import user_with

TEST_HOME = Path(__file__).resolve().parent.parent / "var" / "test"
FAST = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = 4GB\n"
settings.register_profile(
    "any load", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any load")
OUTCOMES: dict[str, dict[str, str]] = {}
SKIPPED: list[str] = []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Point Django at the private test server, or at DATABASE_URL when one is given."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        start_private(TEST_HOME, extra=FAST)
    connections["default"].settings_dict.update(settings_for(TEST_HOME, url))


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    """Attachments of a test never mix with those of the installation."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LAKE_ROOT = tmp_path / "lake"
    settings.SIGNING_KEY_FILE = tmp_path / "signing.pem"


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """Flushing a committed test leaves the queue's own tables; empty them with it."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction", False)
    )
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connections["default"].cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses-report", help="write which tests prove which clause to this file")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("clause"):
            item.user_properties += [("clause", name) for name in marker.args]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst outcome of a test's phases for each clause it carries."""
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPPED.append(report.nodeid)
    if report.when != "call" and report.passed:
        return
    for key, name in report.user_properties:
        if key == "clause":
            tests = OUTCOMES.setdefault(str(name), {})
            if tests.get(report.nodeid, "passed") == "passed":
                tests[report.nodeid] = report.outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    target = session.config.getoption("--clauses-report")
    if target:
        path = Path(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(OUTCOMES, ensure_ascii=False, indent=1, sort_keys=True))
    if SKIPPED and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SKIPPED and os.environ.get("CI") == "true":
        terminalreporter.write_line(f"in CI nothing may be skipped: {', '.join(SKIPPED)}", red=True)


@pytest.fixture
def admin_client(db: None) -> Client:
    """A browser signed in as somebody who may do everything, which no built-in role allows."""
    client = Client()
    client.force_login(user_with(*(permission.code for permission in access.permissions())))
    return client
