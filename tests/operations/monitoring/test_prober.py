"""The prober's loop against real targets and a real database."""

import asyncio
import time
from datetime import timedelta

import pytest
from django.db import connections

from steward.kernel.instants import now as wall_clock
from steward.operations.monitoring.models import Monitor, Prober, Sample
from steward.operations.monitoring.prober import Pace, Tally
from steward.operations.monitoring.prober import Prober as Loop
from tests.factories.monitoring import MonitorFactory
from tests.fakes.web import Answer, web_server

pytestmark = pytest.mark.django_db(transaction=True)
FAST = Pace(
    ahead=timedelta(milliseconds=100),
    look_every=timedelta(milliseconds=20),
    write_every=timedelta(milliseconds=20),
    beat_every=timedelta(milliseconds=50),
)


def watch(port: int, *, times: int) -> list[int]:
    """Monitors of one port, due now, and then not for almost a minute."""
    made = []
    for _ in range(times):
        moment = wall_clock()
        row = MonitorFactory(settings={"host": "127.0.0.1", "port": port}, created_at=moment)
        row.slot = int(moment.timestamp() * 1000 - 100) % 60_000
        row.save(update_fields=["slot"])
        made.append(row.pk)
    return made


async def run(*probers: Loop, until, seconds: float = 20) -> None:
    """Run probers side by side until the condition holds, then stop them in order."""
    tasks = [asyncio.create_task(p.run()) for p in probers]
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(in_thread, until) and time.monotonic() < deadline:  # noqa: ASYNC110 - rows give no event
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def in_thread(ask):
    try:
        return ask()
    finally:
        connections.close_all()


def all_known() -> bool:
    return not Monitor.objects.filter(last_at=None).exists()


def test_every_due_monitor_is_probed_and_its_line_written():
    with web_server(lambda _: Answer()) as port:
        ids = watch(port, times=5)

        asyncio.run(run(Loop(FAST), until=all_known))

    assert set(Monitor.objects.values_list("pk", "state")) == {(pk, "up") for pk in ids}


def test_two_probers_share_the_load_and_never_double():
    with web_server(lambda _: Answer()) as port:
        watch(port, times=30)
        one, other = Loop(FAST, Tally(drifts=[])), Loop(FAST, Tally(drifts=[]))

        asyncio.run(run(one, other, until=all_known))

    assert Sample.objects.count() == 30
    assert len(one.tally.drifts) + len(other.tally.drifts) == 30


def test_a_prober_leaves_its_own_heartbeat_and_ends_in_order():
    with web_server(lambda _: Answer()) as port:
        watch(port, times=1)

        asyncio.run(
            run(Loop(FAST), until=lambda: all_known() and Prober.objects.filter(probed=1).exists())
        )

    prober = Prober.objects.get()
    assert prober.stopped_at is not None
    assert prober.probed == 1


def test_settings_that_no_longer_fit_are_unknown_and_stop_nobody():
    with web_server(lambda _: Answer()) as port:
        good, bad = watch(port, times=2)
        Monitor.objects.filter(pk=bad).update(settings={"host": ""}, probe="no_such_probe")

        asyncio.run(run(Loop(FAST), until=all_known))

    states = dict(Monitor.objects.values_list("pk", "last_state"))
    assert states == {good: "up", bad: "unknown"}


def test_a_failure_seen_while_the_loop_itself_stalled_is_unknown():
    (pk,) = watch(9, times=1)
    prober = Loop(FAST)
    prober._stalled_at = float("inf")

    asyncio.run(run(prober, until=all_known))

    row = Monitor.objects.get(pk=pk)
    assert row.last_state == "unknown"
    assert "卡顿" in row.last_message
