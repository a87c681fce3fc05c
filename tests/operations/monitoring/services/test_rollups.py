from datetime import UTC, datetime, timedelta

import pytest

from steward.operations.monitoring.models import Rollup, Sample
from steward.operations.monitoring.services.rollups import drop_old_samples, roll_up
from tests.factories.monitoring import MonitorFactory, SampleFactory

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def two_days():
    """A result every ten minutes for two local days; the fourth of each hour fails slowly."""
    monitor = MonitorFactory()
    Sample.objects.bulk_create(
        SampleFactory.build(
            monitor=monitor,
            at=MIDNIGHT + timedelta(minutes=10 * n),
            state="down" if n % 6 == 3 else "up",
            latency_us=50_000 if n % 6 == 3 else 1000 * (n % 6 + 1),
        )
        for n in range(2 * 24 * 6)
    )
    return monitor


def test_hours_and_local_days_are_counted_with_their_latencies(two_days):
    roll_up(now=MIDNIGHT + timedelta(days=2, hours=1))

    hour = Rollup.objects.get(size="hour", start_at=MIDNIGHT)
    day = Rollup.objects.get(size="day", start_at=MIDNIGHT)
    assert (hour.count, hour.up, hour.down) == (6, 5, 1)
    assert (hour.latency_p50_us, hour.latency_p95_us, hour.latency_max_us) == (3000, 50_000, 50_000)
    assert (day.count, day.down) == (144, 24)
    assert Rollup.objects.filter(size="hour").count() == 48


def test_rolling_up_again_changes_nothing(two_days):
    moment = MIDNIGHT + timedelta(days=2, hours=1)
    roll_up(now=moment)
    before = list(Rollup.objects.order_by("pk").values())

    again = roll_up(now=moment)

    assert again == 0
    assert list(Rollup.objects.order_by("pk").values()) == before


def test_an_hour_is_rolled_up_only_after_it_has_settled(two_days):
    roll_up(now=MIDNIGHT + timedelta(hours=1, minutes=5))

    assert Rollup.objects.count() == 0


def test_only_old_results_that_are_rolled_up_are_dropped(two_days):
    roll_up(now=MIDNIGHT + timedelta(days=2, hours=1))

    dropped = drop_old_samples(now=MIDNIGHT + timedelta(days=15), kept=timedelta(days=14))

    assert dropped == 144
    assert not Sample.objects.filter(at__lt=MIDNIGHT + timedelta(days=1)).exists()


def test_nothing_is_dropped_before_it_is_rolled_up(two_days):
    assert drop_old_samples(now=MIDNIGHT + timedelta(days=400)) == 0
