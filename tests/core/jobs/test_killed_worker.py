"""A worker killed with SIGKILL in mid-handler loses no event and doubles none."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from steward.core.jobs import api as jobs
from steward.core.jobs.models import EventDelivery, JobRun, RunStatus
from steward.core.jobs.working import recover
from steward.kernel.instants import now
from tests.core.jobs.worker_process import ValveTurned

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
QUEUE_TABLES = "procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs"


@pytest.fixture
def start_worker(tmp_path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start real workers over the test's database; all are gone, and the queue empty, after."""
    database = connection.settings_dict
    place = f"{database['USER']}@/{database['NAME']}?host={quote(database['HOST'])}"
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{place}",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "STEWARD_HOME": str(tmp_path),
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.core.jobs.worker_process"]
        with (tmp_path / f"worker{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {QUEUE_TABLES}, procrastinate_workers CASCADE")


def wait_until(condition: Callable[[], bool], *, seconds: float = 25) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def test_an_event_is_handled_exactly_once_though_its_worker_was_killed(start_worker, tmp_path):
    mark = tmp_path / "began"
    with transaction.atomic():
        jobs.publish(ValveTurned(valve_id=7, mark=str(mark)), now=now())
    first = start_worker()
    wait_until(mark.exists)
    first.send_signal(signal.SIGKILL)
    first.wait()

    wait_until(lambda: recover(now=now(), dead_after=timedelta(seconds=1)) == 1)
    start_worker()
    wait_until(lambda: JobRun.objects.filter(code="test.note", status="succeeded").exists())

    delivery = EventDelivery.objects.get(handler="test.on_valve_turned")
    assert delivery.handled_at is not None
    assert delivery.attempts == 1
    assert JobRun.objects.filter(code="test.note").count() == 1
    assert JobRun.objects.get(code="test.note").status == RunStatus.SUCCEEDED
