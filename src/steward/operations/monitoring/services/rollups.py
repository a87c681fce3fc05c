"""Roll raw results up per hour and day, then drop the raw ones that are old enough."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from steward.kernel.instants import local_date
from steward.kernel.periods import day_of
from steward.operations.monitoring.models import RollupMark, RollupSize, Sample

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RAW_KEPT = timedelta(days=14)
SETTLE = timedelta(minutes=10)

_ROLL = """
INSERT INTO monitoring_rollup
       (monitor_id, size, start_at, count, up, down,
        latency_p50_us, latency_p95_us, latency_max_us)
SELECT monitor_id, %(size)s, %(start)s, count(*),
       count(*) FILTER (WHERE state = 'up'), count(*) FILTER (WHERE state = 'down'),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_us),
       percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_us), max(latency_us)
  FROM monitoring_sample
 WHERE at >= %(start)s AND at < %(end)s
 GROUP BY monitor_id
ON CONFLICT (monitor_id, size, start_at) DO UPDATE
   SET count = excluded.count, up = excluded.up, down = excluded.down,
       latency_p50_us = excluded.latency_p50_us, latency_p95_us = excluded.latency_p95_us,
       latency_max_us = excluded.latency_max_us
"""


def roll_up(*, now: datetime) -> int:
    """Roll up every whole hour and day that ended ten minutes ago or more; how many there were.

    Idempotent: a stretch rolled up twice gives the same rows. Days are those of Asia/Shanghai.
    """
    return _roll_size(RollupSize.HOUR, _hour_after, now=now) + _roll_size(
        RollupSize.DAY, _day_after, now=now
    )


def _hour_after(instant: datetime) -> tuple[datetime, datetime]:
    start = instant.replace(minute=0, second=0, microsecond=0)
    return start, start + HOUR


def _day_after(instant: datetime) -> tuple[datetime, datetime]:
    day: date = local_date(instant)
    whole = day_of(day)
    return whole.start, whole.end


def _roll_size(
    size: RollupSize,
    piece_at: Callable[[datetime], tuple[datetime, datetime]],
    *,
    now: datetime,
) -> int:
    done = 0
    cursor = _begin(size)
    while cursor is not None:
        start, end = piece_at(cursor)
        if end + SETTLE > now:
            break
        _roll_piece(size, start, end)
        cursor, done = end, done + 1
    return done


def _begin(size: RollupSize) -> datetime | None:
    mark = RollupMark.objects.filter(size=size).first()
    if mark is not None:
        return mark.done_until
    oldest: datetime | None = Sample.objects.aggregate(at=Min("at"))["at"]
    return oldest


@transaction.atomic
def _roll_piece(size: RollupSize, start: datetime, end: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ROLL, {"size": size.value, "start": start, "end": end})
    RollupMark.objects.update_or_create(size=size, defaults={"done_until": end})


def drop_old_samples(*, now: datetime, kept: timedelta = RAW_KEPT) -> int:
    """Remove raw results older than `kept` that are rolled up; how many rows.

    Results are removed day by day, so that no transaction grows without bound.
    """
    marks = {mark.size: mark.done_until for mark in RollupMark.objects.all()}
    if set(marks) != set(RollupSize.values):
        return 0
    limit = min(now - kept, *marks.values())
    oldest: datetime | None = Sample.objects.aggregate(at=Min("at"))["at"]
    removed = 0
    while oldest is not None and oldest < limit:
        until = min(oldest + DAY, limit)
        removed += Sample.objects.filter(at__gte=oldest, at__lt=until)._raw_delete("default")  # noqa: SLF001
        oldest = until
    return removed
