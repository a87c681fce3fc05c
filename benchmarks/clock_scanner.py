"""How late a breach is noticed: `python benchmarks/clock_scanner.py --open 50000 --seconds 120`.

A private PostgreSQL under a temporary STEWARD_HOME. `--open` clocks run; `--due` of them run out
while the bench watches, spread evenly over its length. The scanners are processes that loop as
`steward worker` does. The lag of a breach is when it was recorded minus the exact instant at
which the clock ran out.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import argparse
import multiprocessing
import os
import platform
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

HOME = Path(os.environ.get("STEWARD_HOME") or tempfile.mkdtemp(prefix="steward-bench-"))
os.environ["STEWARD_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")

from steward.site.private_postgres import start_private, stop_private

start_private(HOME)

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from steward.core.calendars import api as calendars
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Clock, ClockEventRow, PolicyRuleRow, Ticket
from steward.desk.tickets.services.scanner import BATCH, scan
from steward.kernel.actors import Actor
from steward.kernel.clock import ClockSpec, Unit
from steward.kernel.instants import now

BY = Actor.system("基准")
TARGET = 240
LEAD = timedelta(seconds=10)


def install() -> PolicyRuleRow:
    """One contract whose incidents are solved in four hours."""
    spec = ClockSpec(
        kind="resolve",
        target=TARGET,
        unit=Unit.ELAPSED_MINUTES,
        start_event="opened",
        stop_event="resolved",
    )
    rule = desk.PolicyRule("resolve", "解决", "基准", ("incident",), (), spec, "always")
    desk.install_policy(
        desk.PolicyDefinition("bench", "1", now() - timedelta(days=400), "基准", (rule,)),
        by=BY,
        now=now(),
    )
    return PolicyRuleRow.objects.get()


def fill(rule: PolicyRuleRow, *, count: int, due: int, seconds: int) -> None:
    """First those that run out in some hours, then `due` that run out within `seconds`."""
    later = now() + timedelta(hours=1)
    rest = [later + timedelta(seconds=n % 7200) for n in range(count - due)]
    version = calendars.get("always").version_id
    for first in range(0, len(rest), 5000):
        _fill(rule, rest[first : first + 5000], first=first, version=version)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    begin = now() + LEAD + timedelta(milliseconds=3 * due)
    ends = [begin + timedelta(seconds=seconds * n / due) for n in range(due)]
    _fill(rule, ends, first=len(rest), version=version)


def _fill(rule: PolicyRuleRow, ends: list[datetime], *, first: int, version: int) -> None:
    length = timedelta(minutes=TARGET)
    ends = [end.replace(microsecond=0) for end in ends]
    tickets = Ticket.objects.bulk_create(
        Ticket(
            number=f"INC-2026-{first + n + 1:06d}",
            kind="incident",
            severity="minor",
            title="基准工单",
            channel="api",
            contract="bench",
            policy=rule.policy,
            occurred_at=end - length,
            reported_occurred_at=end - length,
            opened_at=end - length,
            queue_at=end,
        )
        for n, end in enumerate(ends)
    )
    clocks = Clock.objects.bulk_create(
        Clock(
            ticket=ticket,
            kind="resolve",
            label="解决",
            rule=rule,
            spec=rule.spec,
            calendars={"always": version},
            state="running",
            started_at=end - length,
            due_at=end,
            next_wake_at=end + timedelta(seconds=1),
        )
        for ticket, end in zip(tickets, ends, strict=True)
    )
    ClockEventRow.objects.bulk_create(
        ClockEventRow(
            clock=clock,
            type="start",
            occurred_at=end - length,
            recorded_at=end - length,
            actor_label=BY.label,
        )
        for clock, end in zip(clocks, ends, strict=True)
    )


def watch(until: float) -> None:
    """One scanner: as the service does, it rests a second when little is due."""
    while time.time() < until:
        if scan(now=now()) < BATCH:
            time.sleep(1)


def lags() -> list[float]:
    """Seconds from each breach to its record, sorted."""
    rows = Clock.objects.filter(breached_at__isnull=False)
    pairs = rows.values_list("breached_at", "breach_recorded_at")
    return sorted((told - at).total_seconds() for at, told in pairs if at and told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=50_000)
    parser.add_argument("--due", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--scanners", type=int, default=1)
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    fill(install(), count=args.open, due=args.due, seconds=args.seconds)
    until = time.time() + args.seconds + 20 + args.due * 0.003
    connection.close()
    work = multiprocessing.get_context("spawn")
    scanners = [work.Process(target=watch, args=(until,)) for _ in range(args.scanners)]
    for scanner in scanners:
        scanner.start()
    for scanner in scanners:
        scanner.join()
    found = lags()
    at = {share: found[min(len(found) - 1, int(len(found) * share))] for share in (0.5, 0.9, 0.99)}
    print(f"| {args.open:,} | {args.due:,} / {args.seconds} s | {args.scanners} | {len(found):,} |"
          f" {at[0.5]:.2f} | {at[0.9]:.2f} | {at[0.99]:.2f} | {found[-1]:.2f} |"
          f" {platform.machine()}, {os.cpu_count()} cores |")  # fmt: skip
    stop_private(HOME)


if __name__ == "__main__":
    main()
