"""The decorator that turns a function into a job, with its schedule stated beside it."""

from collections.abc import Callable

from procrastinate.contrib.django import app as queue

from steward.core.jobs.registry import JOBS, JobSpec
from steward.core.jobs.services import execute

JobFunction = Callable[..., None]


def job(
    *, code: str, label: str, schedule: str | None = None, queue_name: str = "default"
) -> Callable[[JobFunction], JobFunction]:
    """Register `f(run: RunHandle, **arguments)` as a background job.

    The function must be idempotent: a killed worker's job is run again. With `schedule` (cron,
    worker's clock in UTC) it also runs by itself, without arguments.
    """

    def decorate(function: JobFunction) -> JobFunction:
        if code in JOBS:
            raise ValueError(f"job code {code!r} is registered twice")
        JOBS[code] = JobSpec(code, label, function, schedule, queue_name)

        def task(run_id: int | None = None, timestamp: int | None = None) -> None:  # noqa: ARG001
            execute(code, run_id=run_id)

        registered = queue.task(name=f"job.{code}", queue=queue_name, queueing_lock=None)(task)
        if schedule is not None:
            queue.periodic(cron=schedule)(registered)
        return function

    return decorate
