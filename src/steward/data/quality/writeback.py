"""Corrections written back to the source database: preview, approval by somebody else, undo."""

from datetime import datetime

from django.db import transaction

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.data.collection import api as collection
from steward.data.quality.choices import ChangeSetState, Target
from steward.data.quality.corrections import CorrectionStateError, InvalidCorrectionError
from steward.data.quality.models import ChangeSet
from steward.data.sources import api as sources
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError

FLOW, PURPOSE = "quality-writeback", "quality.writeback"
WRITE_JOB = "quality.writeback"
WRITER = Actor.system("数据写回")


def seed_flow(*, now: datetime) -> None:
    """Lay the approval flow once: one step, any holder of the permission, never the author."""
    approvers = [{"kind": "holders", "permission": "quality.writeback.approve"}]
    step = {"name": "审批", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW,
        "问题数据写回审批",
        {"allow_self": False, "steps": [step]},
        purpose_code=PURPOSE,
        now=now,
    )


def place_of(row: ChangeSet) -> tuple[sources.SourceInfo, collection.TaskInfo]:
    """The database and the task that the table comes from; InvalidCorrectionError without."""
    task = collection.task_of_table(row.order.table.name)
    if task is None:
        raise InvalidCorrectionError("这张表不是归集来的，没有可写回的来源库")
    source = sources.get(task.source_id)
    if not source.is_database:
        raise InvalidCorrectionError(f"“{source.name}”不是数据库，不能写回")
    return source, task


def preview(row: ChangeSet) -> list[str]:
    """The statements as they will run, one for each column, with placeholders for values."""
    source, task = place_of(row)
    shown = {
        sources.statement_for(source.id, task.source_table, update) for update in _updates(row)
    }
    return sorted(shown)


def _updates(row: ChangeSet, *, backwards: bool = False) -> list[sources.CellUpdate]:
    return [
        sources.CellUpdate(cell.key, cell.column, cell.after, cell.before)
        if backwards
        else sources.CellUpdate(cell.key, cell.column, cell.before, cell.after)
        for cell in row.cells.all()
    ]


@transaction.atomic
def submit_writeback(change_set_id: int, *, by: Actor, now: datetime) -> ChangeSet:
    """Send a draft to approval for being written to the source."""
    row = ChangeSet.objects.select_for_update(of=("self",)).get(pk=change_set_id)
    if row.state != ChangeSetState.DRAFT:
        raise CorrectionStateError(f"这次整改{row.get_state_display()}，不能提交写回")
    source, task = place_of(row)
    started = approvals.start(
        FLOW,
        row.subject,
        {},
        title=f"写回“{source.name}”{task.source_table}：{row.cells.count()} 处（{row.order.number}）",
        body="\n".join([row.reason, *preview(row)]),
        organization_id=row.order.organization_id,
        by=by,
        now=now,
    )
    row.state, row.target, row.approval_id = ChangeSetState.REVIEW, Target.SOURCE, started.id
    row.save(update_fields=["state", "target", "approval_id"])
    audit.record("quality.writeback.submitted", row.order.subject, by=by, now=now)
    return row


@transaction.atomic
def take_decision(change_set_id: int, *, approved: bool, now: datetime) -> None:
    """What the approval said: an approved change set is written by a job."""
    row = ChangeSet.objects.select_for_update(of=("self",)).get(pk=change_set_id)
    if row.state != ChangeSetState.REVIEW:
        return
    if approved:
        jobs.start_job(WRITE_JOB, by=WRITER, now=now, change_set_id=row.pk)
        return
    row.state = ChangeSetState.REFUSED
    row.save(update_fields=["state"])


def execute_writeback(change_set_id: int, *, now: datetime) -> ChangeSet:
    """Write to the source, then collect the table again; executed twice it writes once."""
    row = ChangeSet.objects.select_related("order__table", "order__organization").get(
        pk=change_set_id
    )
    if row.state != ChangeSetState.REVIEW:
        return row
    source, task = place_of(row)
    try:
        sources.update_cells(source.id, task.source_table, _updates(row))
    except StewardError as error:
        row.state, row.error = ChangeSetState.FAILED, error.message
        row.save(update_fields=["state", "error"])
        return row
    with transaction.atomic():
        row.state, row.applied_at = ChangeSetState.APPLIED, now
        row.save(update_fields=["state", "applied_at"])
        audit.record("quality.writeback.written", row.order.subject, by=WRITER, now=now,
                     after={"cells": row.cells.count()})  # fmt: skip
    _collect(task, by=WRITER, now=now)
    return row


def undo_writeback(change_set_id: int, *, reason: str, by: Actor, now: datetime) -> ChangeSet:
    """Give the source its values from before; refused when one of them changed since."""
    row = ChangeSet.objects.select_related("order__table", "order__organization").get(
        pk=change_set_id
    )
    if row.state != ChangeSetState.APPLIED or row.target != Target.SOURCE:
        raise CorrectionStateError("只有已写回来源库的整改可以这样撤销")
    if not reason.strip():
        raise InvalidCorrectionError("请写明撤销理由", field="reason")
    source, task = place_of(row)
    sources.update_cells(source.id, task.source_table, _updates(row, backwards=True))
    with transaction.atomic():
        row.state, row.undone_at = ChangeSetState.UNDONE, now
        row.save(update_fields=["state", "undone_at"])
        audit.record("quality.changes.undone", row.order.subject, by=by, now=now, reason=reason)
    _collect(task, by=by, now=now)
    return row


def _collect(task: collection.TaskInfo, *, by: Actor, now: datetime) -> None:
    try:
        collection.request_run(task.id, by=by, now=now)
    except collection.TaskStateError:
        return
