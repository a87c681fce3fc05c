"""Background work of approvals: every minute, what happens to steps whose time is up."""

from procrastinate.contrib.django import app as queue

from steward.core.approvals.services import handle_timeouts
from steward.kernel.instants import now


@queue.periodic(cron="* * * * *")
@queue.task(name="approvals.timeouts", queueing_lock="approvals.timeouts")
def timeouts(timestamp: int) -> None:  # noqa: ARG001
    """Not a job with a run of its own, which would fill the list of runs."""
    handle_timeouts(now=now())
