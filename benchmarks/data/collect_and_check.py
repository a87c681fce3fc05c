"""Collect a PostgreSQL table of people into the lake and check it with the people's rule pack.

    python benchmarks/data/collect_and_check.py FOLDER --people 1000000 [--memory 1500MB] [--generator-memory 2GB]

FOLDER takes a private PostgreSQL, the lake and the failing rows; it is made when missing. Each
step runs in a process of its own, so that its peak memory is its own. The number of failing rows
of every rule is compared with what was planted; any difference ends the run with an error.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psycopg

from steward.data.entities.generator.build import Recipe, generate
from steward.data.entities.generator.deliver import deliver
from steward.data.entities.library import delivered, entity, pack
from steward.engine.connectors.base import open_connector
from steward.engine.connectors.sync import Sync, Task
from steward.engine.lake.duck import Limits as LakeLimits
from steward.engine.lake.store import Lake
from steward.engine.rules import Limits, Options, check, open_delta
from steward.kernel.instants import now
from steward.site.database import socket_directory
from steward.site.private_postgres import start_private, stop_private

TODAY = date(2026, 3, 1)
DATABASE = "bench_qzk"


def url(folder: Path, database: str = DATABASE) -> str:
    return f"postgresql://postgres:@/{database}?host={socket_directory(folder)}"


def prepare(folder: Path, args: argparse.Namespace) -> dict[str, object]:
    """Generate the population and write it into PostgreSQL."""
    with psycopg.connect(url(folder, "postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE}")
    recipe = Recipe(people=args.people, today=TODAY)
    limits = LakeLimits(memory=args.generator_memory, spill=folder / "spill")
    with generate(recipe, limits=limits) as population:
        rows = deliver(population, url(folder))
        (folder / "planted.json").write_text(json.dumps(population.planted))
    return {"rows": rows}


def collect(folder: Path, args: argparse.Namespace) -> dict[str, object]:
    """The people by the way every collection goes: in chunks, counted and proved."""
    del args
    lake = Lake(folder / "lake", verify=True)
    found = {}
    for model in delivered():
        task = Task(name=model.code, keys=model.key, chunk=500_000)
        source = open_connector(f"{url(folder)}#public.{model.table}")
        report = Sync(source=source, lake=lake, table=f"ods.{model.table}", task=task).run(
            now=now()
        )
        found[model.code] = report.read
    return {"rows": found}


def check_people(folder: Path, args: argparse.Namespace) -> dict[str, object]:
    """All rules of the pack over the people in the lake, the failing rows written."""
    rules = pack("person")
    tables = {
        name: open_delta(str(folder / "lake" / "ods" / entity(code).table))
        for name, code in rules.tables.items()
    }
    limits = Limits(memory=args.memory, scratch=folder / "spill")
    result = check(
        rules,
        open_delta(str(folder / "lake" / "ods" / "person")),
        now=now().replace(year=TODAY.year, month=TODAY.month, day=2),
        failures=folder / "failures.parquet",
        options=Options(tables=tables, limits=limits),
    )
    planted = json.loads((folder / "planted.json").read_text())["person"]
    found = {rule.id: rule.failing for rule in result.rules}
    if found != planted:
        wrong = {key: (found.get(key), planted.get(key)) for key in found | planted
                 if found.get(key) != planted.get(key)}  # fmt: skip
        raise SystemExit(f"counts differ from the planted ones (found, planted): {wrong}")
    return {"rows": result.rows, "rules": len(found), "failing_rows": result.failing_rows}


STEPS = {"prepare": prepare, "collect": collect, "check": check_people}


def measured(step: str, folder: Path, args: argparse.Namespace) -> None:
    """One step in this process: seconds, processor seconds, peak memory; printed as JSON."""
    started, before = time.perf_counter(), os.times()
    found = STEPS[step](folder, args)
    after = os.times()
    found |= {
        "step": step,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(after.user + after.system - before.user - before.system, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    print(json.dumps(found, ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--memory", default="1500MB")
    parser.add_argument("--generator-memory", default="2GB")
    parser.add_argument("--step", choices=sorted(STEPS))
    args = parser.parse_args()
    folder = args.folder.resolve()
    if args.step:
        measured(args.step, folder, args)
        return
    start_private(folder)
    try:
        for step in STEPS:
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--step", step], check=True)
    finally:
        stop_private(folder)


if __name__ == "__main__":
    main()
