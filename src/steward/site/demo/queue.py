"""The queue of the demonstration: what its writes have asked for is forgotten, or done at once."""

from datetime import datetime

from django.db import connection
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from steward.core.jobs.models import EventDelivery


def forget_queue(now: datetime) -> None:
    """The year's events were handled as they happened; nobody wants their notices today."""
    EventDelivery.objects.filter(handled_at__isnull=True).update(handled_at=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def work_off() -> int:
    """Do what is queued, and what that queues, as a worker would; how many jobs and events."""
    done = 0
    while True:
        job = ProcrastinateJob.objects.filter(status="todo").order_by("id").first()
        if job is None:
            return done
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job.id])
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        queue.tasks[job.task_name].func(**job.args)
        done += 1
