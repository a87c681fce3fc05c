"""Load the demonstration into a fresh home and tell what each part of it takes.

    python benchmarks/data/demonstration.py HOME --people 1000000

HOME must not exist yet; it takes the platform's own PostgreSQL with the first front-end database,
a private MariaDB with the second where this machine has that server, and the lake. What runs is
what `steward demo` runs. Each line is one step as the demonstration itself tells it: seconds by the
clock, processor seconds of this program and of both database servers, peak memory of this program
so far. It ends with an error where a rule found other than what was planted.
"""

import argparse
import os
import resource
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import django
import psutil
from django.core.management import call_command

from steward.kernel.instants import now
from steward.site.cli import prepare_database
from steward.site.private_mariadb import stop_private as stop_mariadb
from steward.site.private_postgres import stop_private as stop_postgres

PASSWORD = "Steward-2026"  # noqa: S105 - of a home that nobody else uses
FIRST, LAST = "生成", "复检通过"


class Watch:
    """Seconds and processor seconds since the last look."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.lines: list[tuple[str, list[float]]] = []
        self.last = self._now()

    def look(self, text: str) -> None:
        """One step has ended."""
        here = self._now()
        taken = [new - old for new, old in zip(here, self.last, strict=True)]
        self.last = here
        self.lines.append((text, taken))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        cells = [f"{value:.1f}" for value in taken]
        load = f"{os.getloadavg()[0]:.1f}"
        sys.stdout.write(f"| {' | '.join([text.strip(), *cells, str(peak), load])} |\n")
        sys.stdout.flush()

    def part(self, first: str, last: str) -> list[float]:
        """The sums over the steps from the one that begins with `first` to `last`."""
        texts = [text.strip() for text, _ in self.lines]
        begin = next(i for i, text in enumerate(texts) if text.startswith(first))
        end = next(i for i, text in enumerate(texts) if text.startswith(last))
        columns = zip(*(taken for _, taken in self.lines[begin : end + 1]), strict=True)
        return [sum(values) for values in columns]

    def _now(self) -> list[float]:
        spent = os.times()
        servers = _spent(self.home / "pg" / "postmaster.pid") + _spent(
            self.home / "mariadb" / "pid"
        )
        return [time.perf_counter(), spent.user + spent.system, servers]


def _spent(pid_file: Path) -> float:
    """Processor seconds of a server: its own, its living and its ended children's."""
    total = 0.0
    with suppress(OSError, psutil.NoSuchProcess):
        server = psutil.Process(int(pid_file.read_text().split()[0]))
        own = server.cpu_times()
        total += own.user + own.system + own.children_user + own.children_system
        for child in server.children():
            with suppress(psutil.NoSuchProcess):
                its = child.cpu_times()
                total += its.user + its.system
    return total


def load(home: Path, people: int) -> None:
    """What `steward demo` does, looked at step by step."""
    os.environ |= {"STEWARD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "steward.site.settings"}
    prepare_database()
    django.setup()
    call_command("migrate", verbosity=0)
    loading = import_module("steward.site.demo.load")
    watch = Watch(home)
    loading.load_demonstration(now=now(), say=watch.look, password=PASSWORD, people=people)
    for name, first in (("公共数据部分", FIRST), ("其中不含生成", "PostgreSQL")):
        cells = " | ".join(f"{value:.1f}" for value in watch.part(first, LAST))
        sys.stdout.write(f"| **{name}** | {cells} | | |\n")
    if sum("逐条规则与预计相同" in text for text, _ in watch.lines) != 2:
        raise SystemExit("a rule found other than what was planted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    args = parser.parse_args()
    home = args.home.resolve()
    if home.exists():
        parser.error(f"{home} exists")
    try:
        load(home, args.people)
    finally:
        stop_mariadb(home)
        stop_postgres(home)


if __name__ == "__main__":
    main()
