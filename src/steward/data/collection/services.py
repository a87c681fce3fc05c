"""Writes about tasks: make, change, pause, ask for a run, decide about new columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.data.collection.choices import (
    ApplicationState,
    Mode,
    OfferState,
    Origin,
    RunState,
    TaskState,
    Trigger,
)
from steward.data.collection.models import (
    Application,
    CollectionRun,
    CollectionTask,
    ColumnOffer,
)
from steward.data.collection.schedules import next_run
from steward.data.sources import api as sources
from steward.engine.connectors.filtering import InvalidConditionError, columns_in
from steward.engine.lake.names import TableName
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError

RUN_JOB = "collection.run"
FINDING_SOURCE = "data.collection"


class InvalidTaskError(InvalidError):
    """A task that cannot be carried out as it is described."""

    code = "collection.invalid_task"


class TaskStateError(ConflictError):
    """The task is not in a state that allows the action."""

    code = "collection.task_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """What a task is to do; empty `columns` mean all that the source has now."""

    name: str
    source_id: int
    source_table: str
    target: str
    mode: str = Mode.FULL
    origin: str = Origin.LOCAL
    application_id: int | None = None
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    cursor: str = ""
    condition: str = ""
    schedule: str = ""
    max_lag_hours: int = 48
    keep_bad_rows: bool = False


def create_task(draft: TaskDraft, *, by: Actor, now: datetime) -> CollectionTask:
    """Register a task; InvalidTaskError names what is wrong, with the source's own columns."""
    table = _table(draft)
    _check(draft, table)
    known = {column.name: column.type for column in table.columns}
    row = CollectionTask(
        **{name: getattr(draft, name) for name in _PLAIN},
        columns=list(draft.columns or known),
        keys=list(draft.keys),
        known_columns=known,
        state=TaskState.ACTIVE,
        next_run_at=next_run(draft.schedule, now),
        created_by=by.label,
        created_at=now,
    )
    return add_task(row, by=by, now=now)


def add_task(row: CollectionTask, *, by: Actor, now: datetime) -> CollectionTask:
    """Keep a new task of any shape; InvalidTaskError where its target has one already."""
    try:
        with transaction.atomic():
            row.save()
            audit.record("collection.task.created", row.subject, by=by, now=now)
    except IntegrityError:
        raise InvalidTaskError(
            f"“{row.target}”已有归集任务，一个目标只由一个任务写入", field="target"
        ) from None
    return row


_PLAIN = ("name", "source_id", "source_table", "target", "mode", "origin", "application_id",
          "cursor", "condition", "schedule", "max_lag_hours", "keep_bad_rows")  # fmt: skip


def _table(draft: TaskDraft) -> sources.TableInfo:
    table = sources.table(draft.source_id, draft.source_table)
    if table is None or table.gone_at is not None:
        raise InvalidTaskError(
            f"数据源里没有表“{draft.source_table}”，请先读取结构", field="source_table"
        )
    return table


def _check(draft: TaskDraft, table: sources.TableInfo) -> None:
    if not draft.name.strip():
        raise InvalidTaskError("请填写任务名称", field="name")
    if TableName.parse(draft.target).layer != "ods":
        raise InvalidTaskError("归集的目标表应在归集层，如“ods.人口”", field="target")
    names = [column.name for column in table.columns]
    for field, wanted in (("columns", draft.columns), ("keys", draft.keys)):
        if unknown := [name for name in wanted if name not in names]:
            words = f"源表没有列“{unknown[0]}”；已有列：{'、'.join(names)}"
            raise InvalidTaskError(words, field=field)
    _check_mode(draft, names)
    _check_condition(draft, names)
    _check_application(draft)
    next_run(draft.schedule, table.seen_at)


def _check_mode(draft: TaskDraft, names: list[str]) -> None:
    if draft.mode not in Mode.values:
        raise InvalidTaskError(f"没有名为“{draft.mode}”的归集方式", field="mode")
    if draft.mode != Mode.FULL and draft.cursor not in names:
        raise InvalidTaskError("增量和镜像须选择游标列（如更新时间、自增编号）", field="cursor")
    if draft.mode == Mode.MIRROR and not draft.keys:
        raise InvalidTaskError("镜像须选择关键字列，才能识别来源已删除的记录", field="keys")
    picked = draft.columns or tuple(names)
    needed = (*draft.keys, *([draft.cursor] if draft.cursor else []))
    if missing := [name for name in needed if name not in picked]:
        raise InvalidTaskError(f"交换字段须包含“{missing[0]}”", field="columns")


def _check_condition(draft: TaskDraft, names: list[str]) -> None:
    """The condition is understood and names columns that there are; its types are seen by a run."""
    if not draft.condition.strip():
        return
    if draft.mode == Mode.INCREMENTAL:
        raise InvalidTaskError(
            "带过滤条件的增量会留下后来不再符合条件的行，请改用全量或镜像", field="condition"
        )
    try:
        needed = columns_in(draft.condition)
    except InvalidConditionError as error:
        raise InvalidTaskError(error.message, field="condition") from error
    if unknown := [name for name in needed if name not in names]:
        words = f"过滤条件里的列“{unknown[0]}”不在源表中；已有列：{'、'.join(names)}"
        raise InvalidTaskError(words, field="condition")


def _check_application(draft: TaskDraft) -> None:
    if draft.origin == Origin.LOCAL:
        return
    row = Application.objects.filter(pk=draft.application_id or 0).first()
    if row is None or row.state != ApplicationState.APPROVED:
        raise InvalidTaskError(
            f"{Origin(draft.origin).label}须先有批准的数据申请", field="application_id"
        )


@transaction.atomic
def switch_task(task_id: int, *, to: TaskState, reason: str, by: Actor, now: datetime) -> None:
    """Pause a task, or let it run again; a recalled one stays recalled."""
    row = CollectionTask.objects.select_for_update().get(pk=task_id)
    if row.state == TaskState.RECALLED or to not in (TaskState.ACTIVE, TaskState.PAUSED):
        raise TaskStateError("已回收的任务不能再改变")
    if row.state == to:
        raise TaskStateError(f"任务已是“{to.label}”状态")
    if row.state == TaskState.BLOCKED:
        raise TaskStateError("任务因来源结构变化停住，请先处理结构变化")
    if not reason.strip():
        raise InvalidTaskError("请写明理由", field="reason")
    row.state = to
    row.next_run_at = next_run(row.schedule, now) if to == TaskState.ACTIVE else None
    row.save(update_fields=["state", "next_run_at"])
    code = "collection.task.resumed" if to == TaskState.ACTIVE else "collection.task.paused"
    audit.record(code, row.subject, by=by, now=now, reason=reason)


def request_run(
    task_id: int, *, trigger: Trigger = Trigger.MANUAL, by: Actor, now: datetime
) -> CollectionRun:
    """Queue one run; TaskStateError while another one waits or runs."""
    try:
        with transaction.atomic():
            task = CollectionTask.objects.select_for_update().get(pk=task_id)
            if task.state != TaskState.ACTIVE:
                raise TaskStateError(f"任务“{task.name}”{task.get_state_display()}，不能运行")
            run = CollectionRun.objects.create(
                task=task,
                trigger=trigger,
                state=RunState.QUEUED,
                requested_by=by.label,
                requested_at=now,
            )
            run.job_run_id = jobs.start_job(RUN_JOB, by=by, now=now, run_id=run.pk)
            run.save(update_fields=["job_run_id"])
    except IntegrityError:
        raise TaskStateError("这个任务已经在排队或运行") from None
    return run


def run_due(*, by: Actor, now: datetime, limit: int = 200) -> int:
    """Queue every task whose time has come; how many. Several schedulers may do this at once."""
    due = list(
        CollectionTask.objects.filter(state=TaskState.ACTIVE, next_run_at__lte=now)
        .order_by("next_run_at")
        .values_list("pk", "schedule", "next_run_at")[:limit]
    )
    started = 0
    for task_id, schedule, at in due:
        claimed = CollectionTask.objects.filter(
            pk=task_id, next_run_at=at, state=TaskState.ACTIVE
        ).update(next_run_at=next_run(schedule, now))
        if not claimed:
            continue
        try:
            request_run(task_id, trigger=Trigger.SCHEDULE, by=by, now=now)
        except TaskStateError:
            continue
        started += 1
    return started


@transaction.atomic
def decide_offer(offer_id: int, *, accept: bool, by: Actor, now: datetime) -> None:
    """Take a new column of the source into the task, or leave it out for good.

    An accepted column of an incremental task is empty for the rows collected before.
    """
    offer = ColumnOffer.objects.select_for_update(of=("self",)).get(pk=offer_id)
    if offer.state != OfferState.OPEN:
        raise TaskStateError(f"这一列{offer.get_state_display()}")
    task = CollectionTask.objects.select_for_update().get(pk=offer.task_id)
    offer.state = OfferState.ACCEPTED if accept else OfferState.DECLINED
    offer.decided_by, offer.decided_at = by.label, now
    offer.save(update_fields=["state", "decided_by", "decided_at"])
    if accept:
        task.columns = [*task.columns, offer.column]
    task.known_columns = task.known_columns | {offer.column: offer.type}
    task.save(update_fields=["columns", "known_columns"])
    code = "collection.column.accepted" if accept else "collection.column.declined"
    audit.record(code, task.subject, by=by, now=now, after={"column": offer.column})


@transaction.atomic
def unblock_task(
    task_id: int, *, reason: str, by: Actor, now: datetime, there: Mapping[str, str] | None = None
) -> CollectionTask:
    """Go on with the columns that the source still has, at the types it has now.

    `there`: the columns of a task over files (name → type); a table's were read by the last survey.
    Key and cursor columns cannot be given up. TaskStateError when the task is not blocked.
    """
    task = CollectionTask.objects.select_for_update().get(pk=task_id)
    if task.state != TaskState.BLOCKED:
        raise TaskStateError("任务没有因结构变化停住")
    if not reason.strip():
        raise InvalidTaskError("请写明理由", field="reason")
    now_there = _columns_of_table(task) if there is None else there
    needed = (*task.keys, *([task.cursor] if task.cursor else []))
    if lost := [name for name in needed if name not in now_there]:
        raise TaskStateError(f"关键字或游标列“{lost[0]}”已消失，任务无法继续，请新建任务")
    task.columns = [name for name in task.columns if name in now_there]
    task.known_columns = {name: now_there[name] for name in task.columns}
    task.state, task.blocked_reason = TaskState.ACTIVE, ""
    task.next_run_at = next_run(task.schedule, now)
    task.save()
    audit.record("collection.task.unblocked", task.subject, by=by, now=now, reason=reason)
    return task


def _columns_of_table(task: CollectionTask) -> dict[str, str]:
    table = sources.table(task.source_id, task.source_table)
    if table is None or table.gone_at is not None:
        raise TaskStateError("源表已不存在，只能回收或暂停任务")
    return {column.name: column.type for column in table.columns}
