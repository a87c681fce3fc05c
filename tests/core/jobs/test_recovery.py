from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from steward.core.jobs import api as jobs
from steward.core.jobs.jobs import prune_queue, prune_runs
from steward.core.jobs.models import EventRecord, JobRun, RunStatus
from steward.core.jobs.working import MOST_DEATHS, recover
from steward.kernel.instants import now as wall_clock
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


@jobs.job(code="test.lathe", label="车床")
def lathe(run: jobs.RunHandle) -> None:
    run.progress(1, 1)


def execute(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else 0


def taken_job(*, beat_seconds_ago: int, attempts: int = 0) -> int:
    """A run whose queue row is held by a worker with a heartbeat of that age."""
    run_id = jobs.start_job("test.lathe", by=SYSTEM, now=NOW)
    JobRun.objects.filter(pk=run_id).update(status=RunStatus.RUNNING)
    worker = execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) "
        "VALUES (now() - make_interval(secs => %s)) RETURNING id",
        beat_seconds_ago,
    )
    execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s",
        worker,
        attempts,
    )
    return run_id


def test_the_job_of_a_dead_worker_is_queued_again():
    run_id = taken_job(beat_seconds_ago=60)

    recovered = recover(now=wall_clock())

    assert recovered == 1
    assert ProcrastinateJob.objects.get().status == "todo"
    assert JobRun.objects.get(pk=run_id).status == RunStatus.QUEUED


def test_the_job_of_a_living_worker_is_left_alone():
    taken_job(beat_seconds_ago=5)

    assert recover(now=wall_clock()) == 0


def test_a_job_whose_worker_row_is_gone_is_queued_again():
    taken_job(beat_seconds_ago=60)
    execute("DELETE FROM procrastinate_workers")

    assert recover(now=wall_clock()) == 1


def test_a_job_that_kills_every_worker_is_given_up_with_a_reason():
    run_id = taken_job(beat_seconds_ago=60, attempts=MOST_DEATHS)

    recovered = recover(now=wall_clock())

    run = JobRun.objects.get(pk=run_id)
    assert recovered == 0
    assert ProcrastinateJob.objects.get().status == "failed"
    assert (run.status, "连续中断" in run.error) == (RunStatus.FAILED, True)


def test_finished_queue_rows_go_after_a_while_and_events_stay():
    jobs.start_job("test.lathe", by=SYSTEM, now=NOW)
    execute("UPDATE procrastinate_jobs SET status = 'doing'")
    execute("SELECT procrastinate_finish_job_v1(id, 'succeeded', false) FROM procrastinate_jobs")
    EventRecord.objects.create(
        id="00000000-0000-4000-8000-000000000001", name="x", payload={}, published_at=NOW
    )

    early = prune_queue(older_than=wall_clock() - timedelta(days=7))
    late = prune_queue(older_than=wall_clock() + timedelta(days=1))

    assert (early, late) == (0, 1)
    assert EventRecord.objects.count() == 1


def test_old_scheduled_runs_go_and_those_of_people_stay():
    for person in (None, 7):
        JobRun.objects.create(
            code="test.lathe", label="车床", status=RunStatus.SUCCEEDED, requested_by_id=person,
            requested_by_label="x", requested_at=NOW, finished_at=NOW,
        )  # fmt: skip

    removed = prune_runs(older_than=NOW + timedelta(days=90))

    assert removed == 1
    assert JobRun.objects.get().requested_by_id == 7
