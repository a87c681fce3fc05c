"""Take the probers' results: keep the samples, move the lines, in batches off the probe loop."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from steward.operations.monitoring import timeline
from steward.operations.monitoring.models import Monitor, Sample, StateChoice
from steward.operations.monitoring.registry import ProbeResult, State
from steward.operations.monitoring.services.lines import (
    apply_changes,
    fall_silent,
    settle_finding,
)
from steward.operations.monitoring.services.monitors import locked

_MICROSECOND = timedelta(microseconds=1)
_LINE_FIELDS = (
    "state", "state_since", "last_at", "last_state", "last_message", "last_latency_us",
    "streak_state", "streak_since", "streak_count", "streak_message",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observation:
    """One result of one monitor; `at` is the instant the probe began."""

    monitor_id: int
    at: datetime
    result: ProbeResult


def record_results(observations: Sequence[Observation], *, now: datetime) -> None:
    """Keep the samples and write the lines; the same observation twice changes nothing.

    Monitors whose state stays are written together; one that changes gets a transaction of its
    own, so that a fault there loses nothing of the others.
    """
    by_monitor: dict[int, list[Observation]] = defaultdict(list)
    for seen in observations:
        by_monitor[seen.monitor_id].append(seen)
    _keep_samples(observations)
    for monitor_id in _write_steady(by_monitor):
        _write_changing(monitor_id, by_monitor[monitor_id], now=now)


def _keep_samples(observations: Iterable[Observation]) -> None:
    Sample.objects.bulk_create(
        [
            Sample(
                monitor_id=seen.monitor_id,
                at=seen.at,
                state=seen.result.state.value,
                latency_us=_microseconds(seen.result.latency),
                message=_text(seen.result.message),
                detail=dict(seen.result.detail),
            )
            for seen in observations
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def _text(message: str) -> str:
    """What a target said may hold anything; PostgreSQL takes no NUL."""
    return message.replace("\x00", "")[:300]


def _microseconds(latency: timedelta | None) -> int | None:
    return None if latency is None else max(0, latency // _MICROSECOND)


@transaction.atomic
def _write_steady(by_monitor: dict[int, list[Observation]]) -> list[int]:
    """Write the lines that stay in their state; the ids of those that do not."""
    rows = (
        Monitor.objects.select_for_update(of=("self",))
        .filter(pk__in=by_monitor, enabled=True)
        .order_by("pk")
    )
    steady, changing = [], []
    for row in rows:
        seen = by_monitor[row.pk]
        track, changes = timeline.follow(row.track, _on_line(seen), row.rules)
        waits = track.state == State.DOWN and row.finding_id is None
        if changes or waits:
            changing.append(row.pk)
            continue
        _note_last(row, seen)
        row.take(track)
        steady.append(row)
    Monitor.objects.bulk_update(steady, _LINE_FIELDS, batch_size=500)
    return changing


@transaction.atomic
def _write_changing(monitor_id: int, seen: list[Observation], *, now: datetime) -> None:
    row = locked(monitor_id)
    track, changes = timeline.follow(row.track, _on_line(seen), row.rules)
    _note_last(row, seen)
    row.take(track)
    row.save(update_fields=_LINE_FIELDS)
    apply_changes(row, changes, now=now)
    settle_finding(row, now=now)


def _on_line(seen: list[Observation]) -> list[timeline.Seen]:
    return [timeline.Seen(s.at, s.result.state, _text(s.result.message)) for s in seen]


def _note_last(row: Monitor, seen: list[Observation]) -> None:
    newest = max(seen, key=lambda s: s.at)
    if timeline.is_late(row.track, newest.at):
        return
    row.last_state = newest.result.state.value
    row.last_message = _text(newest.result.message)
    row.last_latency_us = _microseconds(newest.result.latency)


def mark_silent(*, now: datetime) -> int:
    """Begin the unknown spans of monitors that nobody has probed; how many there were."""
    candidates = Monitor.objects.filter(enabled=True).exclude(state=StateChoice.UNKNOWN)
    silent = [row.pk for row in candidates if timeline.silent_at(row.track, row.rules) < now]
    return sum(_silence(monitor_id, now=now) for monitor_id in silent)


@transaction.atomic
def _silence(monitor_id: int, *, now: datetime) -> int:
    row = locked(monitor_id)
    if not row.enabled or not fall_silent(row, now=now):
        return 0
    row.save(update_fields=_LINE_FIELDS)
    return 1
