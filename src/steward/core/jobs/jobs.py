"""Background work of the background itself: bring back what dead workers held, clear the queue."""

from datetime import datetime, timedelta

from django.db import connection
from procrastinate.contrib.django import app as queue

from steward.core.jobs import api as jobs
from steward.core.jobs.models import JobRun, RunStatus
from steward.core.jobs.working import recover
from steward.kernel.instants import now

KEEP_QUEUE = timedelta(days=7)
KEEP_SCHEDULED_RUNS = timedelta(days=90)
BATCH = 5_000

_DELETE = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT job.id FROM procrastinate_jobs job
  WHERE job.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
    AND NOT EXISTS (
      SELECT 1 FROM procrastinate_events event
      WHERE event.job_id = job.id AND event.at >= %s)
  LIMIT %s)
"""


@queue.periodic(cron="* * * * * */15")
@queue.task(name="jobs.recover", queue="events", queueing_lock="jobs.recover")
def recover_jobs(timestamp: int) -> None:  # noqa: ARG001
    """Every 15 seconds; not a job with a run of its own, which would fill the list of runs."""
    recover(now=now())


@jobs.job(code="jobs.prune", label="清理任务队列", schedule="30 19 * * *")
def prune(run: jobs.RunHandle) -> None:
    """Remove finished queue rows after a week, and succeeded scheduled runs after 90 days.

    The log of events and the runs that people asked for are kept for ever.
    """
    rows = prune_queue(older_than=now() - KEEP_QUEUE)
    runs = prune_runs(older_than=now() - KEEP_SCHEDULED_RUNS)
    run.progress(1, 1, f"清理队列 {rows} 行、定时运行 {runs} 次")


def prune_queue(*, older_than: datetime) -> int:
    """Delete finished rows of the queue whose last event is older; how many."""
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [older_than, BATCH])
            removed: int = cursor.rowcount
        total += removed
        if removed < BATCH:
            return total


def prune_runs(*, older_than: datetime) -> int:
    """Delete succeeded runs of the schedule that ended before; how many."""
    rows = JobRun.objects.filter(
        status=RunStatus.SUCCEEDED, requested_by_id=None, finished_at__lt=older_than
    )
    return rows.delete()[1].get("jobs.JobRun", 0)
