"""Writes of cleaning projects: make, add a table with its steps, start a run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.organizations import api as organizations
from steward.data.collection import api as collection
from steward.data.quality.choices import CleaningState
from steward.data.quality.cleaning.running import CleaningStateError
from steward.data.quality.cleaning.steps import InvalidStepError, checked
from steward.data.quality.levels import levels_of_name
from steward.data.quality.models import CleaningProject, CleaningRun, CleaningTable
from steward.data.quality.tables import columns_of
from steward.engine.lake.names import TableName
from steward.kernel.actors import Actor

CLEAN_JOB = "quality.clean"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningDraft:
    """A table of a project: from ods to dwd by steps in order."""

    source: str
    target: str
    keys: tuple[str, ...]
    steps: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@transaction.atomic
def create_project(
    name: str, *, purpose: str, organization_id: int, by: Actor, now: datetime
) -> CleaningProject:
    """Open a project; InvalidStepError where name or need are missing."""
    if not name.strip() or not purpose.strip():
        raise InvalidStepError("请填写项目名称和需求")
    organizations.get(organization_id)
    row = CleaningProject.objects.create(
        name=name.strip(),
        purpose=purpose.strip(),
        organization_id=organization_id,
        created_by=by.label,
        created_at=now,
    )
    audit.record("quality.project.created", row.subject, by=by, now=now)
    return row


def add_table(project_id: int, draft: CleaningDraft, *, by: Actor, now: datetime) -> CleaningTable:
    """Put a table into a project, checked against the columns it has."""
    project = CleaningProject.objects.get(pk=project_id)
    steps = _checked(draft)
    if TableName.parse(draft.target).layer != "dwd":
        raise InvalidStepError("目标表应在治理层，如“dwd.人口”")
    if collection.lake().exists(draft.target):
        raise InvalidStepError(f"表“{draft.target}”已存在，请换一个名字")
    try:
        with transaction.atomic():
            row = CleaningTable.objects.create(
                project=project,
                source=draft.source,
                target=draft.target,
                keys=list(draft.keys),
                steps=steps,
            )
            audit.record("quality.project.table", project.subject, by=by, now=now,
                         after={"table": draft.target})  # fmt: skip
    except IntegrityError:
        raise InvalidStepError(f"目标表“{draft.target}”已由别的项目写入") from None
    return row


def _checked(draft: CleaningDraft) -> list[dict[str, Any]]:
    columns = columns_of(draft.source)
    if not draft.keys or any(key not in columns for key in draft.keys):
        raise InvalidStepError(f"请从这些列里选主键：{'、'.join(columns)}")
    steps = checked(draft.steps, columns)
    if bad := [step["column"] for step in steps if step.get("column") in draft.keys]:
        raise InvalidStepError(f"主键列“{bad[0]}”不能清洗，否则改动无法对照")
    return steps


@transaction.atomic
def change_steps(
    table_id: int, steps: Sequence[Mapping[str, Any]], *, by: Actor, now: datetime
) -> CleaningTable:
    """Other steps from the next run on."""
    row = CleaningTable.objects.select_for_update(of=("self",)).get(pk=table_id)
    draft = CleaningDraft(source=row.source, target=row.target, keys=tuple(row.keys), steps=steps)
    row.steps = _checked(draft)
    row.save(update_fields=["steps"])
    audit.record("quality.project.table", row.project.subject, by=by, now=now,
                 after={"table": row.target})  # fmt: skip
    return row


@transaction.atomic
def start_cleaning(table_id: int, *, by: Actor, now: datetime) -> CleaningRun:
    """Queue one run; CleaningStateError while another one runs."""
    table = CleaningTable.objects.select_for_update(of=("self",)).get(pk=table_id)
    if table.runs.filter(state=CleaningState.RUNNING).exists():
        raise CleaningStateError("这张表正在清洗")
    run = CleaningRun.objects.create(
        table=table,
        state=CleaningState.RUNNING,
        steps=table.steps,
        started_by=by.label,
        started_at=now,
    )
    run.job_run_id = jobs.start_job(CLEAN_JOB, by=by, now=now, run_id=run.pk)
    run.save(update_fields=["job_run_id"])
    return run


def levels_for(table: CleaningTable, columns: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The sensitivity of the source's columns, as it is declared now."""
    return levels_of_name(table.source, columns)
