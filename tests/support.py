"""Helpers for tests: run the queue inside the test's own transaction, fixed times, actors."""

from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from steward.kernel.actors import Actor

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SYSTEM = Actor.system()


def drain_jobs(*, limit: int = 1000) -> int:
    """Run every queued job and delivery, and what they queue, in this connection; how many ran."""
    ran = 0
    while ran < limit:
        job = ProcrastinateJob.objects.filter(status="todo").order_by("id").first()
        if job is None:
            return ran
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job.id])
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        queue.tasks[job.task_name].func(**job.args)
        ran += 1
    raise AssertionError(f"more than {limit} jobs: something queues itself for ever")
