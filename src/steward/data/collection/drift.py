"""What the source changed since a task was made: offered, or a reason to stop."""

from collections.abc import Mapping
from datetime import datetime

from steward.data.collection.choices import OfferState, TaskState
from steward.data.collection.models import CollectionTask, ColumnOffer
from steward.kernel.errors import ConflictError


class SourceDriftedError(ConflictError):
    """The source lost a column that the task exchanges, or changed a type."""

    code = "collection.source_drifted"


def look_for_drift(task: CollectionTask, there: Mapping[str, str], *, now: datetime) -> None:
    """Compare the live columns (name → type) with the task's: new ones are offered; a lost column
    or another type blocks the task and raises SourceDriftedError."""
    offers = [
        ColumnOffer(task=task, column=name, type=there[name], state=OfferState.OPEN, seen_at=now)
        for name in there
        if name not in task.known_columns
    ]
    ColumnOffer.objects.bulk_create(offers, ignore_conflicts=True)
    reason = difference(task, there)
    if not reason:
        return
    CollectionTask.objects.filter(pk=task.pk).update(
        state=TaskState.BLOCKED, blocked_reason=reason, next_run_at=None
    )
    raise SourceDriftedError(
        f"{reason}。任务已停住，目标表保持上次的数据；请与数源单位核实后，在任务页选择继续或改字段"
    )


def difference(task: CollectionTask, there: Mapping[str, str]) -> str:
    """Which of the task's columns are gone or of another type, in words; empty when none."""
    gone = [name for name in task.columns if name not in there]
    changed = [
        f"“{name}”由 {task.known_columns[name]} 变为 {there[name]}"
        for name in task.columns
        if name in there and task.known_columns.get(name, there[name]) != there[name]
    ]
    words = []
    if gone:
        words.append(f"来源已没有列“{'”“'.join(gone)}”")
    if changed:
        words.append(f"列类型变化：{'、'.join(changed)}")
    return "；".join(words)
