"""Hand due monitors to a prober, each exactly once, and keep the probers' own heartbeats."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from steward.operations.monitoring.models import Prober

LONGEST_DRIFT = 2**31 - 1
"""What the column holds, in milliseconds: after weeks of standstill the first lag is longer."""

_CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id, next_due_at FROM monitoring_monitor
   WHERE enabled AND next_due_at <= %(until)s
   ORDER BY next_due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE monitoring_monitor AS m
   SET next_due_at = to_timestamp((
         (floor((extract(epoch FROM greatest(due.next_due_at, %(now)s)) * 1000 - m.slot)
                / (m.interval * 1000)) + 1) * (m.interval * 1000) + m.slot) / 1000.0)
  FROM due
 WHERE m.id = due.id
RETURNING m.id, due.next_due_at, m.probe, m.settings, m.secrets, m.timeout, m.last_beat_at
"""
"""MATERIALIZED: a plain subquery may be run again per row, and then claims more than `limit`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A monitor that one prober shall probe at `due_at`; `secrets` is still sealed."""

    monitor_id: int
    due_at: datetime
    probe: str
    settings: dict[str, Any]
    secrets: str
    timeout: timedelta
    last_beat_at: datetime | None


def claim_due(*, now: datetime, ahead: timedelta, limit: int) -> list[Claim]:
    """Take monitors due until `now + ahead`, earliest first, at most `limit`.

    The next due time moves along the monitor's grid in the same statement, under row locks that
    other probers skip: two probers never hold one slot, and a late one skips missed slots
    instead of running them in a burst.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + ahead, "limit": limit})
        rows = cursor.fetchall()
    return [
        Claim(
            monitor_id=row[0],
            due_at=row[1],
            probe=row[2],
            settings=_object(row[3]),
            secrets=row[4],
            timeout=timedelta(seconds=row[5]),
            last_beat_at=row[6],
        )
        for row in rows
    ]


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return dict(json.loads(value))
    return dict(value)


def start_prober(name: str, *, now: datetime) -> int:
    """Record that a prober watches from now on; returns its id."""
    return Prober.objects.create(name=name[:120], started_at=now, seen_at=now).pk


def beat_prober(prober_id: int, *, probed: int, worst_drift: timedelta, now: datetime) -> None:
    """The prober lives: `probed` more runs, the worst lag between due and begun."""
    drift = worst_drift // timedelta(milliseconds=1)
    Prober.objects.filter(pk=prober_id).update(
        seen_at=now,
        probed=F("probed") + probed,
        worst_drift_ms=Greatest(F("worst_drift_ms"), min(drift, LONGEST_DRIFT)),
    )


def stop_prober(prober_id: int, *, now: datetime) -> None:
    """The prober ends in order."""
    Prober.objects.filter(pk=prober_id).update(seen_at=now, stopped_at=now)
