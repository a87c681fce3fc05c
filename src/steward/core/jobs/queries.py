from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from steward.core.jobs.models import EventDelivery, JobRun, RunStatus


@dataclass(frozen=True, slots=True)
class RunInfo:
    """How a run stands, for a page that waits for it."""

    id: int
    code: str
    label: str
    status: str
    status_label: str
    done: int
    total: int
    message: str
    error: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None

    @property
    def is_finished(self) -> bool:
        return self.status in (RunStatus.SUCCEEDED, RunStatus.FAILED)


def run_info(run_id: int) -> RunInfo | None:
    """The state of one run, or None when it does not exist."""
    run = JobRun.objects.filter(pk=run_id).first()
    return None if run is None else to_info(run)


def to_info(run: JobRun) -> RunInfo:
    return RunInfo(
        id=run.pk,
        code=run.code,
        label=run.label,
        status=run.status,
        status_label=run.get_status_display(),
        done=run.done,
        total=run.total,
        message=run.message,
        error=run.error,
        requested_by=run.requested_by_label,
        requested_at=run.requested_at,
        finished_at=run.finished_at,
    )


def open_deliveries() -> QuerySet[EventDelivery]:
    """Deliveries that are queued or failing, oldest first."""
    return EventDelivery.objects.filter(handled_at__isnull=True).select_related("event")
