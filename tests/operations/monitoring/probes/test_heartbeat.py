from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.instants import at_local, local
from steward.operations.monitoring.probes.heartbeat import HeartbeatSettings, deadline
from steward.operations.monitoring.registry import State
from tests.operations.monitoring.support import NOW, faults, probe


async def test_before_the_first_call_nothing_is_known():
    result = await probe("heartbeat", period_minutes=10)

    assert result.state == State.UNKNOWN


@pytest.mark.parametrize(("minutes", "state"), [(5, State.UP), (12, State.UP), (13, State.DOWN)])
async def test_a_call_is_late_after_period_and_grace(minutes, state):
    last = NOW - timedelta(minutes=minutes)

    result = await probe("heartbeat", period_minutes=10, grace_minutes=2, last_beat_at=last)

    assert result.state == state


async def test_lateness_says_when_the_call_was_due():
    result = await probe(
        "heartbeat", period_minutes=10, grace_minutes=0, last_beat_at=NOW - timedelta(hours=2)
    )

    assert result.message == "应在 03-02 07:10 前报到，最近一次是 03-02 07:00"


async def test_the_platform_that_was_away_itself_blames_nobody():
    result = await probe(
        "heartbeat", period_minutes=60, last_beat_at=NOW - timedelta(hours=5),
        watching_since=NOW - timedelta(minutes=3),
    )  # fmt: skip

    assert result.state == State.UNKNOWN


def test_a_cron_rhythm_is_read_in_local_time():
    settings = HeartbeatSettings(cron="30 2 * * *", grace_minutes=10)
    last = at_local(local(NOW).date(), 2, 31)

    due = deadline(settings, last)

    assert due == at_local(local(NOW).date() + timedelta(days=1), 2, 40)


@given(st.datetimes(), st.integers(1, 10_000), st.integers(0, 1000))
def test_the_deadline_is_period_and_grace_after_the_call(moment, period, grace):
    last = NOW.replace(hour=moment.hour, minute=moment.minute)
    settings = HeartbeatSettings(period_minutes=period, grace_minutes=grace)

    assert deadline(settings, last) - last == timedelta(minutes=period + grace)


def test_a_wrong_cron_is_refused_in_words():
    assert "不是定时表达式" in faults("heartbeat", cron="every day")["cron"]
