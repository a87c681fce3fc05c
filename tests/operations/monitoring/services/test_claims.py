from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from steward.operations.monitoring.models import Monitor, Prober
from steward.operations.monitoring.services import claims
from tests.factories.monitoring import MonitorFactory
from tests.support import NOW

AHEAD = timedelta(seconds=1)


def claim(now, limit=100):
    return claims.claim_due(now=now, ahead=AHEAD, limit=limit)


@pytest.mark.django_db
def test_a_due_monitor_is_claimed_once():
    monitor = MonitorFactory()

    first, second = claim(NOW), claim(NOW)

    assert [c.monitor_id for c in first] == [monitor.pk]
    assert second == []


@pytest.mark.django_db
def test_the_next_due_time_lies_on_the_monitors_grid_without_drift():
    monitor = MonitorFactory(interval=60)
    due = []
    moment = NOW
    for late in (0, 0.9, 0.3, 5.2, 0.1):
        claimed = claim(moment + timedelta(seconds=late))
        due += [c.due_at for c in claimed]
        moment = Monitor.objects.get(pk=monitor.pk).next_due_at

    grid = [int(at.timestamp() * 1000) % 60_000 for at in due[1:]]
    steps = {b - a for a, b in pairwise(due[1:])}
    monitor.refresh_from_db()
    assert set(grid) == {monitor.slot}
    assert steps == {timedelta(seconds=60)}


@pytest.mark.django_db
def test_missed_slots_are_skipped_not_run_in_a_burst():
    monitor = MonitorFactory(interval=60)
    claim(NOW)
    late = NOW + timedelta(hours=3)

    claimed = claim(late)

    monitor.refresh_from_db()
    assert len(claimed) == 1
    assert late < monitor.next_due_at <= late + timedelta(seconds=60)


@pytest.mark.django_db
def test_paused_monitors_are_not_claimed():
    monitor = MonitorFactory()
    Monitor.objects.filter(pk=monitor.pk).update(enabled=False)

    assert claim(NOW) == []


@pytest.mark.django_db
def test_the_earliest_come_first_when_there_are_too_many():
    early, late = MonitorFactory(), MonitorFactory()
    Monitor.objects.filter(pk=early.pk).update(next_due_at=NOW - timedelta(minutes=5))

    claimed = claim(NOW, limit=1)

    assert [c.monitor_id for c in claimed] == [early.pk]
    assert [c.monitor_id for c in claim(NOW)] == [late.pk]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_prober_holds_is_skipped():
    monitor = MonitorFactory()
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM monitoring_monitor WHERE id = %s FOR UPDATE", [monitor.pk]
            )
            while_held = claim(NOW)
        other.rollback()
    finally:
        other.close()

    assert while_held == []
    assert [c.monitor_id for c in claim(NOW)] == [monitor.pk]


@pytest.mark.django_db
def test_the_claim_uses_the_partial_index():
    MonitorFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM monitoring_monitor WHERE enabled AND next_due_at <= now() "
            "ORDER BY next_due_at LIMIT 10"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "monitor_due" in plan


@given(st.integers(5, 86_400), st.integers(0, 86_399_999), st.integers(0, 10**9))
def test_the_grid_after_an_instant_is_near_and_stable(interval, slot, seconds):
    monitor = Monitor(interval=interval, slot=slot % (interval * 1000))
    instant = NOW + timedelta(seconds=seconds)

    due = monitor.due_after(instant)

    assert instant < due <= instant + timedelta(seconds=interval)
    assert monitor.due_after(due) - due == timedelta(seconds=interval)


@pytest.mark.django_db
def test_a_prober_tells_when_it_lived():
    prober_id = claims.start_prober("一号", now=NOW)
    claims.beat_prober(
        prober_id, probed=7, worst_drift=timedelta(milliseconds=40), now=NOW + timedelta(seconds=5)
    )
    claims.beat_prober(
        prober_id, probed=3, worst_drift=timedelta(milliseconds=9), now=NOW + timedelta(seconds=10)
    )
    claims.stop_prober(prober_id, now=NOW + timedelta(seconds=12))

    prober = Prober.objects.get()
    assert (prober.probed, prober.worst_drift_ms) == (10, 40)
    assert prober.stopped_at == NOW + timedelta(seconds=12)


@pytest.mark.django_db
def test_a_lag_of_months_after_a_standstill_is_kept_as_the_longest_there_is():
    prober_id = claims.start_prober("一号", now=NOW)

    claims.beat_prober(prober_id, probed=1, worst_drift=timedelta(days=100), now=NOW)

    assert Prober.objects.get().worst_drift_ms == claims.LONGEST_DRIFT
