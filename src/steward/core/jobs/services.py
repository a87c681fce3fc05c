import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue

from steward.core.jobs.models import EventDelivery, EventRecord, JobLog, JobRun, RunStatus
from steward.core.jobs.registry import handler_spec, handlers_of, job_spec
from steward.core.jobs.reporting import Reporter
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError
from steward.kernel.events import Event, event_class
from steward.kernel.instants import now as wall_clock

EVENT_RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)
SCHEDULER = Actor.system("定时")


class NotRetryableError(ConflictError):
    """Only a finished run can be started again."""

    code = "jobs.not_retryable"


def publish(event: Event, *, now: datetime) -> uuid.UUID:
    """Record the event and queue one delivery per handler, all in the caller's transaction.

    Nothing is lost when the process dies: either the cause and its deliveries commit together,
    or neither exists.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs inside the transaction that caused the event")
    record = EventRecord.objects.create(
        id=uuid.uuid4(), name=event.name, payload=event.payload(), published_at=now
    )
    for spec in handlers_of(type(event)):
        delivery = EventDelivery.objects.create(event=record, handler=spec.code)
        deliver.defer(delivery_id=delivery.pk)
    return record.id


@queue.task(name="jobs.deliver", queue="events", retry=EVENT_RETRY)
def deliver(delivery_id: int) -> None:
    """Handle one delivery; the effect and the mark that it happened commit together."""
    try:
        with transaction.atomic():
            delivery = (
                EventDelivery.objects.select_for_update(of=("self",))
                .select_related("event")
                .get(pk=delivery_id)
            )
            if delivery.handled_at is not None:
                return
            event = event_class(delivery.event.name).from_payload(delivery.event.payload)
            handler_spec(delivery.handler).run(event)
            delivery.handled_at = wall_clock()
            delivery.error = ""
            delivery.attempts += 1
            delivery.save(update_fields=["handled_at", "error", "attempts"])
    except Exception as failure:
        _note_failure(delivery_id, failure)
        raise


def _note_failure(delivery_id: int, failure: Exception) -> None:
    with transaction.atomic():
        delivery = EventDelivery.objects.select_for_update().get(pk=delivery_id)
        delivery.attempts += 1
        delivery.error = f"{type(failure).__name__}: {failure}"
        delivery.save(update_fields=["attempts", "error"])


def redeliver(delivery_id: int) -> None:
    """Queue a failed delivery again at once."""
    deliver.defer(delivery_id=delivery_id)


def start_job(code: str, *, by: Actor, now: datetime, **arguments: Any) -> int:
    """Queue a run of a job in the caller's transaction; returns the id of its JobRun."""
    spec = job_spec(code)
    with transaction.atomic():
        run = JobRun.objects.create(
            code=code,
            label=spec.label,
            arguments=arguments,
            requested_by_id=by.user_id,
            requested_by_label=by.label,
            requested_at=now,
        )
        queue.configure_task(f"job.{code}", queue=spec.queue).defer(run_id=run.pk)
    return run.pk


def retry_run(run_id: int, *, by: Actor, now: datetime) -> int:
    """Start a finished run again with the same arguments; returns the new run's id."""
    run = JobRun.objects.get(pk=run_id)
    if run.status not in (RunStatus.FAILED, RunStatus.SUCCEEDED):
        raise NotRetryableError(f"任务“{run.label}”还在{run.get_status_display()}，结束后才能重试")
    with transaction.atomic():
        new_id = start_job(run.code, by=by, now=now, **run.arguments)
        JobRun.objects.filter(pk=new_id).update(retry_of=run)
    return new_id


class RunHandle:
    """What a job function writes its progress to; each call commits on its own."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show `done` of `total` units."""
        JobRun.objects.filter(pk=self.run_id).update(done=done, total=total, message=message)

    def reporter(self) -> Reporter:
        """Progress for work whose callbacks come from foreign threads (`with run.reporter() as r`)."""
        return Reporter(self.progress)

    def log(self, text: str, *, level: str = "info") -> None:
        """Add a line to the run's log (level: info, warning, error)."""
        JobLog.objects.create(run_id=self.run_id, at=wall_clock(), level=level, text=text)


def execute(code: str, *, run_id: int | None) -> None:
    """Run a job once and record how it ended; called by the worker only."""
    spec = job_spec(code)
    run = _begin(code, run_id=run_id)
    try:
        spec.run(RunHandle(run.pk), **run.arguments)
    except Exception as failure:
        _finish(run.pk, RunStatus.FAILED, error=f"{type(failure).__name__}: {failure}")
        raise
    _finish(run.pk, RunStatus.SUCCEEDED)


def _begin(code: str, *, run_id: int | None) -> JobRun:
    moment = wall_clock()
    if run_id is None:
        return JobRun.objects.create(
            code=code,
            label=job_spec(code).label,
            status=RunStatus.RUNNING,
            requested_by_label=SCHEDULER.label,
            requested_at=moment,
            started_at=moment,
        )
    run = JobRun.objects.get(pk=run_id)
    run.status, run.started_at = RunStatus.RUNNING, moment
    run.save(update_fields=["status", "started_at"])
    return run


def _finish(run_id: int, status: RunStatus, *, error: str = "") -> None:
    JobRun.objects.filter(pk=run_id).update(status=status, finished_at=wall_clock(), error=error)
