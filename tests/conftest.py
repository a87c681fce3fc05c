"""One private PostgreSQL for the whole test run; every test in a transaction of its own."""

import os
from pathlib import Path

import pytest
from django.db import connections

from steward.site.database import settings_for
from steward.site.private_postgres import start_private

TEST_HOME = Path(__file__).resolve().parent.parent / "var" / "test"
FAST = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = 4GB\n"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Point Django at the private test server, or at DATABASE_URL when one is given."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        start_private(TEST_HOME, extra=FAST)
    connections["default"].settings_dict.update(settings_for(TEST_HOME, url))
