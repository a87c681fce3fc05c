"""How punctual the prober is: `python benchmarks/prober.py --targets 600 --seconds 150`.

A private PostgreSQL under a temporary STEWARD_HOME; the targets (HTTP and TCP on 127.0.0.1) run in
a process of their own; one or more probers run as processes, as `steward worker` runs them. Drift
is the instant a probe began minus the instant it was due.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import resource
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("STEWARD_HOME") or tempfile.mkdtemp(prefix="steward-bench-"))
os.environ["STEWARD_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")

from steward.site.private_postgres import start_private, stop_private

start_private(HOME)

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from steward.assets.cmdb.models import Item
from steward.kernel.actors import Actor
from steward.kernel.instants import now
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor, Sample, Span
from steward.operations.monitoring.prober import Prober, Tally

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"status":"ok"}'


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def serve(port: Any) -> None:
    """The targets: every request is answered at once."""

    async def forever() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=1024)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(forever())


def set_up(targets: int, interval: int, port: int) -> None:
    by, moment = Actor.system("压测"), now()
    item, _ = Item.objects.get_or_create(
        code="BENCH",
        defaults={"name": "目标", "kind": "system", "created_at": moment, "updated_at": moment},
    )
    for number in range(targets):
        web = number % 2 == 0
        settings = (
            {"url": f"http://127.0.0.1:{port}/{number}", "json_path": "$.status",
             "json_equals": "ok"} if web else {"host": "127.0.0.1", "port": port}
        )  # fmt: skip
        monitoring.create_monitor(
            monitoring.MonitorDraft(
                name=f"目标 {number}", item_id=item.pk, probe="http" if web else "tcp",
                settings=settings, interval=interval, timeout=5,
            ),
            by=by, now=moment,
        )  # fmt: skip
    for row in Monitor.objects.all():
        row.next_due_at = row.due_after(now() + timedelta(seconds=3))
        row.save(update_fields=["next_due_at"])


def probe(seconds: int, out: Any) -> None:
    """One prober for so long; its drifts and CPU time go to the parent."""
    connection.close()
    tally = Tally(drifts=[])

    async def run() -> None:
        task = asyncio.create_task(Prober(tally=tally).run())
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    drifts = [d.total_seconds() for d in tally.drifts or []]
    out.put((drifts, usage.ru_utime + usage.ru_stime))


def measure(args: argparse.Namespace) -> dict[str, Any]:
    context = multiprocessing.get_context("fork")
    port = context.Value("i", 0)
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    while port.value == 0:
        time.sleep(0.05)
    set_up(args.targets, args.interval, port.value)
    connection.close()
    out = context.Queue()
    probers = [context.Process(target=probe, args=(args.seconds, out)) for _ in range(args.probers)]
    for process in probers:
        process.start()
    found = [out.get() for _ in probers]
    for process in probers:
        process.join()
    server.terminate()
    drifts = sorted(d for some, _ in found for d in some)
    cuts = statistics.quantiles(drifts, n=1000)
    return {
        "targets": args.targets,
        "interval": args.interval,
        "seconds": args.seconds,
        "probers": args.probers,
        "probes": len(drifts),
        "stored": Sample.objects.count(),
        "twice": probed_twice(args.interval),
        "not_up": Sample.objects.exclude(state="up").count(),
        "down_spans": Span.objects.filter(state="down").count(),
        "p50_ms": round(cuts[499] * 1000, 1),
        "p99_ms": round(cuts[989] * 1000, 1),
        "max_ms": round(drifts[-1] * 1000, 1),
        "cpu_share": round(sum(cpu for _, cpu in found) / args.seconds, 3),
        "load": round(os.getloadavg()[0], 1),
    }


def probed_twice(interval: int) -> int:
    """How often a monitor was probed again within half an interval."""
    last: dict[int, Any] = {}
    found = 0
    for monitor_id, at in Sample.objects.order_by("at").values_list("monitor_id", "at"):
        before = last.get(monitor_id)
        found += before is not None and at - before < timedelta(seconds=interval / 2)
        last[monitor_id] = at
    return found


def machine() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.partition(':')[2].strip()} × {os.cpu_count()}, Python {platform.python_version()}"
    return f"{platform.machine()} × {os.cpu_count()}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=600)
    parser.add_argument("--interval", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--probers", type=int, default=1)
    try:
        call_command("migrate", verbosity=0)
        result = measure(parser.parse_args()) | {"machine": machine()}
        print(json.dumps(result, ensure_ascii=False, indent=1))
    finally:
        connection.close()
        stop_private(HOME)


if __name__ == "__main__":
    main()
