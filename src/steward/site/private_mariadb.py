"""The private MariaDB under `STEWARD_HOME`: the demonstration's second front-end database.

It is made only by the demonstration, and only where the machine has MariaDB's server program. Its
administrator is the account of the operating system that made it, through the socket alone.
"""

import hashlib
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql
from pymysql.cursors import Cursor

from steward.kernel.errors import StewardError

PRIVATE_DIRECTORY = "mariadb"
HOST = "127.0.0.1"
PORTS = range(20_000, 30_000)
LONGEST_SOCKET = 100
PATIENCE_SECONDS = 60
BESIDES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin")


class MariadbNotStartedError(StewardError):
    """The server ended, or did not answer in time; the text names its log."""

    code = "site.mariadb_not_started"
    status = 503


def is_installed() -> bool:
    """Whether this machine has MariaDB's server and what prepares its files, and we a name."""
    programs = (_program("mariadbd"), _program("mariadb-install-db"))
    return all(programs) and bool(_account())


def is_made(home: Path) -> bool:
    """Whether the demonstration has put a server under `home`."""
    return (_folder(home) / "port").exists()


def start_private(home: Path) -> int:
    """Start the private server of `home` unless it answers; the port on 127.0.0.1.

    It is made when missing, keeps its port for ever, and runs on when we end.
    """
    folder = _folder(home)
    if not is_made(home):
        _make(folder)
    port = int((folder / "port").read_text())
    if not _answers(home):
        _start(home, port)
    return port


def stop_private(home: Path) -> None:
    """Stop the private server of `home` if it runs, and wait until it has written everything."""
    if not is_made(home) or not _answers(home):
        return
    with administer(home) as cursor:
        cursor.execute("SHUTDOWN")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (_folder(home) / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


@contextmanager
def administer(home: Path) -> Iterator[Cursor]:
    """A session that may do everything, through the socket; each statement commits."""
    connection = pymysql.connect(
        unix_socket=_socket(home), user=_account(), charset="utf8mb4", autocommit=True
    )
    with closing(connection), connection.cursor() as cursor:
        yield cursor


def _folder(home: Path) -> Path:
    return home.resolve() / PRIVATE_DIRECTORY


def _socket(home: Path) -> str:
    """Beside the data, or in the temporary directory where that path is too long for a socket."""
    beside = str(_folder(home) / "socket")
    if len(beside) <= LONGEST_SOCKET:
        return beside
    name = hashlib.sha256(beside.encode()).hexdigest()[:16]
    return str(Path(tempfile.gettempdir()) / f"steward-{name}.sock")


def _account() -> str:
    """The name of the account we run as; empty where the system has none for it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def _program(name: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *BESIDES))
    return shutil.which(name, path=path)


def _answers(home: Path) -> bool:
    """The socket is tried first: the driver leaves one open that it cannot connect."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(_socket(home))
        with administer(home):
            return True
    except (pymysql.Error, OSError):
        return False


def _make(folder: Path) -> None:
    """The server's own tables; its port is written last, so that half a server is made again."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [
        str(_program("mariadb-install-db")),
        *_common(folder),
        "--skip-test-db",
        "--auth-root-authentication-method=socket",
        f"--auth-root-socket-user={_account()}",
    ]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise MariadbNotStartedError(f"MariaDB 数据目录没有建成：{words}")
    (folder / "port").write_text(str(_free_port()))


def _common(folder: Path) -> list[str]:
    return ["--no-defaults", f"--datadir={folder / 'data'}", f"--user={_account()}"]


def _free_port() -> int:
    """Outside the range that systems hand to outgoing connections, so that it stays ours."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - no secret
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


def _start(home: Path, port: int) -> None:
    folder = _folder(home)
    command = [
        str(_program("mariadbd")),
        *_common(folder),
        f"--socket={_socket(home)}",
        f"--bind-address={HOST}",
        f"--port={port}",
        f"--pid-file={folder / 'pid'}",
        "--character-set-server=utf8mb4",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=128M",
        "--skip-log-bin",
    ]
    pid = _detached(command, log=folder / "log")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not _answers(home):
        if not _lives(pid):
            break
        time.sleep(0.05)
    if not _answers(home):
        raise MariadbNotStartedError(
            f"演示用的 MariaDB 没有启动（端口 {port}），原因见 {folder / 'log'}"
        )


def _detached(command: list[str], *, log: Path) -> int:
    """Started by a shell that ends at once, so that it is nobody's child; its process id."""
    script = '"$@" >>"$0" 2>&1 </dev/null & echo $!'
    started = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", script, str(log), *command],
        check=True,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    return int(started.stdout)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
