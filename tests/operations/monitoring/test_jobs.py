import socket
from datetime import timedelta

import pytest

from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject
from steward.operations.monitoring.models import Monitor, Rollup, Sample, Span
from tests.factories.cmdb import SystemFactory
from tests.factories.monitoring import MonitorFactory, SampleFactory
from tests.fakes.web import Answer, web_server
from tests.support import SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def watch(port: int, **fields) -> Monitor:
    began = wall_clock() - timedelta(minutes=1)
    return MonitorFactory(settings={"host": "127.0.0.1", "port": port}, created_at=began, **fields)


def probe_now(monitor: Monitor) -> None:
    jobs.start_job("monitoring.probe_now", by=SYSTEM, now=wall_clock(), monitor_id=monitor.pk)
    drain_jobs()
    monitor.refresh_from_db()


@pytest.mark.clause("C7")
def test_a_target_that_stops_and_comes_back_opens_and_closes_a_finding():
    port = free_port()
    monitor = watch(port, failures_before_down=2)
    subject = Subject("cmdb.item", str(monitor.item_id))
    probe_now(monitor)
    opened = findings.of_subject(subject)[0]
    with web_server(lambda _: Answer()) as other:
        Monitor.objects.filter(pk=monitor.pk).update(settings={"host": "127.0.0.1", "port": other})

        findings.request_recheck(opened.id, by=SYSTEM, now=wall_clock())
        drain_jobs()

    assert opened.is_open
    assert not findings.get(opened.id).is_open
    assert Span.objects.filter(monitor=monitor, state="down", end_at__isnull=False).count() == 1


def test_a_recheck_that_fails_again_leaves_the_finding_open():
    monitor = watch(free_port(), failures_before_down=1)
    probe_now(monitor)
    opened = findings.of_subject(Subject("cmdb.item", str(monitor.item_id)))[0]

    findings.request_recheck(opened.id, by=SYSTEM, now=wall_clock())
    drain_jobs()

    assert findings.get(opened.id).is_open


def test_a_recheck_of_another_app_is_not_ours():
    item = SystemFactory()
    subject = Subject("cmdb.item", str(item.pk), item.name)
    seen = findings.Report("other.check", "x:1", "别的", "minor", subject)
    other = findings.report(seen, now=wall_clock())

    findings.request_recheck(other.id, by=SYSTEM, now=wall_clock())
    drain_jobs()

    assert Sample.objects.count() == 0


def test_a_paused_monitor_is_not_probed_now():
    monitor = watch(free_port())
    Monitor.objects.filter(pk=monitor.pk).update(enabled=False)

    probe_now(monitor)

    assert Sample.objects.count() == 0


def test_silence_is_marked_by_the_job():
    monitor = watch(free_port())
    hour_ago = wall_clock() - timedelta(hours=1)
    Monitor.objects.filter(pk=monitor.pk).update(state="up", state_since=hour_ago, last_at=hour_ago)
    Span.objects.filter(monitor=monitor).update(state="up", start_at=hour_ago)

    jobs.start_job("monitoring.silence", by=SYSTEM, now=wall_clock())
    drain_jobs()

    monitor.refresh_from_db()
    assert monitor.state == "unknown"


def test_results_are_rolled_up_by_the_job():
    SampleFactory(at=wall_clock() - timedelta(hours=3))

    jobs.start_job("monitoring.rollup", by=SYSTEM, now=wall_clock())
    drain_jobs()

    assert Rollup.objects.filter(size="hour").count() == 1
