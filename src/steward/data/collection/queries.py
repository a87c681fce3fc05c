from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.data.collection.choices import RunState, Shape, TaskState
from steward.data.collection.models import Application, CollectedFile, CollectionRun, CollectionTask
from steward.kernel.errors import NotFoundError

VIEW = "collection.task.view"
APPLICATIONS = "collection.application.view"


class UnknownTaskError(NotFoundError):
    """No such task, run or application, or not for this person."""

    code = "collection.unknown"


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """A task as other apps see it."""

    id: int
    name: str
    source_id: int
    source_table: str
    target: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    organization_id: int
    contract: str
    is_recalled: bool
    last_success_at: datetime | None
    rows_total: int | None


def to_info(row: CollectionTask) -> TaskInfo:
    return TaskInfo(
        id=row.pk,
        name=row.name,
        source_id=row.source_id,
        source_table=row.source_table,
        target=row.target,
        keys=tuple(row.keys),
        columns=tuple(row.columns),
        organization_id=row.source.organization_id,
        contract=row.source.contract,
        is_recalled=row.state == TaskState.RECALLED,
        last_success_at=row.last_success_at,
        rows_total=row.rows_total,
    )


def tasks_for(user: Somebody) -> QuerySet[CollectionTask]:
    """The tasks whose sources belong to bodies that somebody may see."""
    bodies = access.visible_organizations(user, VIEW)
    rows = CollectionTask.objects.select_related("source__organization")
    return rows if bodies is None else rows.filter(source__organization_id__in=bodies)


def task_for(user: Somebody, task_id: int) -> CollectionTask:
    """One task in somebody's scope; UnknownTaskError otherwise."""
    row = tasks_for(user).filter(pk=task_id).first()
    if row is None:
        raise UnknownTaskError("没有这个归集任务")
    return row


def runs_for(user: Somebody) -> QuerySet[CollectionRun]:
    """The runs of visible tasks, newest first."""
    return CollectionRun.objects.select_related("task__source").filter(task__in=tasks_for(user))


def run_for(user: Somebody, run_id: int) -> CollectionRun:
    """One run in somebody's scope; UnknownTaskError otherwise."""
    row = runs_for(user).filter(pk=run_id).first()
    if row is None:
        raise UnknownTaskError("没有这次归集")
    return row


def files_for(user: Somebody) -> QuerySet[CollectedFile]:
    """The files of visible tasks, newest first."""
    return CollectedFile.objects.select_related("task__source").filter(task__in=tasks_for(user))


def file_for(user: Somebody, file_id: int) -> CollectedFile:
    """One file in somebody's scope; UnknownTaskError otherwise."""
    row = files_for(user).filter(pk=file_id).first()
    if row is None:
        raise UnknownTaskError("没有这个文件")
    return row


def applications_for(user: Somebody) -> QuerySet[Application]:
    """The applications of visible bodies and one's own."""
    bodies = access.visible_organizations(user, APPLICATIONS)
    rows = Application.objects.select_related("organization")
    if bodies is None:
        return rows
    return rows.filter(Q(organization_id__in=bodies) | Q(requested_by_id=user.pk))


def application_for(user: Somebody, application_id: int) -> Application:
    """One application in somebody's scope."""
    row = applications_for(user).filter(pk=application_id).first()
    if row is None:
        raise UnknownTaskError("没有这份申请")
    return row


def all_tasks(*, with_recalled: bool = False) -> list[TaskInfo]:
    """Every task that fills a table of the lake, by table."""
    rows = CollectionTask.objects.select_related("source").exclude(shape=Shape.FILES)
    return [
        to_info(row) for row in (rows if with_recalled else rows.exclude(state=TaskState.RECALLED))
    ]


def task_of_table(target: str) -> TaskInfo | None:
    """The task that writes a table of the lake, unless it was recalled."""
    row = (
        CollectionTask.objects.select_related("source")
        .exclude(state=TaskState.RECALLED)
        .exclude(shape=Shape.FILES)
        .filter(target=target)
        .first()
    )
    return None if row is None else to_info(row)


def collected_tables(source_id: int) -> dict[str, str]:
    """Source table → table of the lake, for what was collected at least once."""
    rows = CollectionTask.objects.filter(
        source_id=source_id, last_success_at__isnull=False
    ).exclude(Q(state=TaskState.RECALLED) | Q(shape=Shape.FILES))
    return dict(rows.values_list("source_table", "target"))


def late_tasks(now: datetime) -> list[CollectionTask]:
    """Scheduled tasks whose data is older than they promise."""
    rows = CollectionTask.objects.select_related("source").filter(state=TaskState.ACTIVE)
    return [row for row in rows.exclude(schedule="") if is_late(row, now)]


def is_late(row: CollectionTask, now: datetime) -> bool:
    """Whether the last success (or the making of the task) lies too far back."""
    since = row.last_success_at or row.created_at
    return now - since > timedelta(hours=row.max_lag_hours)


@dataclass(frozen=True, slots=True)
class FlowInfo:
    """How collecting goes for the tasks somebody may see; `since` starts the counted runs."""

    since: datetime
    tasks: int
    succeeded: int
    failed: int
    under_way: int
    blocked: int
    late: int


def flow_for(user: Somebody, *, since: datetime, now: datetime) -> FlowInfo:
    """Runs ended since an instant, what runs now, which tasks are stuck or late."""
    counted = runs_for(user).aggregate(
        succeeded=Count("pk", filter=Q(state=RunState.SUCCEEDED, finished_at__gte=since)),
        failed=Count("pk", filter=Q(state=RunState.FAILED, finished_at__gte=since)),
        under_way=Count("pk", filter=Q(state__in=(RunState.QUEUED, RunState.RUNNING))),
    )
    tasks = tasks_for(user).aggregate(
        tasks=Count("pk", filter=~Q(state=TaskState.RECALLED)),
        blocked=Count("pk", filter=Q(state=TaskState.BLOCKED)),
    )
    late = late_in(tasks_for(user), now)
    return FlowInfo(since=since, late=len(late), **counted, **tasks)


def late_in(rows: QuerySet[CollectionTask], now: datetime) -> list[int]:
    """The ids of those that are active, scheduled and late."""
    scheduled = rows.filter(state=TaskState.ACTIVE).exclude(schedule="")
    return [row.pk for row in scheduled if is_late(row, now)]


def visible_tables(user: Somebody) -> dict[str, TaskInfo]:
    """Tables of the lake by name, of the tasks somebody may see."""
    rows = tasks_for(user).exclude(Q(state=TaskState.RECALLED) | Q(shape=Shape.FILES))
    return {row.target: to_info(row) for row in rows}


def ended_between(contract: str, start: datetime, end: datetime) -> QuerySet[CollectionRun]:
    """The scheduled runs of a contract's tasks that ended in [start, end)."""
    return CollectionRun.objects.select_related("task__source").filter(
        task__source__contract=contract,
        trigger="schedule",
        state__in=(RunState.SUCCEEDED, RunState.FAILED),
        finished_at__gte=start,
        finished_at__lt=end,
    )
