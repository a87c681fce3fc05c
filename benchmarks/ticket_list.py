"""How fast the queue answers: `python benchmarks/ticket_list.py --tickets 1000000`.

A private PostgreSQL under a temporary STEWARD_HOME with so many tickets, one in twenty open, each
open one with a clock. Times are those of the whole request at the server (Django's test client:
middleware, queries, template), the median and the worst of `--turns` after one warm-up.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import argparse
import html
import json
import os
import platform
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("STEWARD_HOME") or tempfile.mkdtemp(prefix="steward-bench-"))
os.environ["STEWARD_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steward.site.settings")

from steward.site.private_postgres import start_private, stop_private

start_private(HOME)

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.clock_scanner import install
from steward.core.calendars import api as calendars
from tests.factories.accounts import user_with

TICKETS = """
INSERT INTO desk_ticket (number, kind, severity, state, title, description, grams, tags, channel,
  contract, policy_id, assignee_id, subject_kind, subject_key, subject_label, occurred_at,
  reported_occurred_at, opened_at, resolved_at, closed_at, resolution, cause, end_reason,
  suspend_reason, reopen_count, auto_resolve, queue_at, urgency, requester_name)
SELECT 'INC-2026-' || lpad(n::text, 7, '0'), 'incident',
  (ARRAY['minor', 'minor', 'major'])[n %% 3 + 1],
  CASE WHEN n %% 20 = 0 THEN 'in_progress' ELSE 'closed' END,
  t.title || n, '', t.grams, '{}', 'phone', 'bench', %(policy)s,
  CASE WHEN n %% 20 = 0 AND n %% 200 = 0 THEN %(user)s::bigint END,
  'cmdb.item', (n %% 500)::text, '配置项' || n %% 500, o.at, o.at, o.at,
  CASE WHEN n %% 20 = 0 THEN NULL ELSE o.at + interval '3 hours' END,
  CASE WHEN n %% 20 = 0 THEN NULL ELSE o.at + interval '4 hours' END,
  '', '', '', '', 0, false,
  CASE WHEN n %% 20 = 0 THEN now() + (n %% 9000) * interval '1 minute'
       ELSE timestamptz '9999-01-01 00:00+00' END,
  CASE WHEN n %% 200 = 0 THEN 2 WHEN n %% 100 = 0 THEN 1 ELSE 0 END, ''
FROM generate_series(1, %(count)s) AS n
CROSS JOIN LATERAL (SELECT now() - (%(count)s - n) * interval '30 seconds' AS at) AS o
JOIN (VALUES
  (0, '人社局社保参保表归集失败', ARRAY['人社', '社局', '局社', '社保', '保参', '参保', '保表', '表归', '归集', '集失', '失败']),
  (1, '移动端无法预览公文', ARRAY['移动', '动端', '端无', '无法', '法预', '预览', '览公', '公文']),
  (2, '接口响应超时', ARRAY['接口', '口响', '响应', '应超', '超时'])
) AS t (k, title, grams) ON t.k = n %% 3
"""
CLOCKS = """
INSERT INTO desk_clock (ticket_id, kind, label, clause, rule_id, spec, calendars, state, is_open,
  started_at, due_at, next_wake_at, warned, is_excused, is_provisional)
SELECT id, 'resolve', '解决', '', %(rule)s, %(spec)s::jsonb, %(calendars)s::jsonb, 'running', true,
  opened_at, queue_at, queue_at, 0, false, false
FROM desk_ticket WHERE state = 'in_progress'
"""
EVENTS = """
INSERT INTO desk_clockeventrow (clock_id, type, occurred_at, recorded_at, actor_label, reason, key,
  document, evidence)
SELECT id, 'start', started_at, started_at, '基准', '', '', '', '{}' FROM desk_clock
"""


def fill(count: int, user_id: int) -> None:
    """Tickets by one statement each for tickets, clocks and their events."""
    rule = install()
    values = {
        "policy": rule.policy_id,
        "user": user_id,
        "count": count,
        "rule": rule.pk,
        "spec": json.dumps(rule.spec),
        "calendars": f'{{"always": {calendars.get("always").version_id}}}',
    }
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, values)
        cursor.execute(CLOCKS, values)
        cursor.execute(EVENTS)
        cursor.execute("VACUUM ANALYZE")


def measure(client: Client, path: str, turns: int) -> tuple[float, float, int]:
    """Median and worst milliseconds, and the number of queries."""
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    times = []
    for _ in range(turns):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), max(times), len(seen)


def deep(client: Client) -> str:
    """The address of a page far behind, found by following the list's own links."""
    path = "/desk/?tab=open"
    for _ in range(21):
        text = client.get(path).content.decode()
        links = re.findall(r'href="(\?[^"]*after=[^"]*)"', text)
        path = f"/desk/{html.unescape(links[-1])}" if links else path
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=15)
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    user = user_with("desk.ticket.view", "desk.ticket.handle")
    fill(args.tickets, user.pk)
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user.pk))
    pages = {
        "全部在办": "/desk/?tab=open",
        "在办第 22 页": deep(client),
        "我的": "/desk/?tab=mine",
        "已超时": "/desk/?tab=late",
        "全部历史": "/desk/?tab=all",
        "按编号": f"/desk/?tab=all&q=INC-2026-{args.tickets // 2:07d}",
        "按标题": "/desk/?tab=all&q=社保参保表",
        "按标题，没有": "/desk/?tab=all&q=从未出现的词",
        "按级别": "/desk/?tab=all&severity=major",
    }
    print(f"{args.tickets:,} tickets, {platform.machine()}, {os.cpu_count()} cores")
    print("| page | median ms | worst ms | queries |\n|---|---|---|---|")
    for name, path in pages.items():
        median, worst, queries = measure(client, path, args.turns)
        print(f"| {name} | {median:.0f} | {worst:.0f} | {queries} |", flush=True)
    stop_private(HOME)


if __name__ == "__main__":
    main()
