"""Facade of background work: publish and handle events, declare and start jobs, run services."""

from steward.core.jobs.queries import RunInfo, run_info
from steward.core.jobs.registry import UnknownJobError, handles, service
from steward.core.jobs.scheduling import job
from steward.core.jobs.services import (
    NotRetryableError,
    RunHandle,
    publish,
    redeliver,
    retry_run,
    start_job,
)

__all__ = [
    "NotRetryableError",
    "RunHandle",
    "RunInfo",
    "UnknownJobError",
    "handles",
    "job",
    "publish",
    "redeliver",
    "retry_run",
    "run_info",
    "service",
    "start_job",
]
