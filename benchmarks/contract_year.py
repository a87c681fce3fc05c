"""How long a contract-year takes to score: `python benchmarks/contract_year.py --home DIR`.

A private PostgreSQL is filled by bulk inserts with the Huai'an contract's year: 50,000 tickets with
their clocks and logs, 48 monitors with 5 million raw results and the spans that these make. The
server is then restarted and the score is asked in fresh processes: cold, and again. Both results
must be the same bytes.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

PARSER = argparse.ArgumentParser(description=__doc__)
PARSER.add_argument("--home", type=Path)
PARSER.add_argument("--tickets", type=int, default=50_000)
PARSER.add_argument("--samples", type=int, default=5_000_000)
PARSER.add_argument("--measure", action="store_true", help="only score, in this process")
ARGS = PARSER.parse_args()

HOME = ARGS.home or Path(tempfile.mkdtemp(prefix="steward-year-"))
os.environ["STEWARD_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")

from steward.site.private_postgres import start_private, stop_private

FAST = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = 8GB\n"
BEGUN = time.perf_counter()
start_private(HOME, extra=FAST)

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from steward.assets.cmdb.models import Item
from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from steward.kernel.actors import Actor
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor, Span

CODE = "huaian-2025"
START = datetime.fromisoformat("2025-08-29T00:00:00+08:00")
END = datetime.fromisoformat("2026-08-29T00:00:00+08:00")
BY = Actor.system("基准")
MONITORS = 48
OUTAGES = 40

KINDS = (
    ("incident", "minor", "INC", 90, ("respond-service", "onsite", "respond", "resolve")),
    ("incident", "major", "INC", 5, ("respond-service", "onsite", "respond", "resolve")),
    ("vulnerability", "high", "VUL", 2, ("fix-vulnerability",)),
    ("emergency", "major", "EMG", 2, ("onsite", "respond", "restore")),
    ("security_event", "major", "SEC", 1, ("respond",)),
)

TICKETS = """
INSERT INTO desk_ticket (number, kind, severity, state, title, description, grams, tags, channel,
  contract, policy_id, requester_name, subject_kind, subject_key, subject_label, occurred_at,
  reported_occurred_at, opened_at, resolved_at, closed_at, resolution, cause, end_reason,
  suspend_reason, reopen_count, auto_resolve, queue_at, urgency)
SELECT %(prefix)s || '-' || %(severity)s || '-' || n, %(kind)s, %(severity)s, 'closed',
  '第 ' || n || ' 号故障', '', '{}', '{}', 'phone', %(contract)s,
  (SELECT max(id) FROM desk_policyversion), '', '', '', '', at, at, at,
  at + interval '3 hours', at + interval '4 hours', '已处理', '', '', '', 0, false, '9999-01-01Z', 0
FROM (SELECT n, %(start)s::timestamptz + n * (%(span)s * interval '1 second') / %(count)s AS at
      FROM generate_series(1, %(count)s) n) made
"""
CLOCKS = """
INSERT INTO desk_clock (ticket_id, kind, label, clause, rule_id, spec, calendars, state, is_open,
  started_at, due_at, stopped_at, breached_at, breach_recorded_at, next_wake_at, warned,
  is_excused, is_provisional)
SELECT t.id, r.spec->>'kind', r.label, r.clause, r.id, r.spec,
  jsonb_build_object(r.calendar, %(versions)s::jsonb->r.calendar),
  CASE WHEN late THEN 'breached' ELSE 'met' END, false, t.opened_at, due,
  CASE WHEN late THEN due + interval '30 minutes' ELSE t.opened_at + interval '5 minutes' END,
  CASE WHEN late THEN due END, CASE WHEN late THEN due END, NULL, 0, late AND t.id %% 3 = 0, false
FROM (SELECT *, id %% 97 = 0 AS late FROM desk_ticket) t
JOIN desk_policyrulerow r ON r.ticket_kinds ? t.kind
  AND (jsonb_array_length(r.severities) = 0 OR r.severities ? t.severity)
CROSS JOIN LATERAL (SELECT t.opened_at + ((r.spec->>'target')::int * interval '1 minute') AS due) d
"""
EVENTS = """
INSERT INTO desk_clockeventrow (clock_id, type, occurred_at, recorded_at, actor_label, reason, key,
  document, evidence)
SELECT c.id, e.type, e.at, e.at, '基准', e.reason, '', e.document, '{}'
FROM desk_clock c CROSS JOIN LATERAL (VALUES
  ('start', c.started_at, '', ''), ('stop', c.stopped_at, '', ''),
  ('excuse', CASE WHEN c.is_excused THEN c.stopped_at END, '不可抗力', '附函 12 号')
) AS e(type, at, reason, document) WHERE e.at IS NOT NULL
"""
SAMPLES = """
INSERT INTO monitoring_sample (monitor_id, at, state, latency_us, message, detail)
SELECT m.id, %(start)s::timestamptz + n * (%(span)s * interval '1 second') / %(each)s, 'up',
  1000 + (n * 7919 + m.id) %% 90000, '', '{}'
FROM generate_series(0, %(each)s - 1) n CROSS JOIN monitoring_monitor m
"""


def run(sql: str, **given: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


def fill() -> dict[str, int]:
    """Make the year; how many rows of each kind."""
    call_command("migrate", verbosity=0)
    calendars.seed()
    packs.load_library_pack(CODE, by=BY, now=START)
    span = (END - START) // timedelta(seconds=1)
    made = {"tickets": 0}
    for kind, severity, prefix, share, _ in KINDS:
        count = ARGS.tickets * share // 100
        made["tickets"] += run(
            TICKETS, prefix=prefix, kind=kind, severity=severity, contract=CODE, start=START,
            span=span, count=count,
        )  # fmt: skip
    versions = {code: calendars.get(code).version_id for code, _ in calendars.all_calendars()}
    made["clocks"] = run(CLOCKS, versions=json.dumps(versions))
    made["clock_events"] = run(EVENTS)
    monitors = [_monitor(number) for number in range(MONITORS)]
    made["spans"] = _spans(monitors)
    made["samples"] = run(SAMPLES, start=START, span=span, each=ARGS.samples // MONITORS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _monitor(number: int) -> Monitor:
    item = Item.objects.create(
        code=f"SYS-{number:03}",
        name=f"办公系统 {number}",
        kind="system",
        contract=CODE,
        created_at=START,
        updated_at=START,
    )
    draft = monitoring.MonitorDraft(
        item_id=item.pk,
        name="端口",
        probe="tcp",
        settings={"host": "127.0.0.1", "port": 9},
        interval=60,
        core=True,
    )
    return Monitor.objects.get(pk=monitoring.create_monitor(draft, by=BY, now=START))


def _spans(monitors: list[Monitor]) -> int:
    """Each monitor: up, with outages of one to ten minutes spread over the year."""
    Span.objects.all().delete()
    step = (END - START) / OUTAGES
    rows = []
    for shift, monitor in enumerate(monitors):
        cursor = START
        for number in range(OUTAGES):
            down = START + step * number + timedelta(minutes=1 + shift * 37)
            up = down + timedelta(minutes=1 + (number + shift) % 10)
            rows += [
                _span(monitor, "up", start=cursor, end=down),
                _span(monitor, "down", start=down, end=up),
            ]
            cursor = up
        rows.append(_span(monitor, "up", start=cursor, end=END))
    Span.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _span(monitor: Monitor, state: str, *, start: datetime, end: datetime) -> Span:
    return Span(
        monitor=monitor, state=state, start_at=start, end_at=end, recorded_at=start,
        ended_recorded_at=end, ended_by="result", cause="" if state == "up" else "连接被拒绝",
    )  # fmt: skip


def measure() -> None:
    """Score once in this process and print the time, the figures and the digest of the bytes."""
    ready = time.perf_counter()
    result = assessment.score(CODE, as_of=END, now=END, kind="settled")
    text = result.canonical()
    done = time.perf_counter()
    print(
        json.dumps(
            {
                "score_seconds": round(done - ready, 3),
                "process_seconds": round(done - BEGUN, 3),
                "points": str(result.points),
                "possible": str(result.possible),
                "payable": str(result.pay.payable),
                "leaves": sum(len(n.events) + len(n.excluded) for n in result.indicators()),
                "result_bytes": len(text.encode()),
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
        )
    )


def _again() -> dict[str, object]:
    command = [sys.executable, __file__, "--home", str(HOME), "--measure"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, object] = json.loads(output.strip().splitlines()[-1])
    return found


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main() -> None:
    begun = time.perf_counter()
    made = fill() if not packs_loaded() else {}
    print(json.dumps({"filled": made, "seconds": round(time.perf_counter() - begun, 1)}))
    connection.close()
    stop_private(HOME)
    start_private(HOME, extra=FAST)
    runs = [_again() for _ in range(3)]
    for name, found in zip(("cold", "again", "once more"), runs, strict=True):
        print(name, json.dumps(found))
    same = len({found["sha256"] for found in runs}) == 1
    print("identical bytes:", same)
    print("machine:", _processor(), os.cpu_count(), "cores", platform.python_version())
    stop_private(HOME)
    sys.exit(0 if same else 1)


def packs_loaded() -> bool:
    return "packs_contract" in connection.introspection.table_names() and bool(
        packs.all_contracts()
    )


if __name__ == "__main__":
    measure() if ARGS.measure else main()
