"""A run killed with SIGKILL at ten random points and executed again: the target equals the source."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from steward.data.collection import api as collection
from steward.data.collection.models import CollectionRun
from tests.data.collection.support import rows
from tests.data.sources.test_services import run as execute
from tests.factories.collection import task_on
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
ROWS = 120_000
KILLS = 10


def start(run_id, settings):
    """A process of its own that executes the run."""
    database = connection.settings_dict
    place = f"{database['USER']}@/{database['NAME']}?host={quote(database['HOST'])}"
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{place}",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "STEWARD_LAKE_ROOT": str(settings.LAKE_ROOT),
        "STEWARD_SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "tests.data.collection.run_process", str(run_id)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE)


@pytest.mark.parametrize("mode", ["full", "mirror"])
def test_ten_kills_leave_the_target_equal_to_the_source(postgres_server, settings, mode):
    url = postgres_server.create_database()
    execute(
        url,
        "CREATE TABLE person (id int PRIMARY KEY, 姓名 text, changed int)",
        f"INSERT INTO person SELECT n, '居民' || n, n FROM generate_series(1, {ROWS}) n",  # noqa: S608
    )
    task = task_on(source_at(url), mode=mode, cursor="changed" if mode == "mirror" else "")
    run = collection.request_run(task.pk, by=SYSTEM, now=NOW)
    chance = random.Random(20261121)  # noqa: S311

    killed = 0
    for _ in range(KILLS):
        process = start(run.pk, settings)
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.6))
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last = start(run.pk, settings)
    last.communicate(timeout=120)

    run = CollectionRun.objects.get()
    assert killed >= 1
    assert run.state == "succeeded"
    assert rows(task.target) == [(n, f"居民{n}") for n in range(1, ROWS + 1)]
