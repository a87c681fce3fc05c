"""The queue's worker: how a process takes jobs, and how the jobs of a dead one come back."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from steward.core.jobs.models import EventDelivery, JobRun, RunStatus

HEARTBEAT_SECONDS = 5
DEAD_AFTER = timedelta(seconds=30)
MOST_DEATHS = 5
INTERRUPTED = "工作进程中断，任务已重新排队"
GIVEN_UP = f"处理时工作进程连续中断 {MOST_DEATHS} 次，已停止自动重试；查明原因后可在此页重试"


async def work_queue(*, concurrency: int) -> None:
    """Take jobs until SIGTERM, which lets running ones end within eight seconds.

    The worker has an application of its own: what handlers defer keeps going through Django's
    connection, so that it belongs to the handler's transaction.
    """
    worker = queue.with_connector(queue.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker.open_async():
        await worker.run_worker_async(
            concurrency=concurrency,
            shutdown_graceful_timeout=8,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_AFTER.total_seconds(),
        )


def recover(*, now: datetime, dead_after: timedelta = DEAD_AFTER) -> int:
    """Put back the jobs of workers without a heartbeat for `dead_after`; how many came back.

    Every job and handler is idempotent, so running it again is right. A job that took five
    workers with it is failed instead of tried for ever.
    """
    recovered = 0
    for job_id in list(_abandoned(now - dead_after).values_list("pk", flat=True)):
        with transaction.atomic():
            job = _abandoned(now - dead_after).select_for_update(of=("self",)).filter(pk=job_id)
            for row in job:
                recovered += _put_back(row, now=now)
    return recovered


def _abandoned(cutoff: datetime) -> QuerySet[ProcrastinateJob]:
    dead = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=cutoff)
    return ProcrastinateJob.objects.filter(dead, status="doing").order_by("pk")


def _put_back(job: ProcrastinateJob, *, now: datetime) -> int:
    given_up = job.attempts >= MOST_DEATHS
    _note(job, GIVEN_UP if given_up else INTERRUPTED, given_up=given_up, now=now)
    with connection.cursor() as cursor:
        if given_up:
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job.pk])
            return 0
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [job.pk, now])
    return 1


def _note(job: ProcrastinateJob, words: str, *, given_up: bool, now: datetime) -> None:
    """Say on the jobs page what happened to the run or the delivery behind a job."""
    if "delivery_id" in job.args:
        rows = EventDelivery.objects.filter(pk=job.args["delivery_id"], handled_at=None)
        rows.update(error=words)
        return
    runs = JobRun.objects.filter(status=RunStatus.RUNNING)
    if job.args.get("run_id") is not None:
        again = RunStatus.FAILED if given_up else RunStatus.QUEUED
        runs.filter(pk=job.args["run_id"]).update(status=again, error=words)
        return
    code = job.task_name.removeprefix("job.")
    alive = ProcrastinateJob.objects.filter(task_name=job.task_name, status="doing")
    if not alive.exclude(pk=job.pk).exists():
        runs.filter(code=code, requested_by_id=None).update(
            status=RunStatus.FAILED, error=INTERRUPTED, finished_at=now
        )
