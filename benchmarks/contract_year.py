"""How long four contract-years take to score: `python benchmarks/contract_year.py --home DIR`.

A private PostgreSQL is filled by bulk inserts with a year of each of the four contracts: 50,000
tickets with their clocks and logs, 48 monitors with 5 million raw results and the spans that these
make. The server is then restarted and the live score with its canonical text is asked in fresh
processes: cold, reading everything; again, remembering; remembered; and after one new event. All
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
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

PARSER = argparse.ArgumentParser(description=__doc__)
PARSER.add_argument("--home", type=Path)
PARSER.add_argument("--tickets", type=int, default=50_000)
PARSER.add_argument("--samples", type=int, default=5_000_000)
PARSER.add_argument("--measure", action="store_true", help="only score, in this process")
PARSER.add_argument("--event", action="store_true", help="only score after one new event each")
PARSER.add_argument("--fresh", action="store_true", help="remember nothing")
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
from steward.desk.tickets.models import Clock, ClockEventRow, PolicyRuleRow
from steward.kernel.actors import Actor
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor, Span

CODES = ("kecheng-2024", "huaian-2025", "beijing-2022", "keqiao-2024")
BY = Actor.system("基准")
MONITORS = 48
OUTAGES = 40
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """One contract's year: filled until two days before its end, scored a day before its end."""

    code: str
    start: datetime
    end: datetime

    @classmethod
    def of(cls, code: str) -> "Year":
        info = packs.get(code)
        return cls(code, info.start, info.end)

    @property
    def filled(self) -> datetime:
        return self.end - 2 * DAY

    @property
    def as_of(self) -> datetime:
        return self.end - DAY


TICKETS = """
INSERT INTO desk_ticket (number, kind, severity, state, title, description, grams, tags, channel,
  contract, policy_id, requester_name, subject_kind, subject_key, subject_label, occurred_at,
  reported_occurred_at, opened_at, resolved_at, closed_at, resolution, cause, end_reason,
  suspend_reason, reopen_count, auto_resolve, queue_at, urgency)
SELECT %(prefix)s || '-' || n, %(kind)s, %(severity)s, 'closed',
  '第 ' || n || ' 号故障', '', '{}', '{}', 'phone', %(contract)s,
  (SELECT max(id) FROM desk_policyversion WHERE contract = %(contract)s), '', '', '', '', at, at, at,
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
FROM (SELECT *, id %% 97 = 0 AS late FROM desk_ticket WHERE contract = %(contract)s) t
JOIN desk_policyrulerow r ON r.policy_id = t.policy_id AND r.ticket_kinds ? t.kind
  AND (jsonb_array_length(r.severities) = 0 OR r.severities ? t.severity)
CROSS JOIN LATERAL (SELECT t.opened_at + ((r.spec->>'target')::int * interval '1 minute') AS due) d
"""
EVENTS = """
INSERT INTO desk_clockeventrow (clock_id, type, occurred_at, recorded_at, actor_label, reason, key,
  document, evidence)
SELECT c.id, e.type, e.at, e.at, '基准', e.reason, '', e.document, '{}'
FROM desk_clock c JOIN desk_ticket t ON t.id = c.ticket_id AND t.contract = %(contract)s
CROSS JOIN LATERAL (VALUES
  ('start', c.started_at, '', ''), ('stop', c.stopped_at, '', ''),
  ('excuse', CASE WHEN c.is_excused THEN c.stopped_at END, '不可抗力', '附函 12 号')
) AS e(type, at, reason, document) WHERE e.at IS NOT NULL
"""
SAMPLES = """
INSERT INTO monitoring_sample (monitor_id, at, state, latency_us, message, detail)
SELECT m.id, %(start)s::timestamptz + n * (%(span)s * interval '1 second') / %(each)s, 'up',
  1000 + (n * 7919 + m.id) %% 90000, '', '{}'
FROM generate_series(0, %(each)s - 1) n CROSS JOIN monitoring_monitor m
JOIN cmdb_item i ON i.id = m.item_id AND i.contract = %(contract)s
"""


def run(sql: str, **given: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


def fill() -> dict[str, int]:
    """Make the four years; how many rows of each kind."""
    call_command("migrate", verbosity=0)
    calendars.seed()
    made: Counter[str] = Counter()
    for code in CODES:
        info = packs.load_library_pack(code, by=BY, now=datetime(2021, 1, 1, tzinfo=UTC))
        made.update(_fill_year(Year.of(info.contract)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return dict(made)


def _sorts(code: str) -> list[tuple[str, str]]:
    """Every kind and severity that a time limit of the contract speaks of."""
    rules = PolicyRuleRow.objects.filter(policy__contract=code)
    pairs = {(k, s) for r in rules for k in r.ticket_kinds for s in (r.severities or ["minor"])}
    return sorted(pairs)


def _fill_year(year: Year) -> dict[str, int]:
    span = (year.filled - year.start) // timedelta(seconds=1)
    made = Counter[str]()
    sorts = _sorts(year.code)
    for number, (kind, severity) in enumerate(sorts):
        made["tickets"] += run(
            TICKETS, prefix=f"{year.code[:4]}-{number}", kind=kind, severity=severity,
            contract=year.code, start=year.start, span=span, count=ARGS.tickets // len(sorts),
        )  # fmt: skip
    versions = {code: calendars.get(code).version_id for code, _ in calendars.all_calendars()}
    made["clocks"] = run(CLOCKS, versions=json.dumps(versions), contract=year.code)
    made["clock_events"] = run(EVENTS, contract=year.code)
    monitors = [_monitor(year, number) for number in range(MONITORS)]
    made["spans"] = _spans(year, monitors)
    made["samples"] = run(
        SAMPLES, start=year.start, span=span, each=ARGS.samples // MONITORS, contract=year.code
    )
    return made


def _monitor(year: Year, number: int) -> Monitor:
    item = Item.objects.create(
        code=f"{year.code[:4]}-{number:03}",
        name=f"{year.code} 系统 {number}",
        kind="system",
        contract=year.code,
        created_at=year.start,
        updated_at=year.start,
    )
    draft = monitoring.MonitorDraft(
        item_id=item.pk,
        name="端口",
        probe="tcp",
        settings={"host": "127.0.0.1", "port": 9},
        interval=60,
        core=True,
    )
    return Monitor.objects.get(pk=monitoring.create_monitor(draft, by=BY, now=year.start))


def _spans(year: Year, monitors: list[Monitor]) -> int:
    """Each monitor: up, with outages of one to ten minutes spread over the year."""
    Span.objects.filter(monitor__in=monitors).delete()
    step = (year.filled - year.start) / OUTAGES
    rows = []
    for shift, monitor in enumerate(monitors):
        cursor = year.start
        for number in range(OUTAGES):
            down = year.start + step * number + timedelta(minutes=1 + shift * 37)
            up = down + timedelta(minutes=1 + (number + shift) % 10)
            rows += [
                _span(monitor, "up", start=cursor, end=down),
                _span(monitor, "down", start=down, end=up),
            ]
            cursor = up
        rows.append(_span(monitor, "up", start=cursor, end=year.filled))
    Span.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _span(monitor: Monitor, state: str, *, start: datetime, end: datetime) -> Span:
    return Span(
        monitor=monitor, state=state, start_at=start, end_at=end, recorded_at=start,
        ended_recorded_at=end, ended_by="result", cause="" if state == "up" else "连接被拒绝",
    )  # fmt: skip


def timed(year: Year, *, as_of: datetime, fresh: bool) -> tuple[float, str, assessment.ScoreResult]:
    """Seconds until the canonical text is there, its SHA-256, and the result."""
    begun = time.perf_counter()
    result = assessment.score(year.code, as_of=as_of, now=as_of, fresh=fresh)
    text = result.canonical().encode()
    return time.perf_counter() - begun, hashlib.sha256(text).hexdigest(), result


def measure() -> None:
    """Score the four contracts in this process; print times, figures and digests."""
    begun = time.perf_counter()
    found: dict[str, object] = {}
    for code in CODES:
        year = Year.of(code)
        seconds, digest, result = timed(year, as_of=year.as_of, fresh=ARGS.fresh)
        found[code] = {
            "seconds": round(seconds, 3),
            "points": str(result.points),
            "leaves": sum(len(n.events) + len(n.excluded) for n in result.indicators()),
            "clocks": sum(promise.judged for promise in result.promises),
            "bytes": len(result.canonical().encode()),
            "sha256": digest,
        }
    found["all_seconds"] = round(time.perf_counter() - begun, 3)
    found["process_seconds"] = round(time.perf_counter() - BEGUN, 3)
    print(json.dumps(found))


def measure_event() -> None:
    """One new event in each contract in turn: a clock that stops; then all four scored again."""
    for code in CODES:
        timed(Year.of(code), as_of=Year.of(code).as_of, fresh=False)
    found: dict[str, object] = {}
    for code in CODES:
        year = Year.of(code)
        at, later = year.as_of + timedelta(minutes=1), year.as_of + timedelta(minutes=2)
        clock = Clock.objects.filter(ticket__contract=code, state="met").order_by("-id").first()
        assert clock is not None
        ClockEventRow.objects.create(
            clock=clock, type="excuse", occurred_at=at, recorded_at=at, actor_label="基准",
            reason="不可抗力", document="附函 13 号",
        )  # fmt: skip
        seconds, digest, _ = timed(year, as_of=later, fresh=False)
        others = [timed(Year.of(c), as_of=Year.of(c).as_of + (later - year.as_of), fresh=False)[0]
                  for c in CODES if c != code]  # fmt: skip
        cold, again, _ = timed(year, as_of=later, fresh=True)
        found[code] = {
            "after_one_event": round(seconds, 3),
            "all_four": round(seconds + sum(others), 3),
            "everything_read": round(cold, 3),
            "identical": digest == again,
        }
    print(json.dumps(found))


def _again(*flags: str) -> dict[str, dict[str, object]]:
    command = [sys.executable, __file__, "--home", str(HOME), *flags]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, dict[str, object]] = json.loads(output.strip().splitlines()[-1])
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
    runs = [_again("--measure", "--fresh"), _again("--measure"), _again("--measure")]
    for name, found in zip(("cold", "remembering", "remembered"), runs, strict=True):
        print(name, json.dumps(found))
    same = all(len({str(run[code]["sha256"]) for run in runs}) == 1 for code in CODES)
    events = _again("--event")
    print("event", json.dumps(events))
    same = same and all(bool(row["identical"]) for row in events.values())
    print("identical bytes:", same)
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        "machine:", _processor(), os.cpu_count(), "cores", platform.python_version(), "load", load
    )
    stop_private(HOME)
    sys.exit(0 if same else 1)


def packs_loaded() -> bool:
    return "packs_contract" in connection.introspection.table_names() and bool(
        packs.all_contracts()
    )


if __name__ == "__main__":
    if ARGS.measure:
        measure()
    elif ARGS.event:
        measure_event()
    else:
        main()
