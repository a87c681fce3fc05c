"""Writes about checked tables: register, assign rules, levels, ask for runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from cronsim import CronSim, CronSimError
from django.db import IntegrityError, transaction

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.organizations import api as organizations
from steward.data.collection import api as collection
from steward.data.quality.choices import RunState, Trigger, VersionState
from steward.data.quality.column_types import checked_types
from steward.data.quality.definitions import reference_of, roles_of, severity_of
from steward.data.quality.levels import seen_levels, standing
from steward.data.quality.models import CheckedTable, LibraryRule, QualityRun, RuleUse
from steward.data.sources import api as sources
from steward.engine.lake.duck import ident, open_session, scalar
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError
from steward.kernel.instants import local

RUN_JOB = "quality.run"


class InvalidTableError(InvalidError):
    """A table or an assignment that cannot be as described."""

    code = "quality.invalid_table"


class TableStateError(ConflictError):
    """The table is not in a state that allows the action."""

    code = "quality.table_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDraft:
    """A table of the lake to be checked; `types`: what its text columns hold (`column_types`)."""

    name: str
    title: str
    organization_id: int
    keys: tuple[str, ...]
    contract: str = ""
    department_column: str = ""
    guidance: str = ""
    schedule: str = ""
    on_collected: bool = True
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseDraft:
    """A rule on a table; columns that `mapping` leaves out have the same name on both sides.

    `tables`: the rule's name of another table → table of the lake; without a severity the rule's
    own holds.
    """

    rule_id: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    severity: str = ""
    threshold: Decimal = Decimal(0)


def columns_of(name: str) -> list[str]:
    """The columns of a lake table now; InvalidTableError where there is none."""
    if not collection.lake().exists(name):
        raise InvalidTableError(f"数据湖里没有表“{name}”，请先归集", field="name")
    names: list[str] = list(collection.lake().describe(name).schema.names)
    return names


def comments_of(name: str) -> dict[str, str]:
    """What the source says that the columns of a collected table mean; empty for other tables."""
    task = collection.task_of_table(name)
    table = sources.table(task.source_id, task.source_table) if task is not None else None
    if table is None:
        return {}
    return {column.name: column.comment for column in table.columns if column.comment}


def next_run(schedule: str, after: datetime) -> datetime | None:
    """The next instant of a cron line read in Shanghai; None without one."""
    if not schedule.strip():
        return None
    try:
        return next(CronSim(schedule.strip(), local(after)))
    except (CronSimError, StopIteration):
        raise InvalidTableError(
            f"计划“{schedule}”写法有误，应为五段 cron，如“30 2 * * *”表示每天 02:30",
            field="schedule",
        ) from None


def register_table(draft: TableDraft, *, by: Actor, now: datetime) -> CheckedTable:
    """Put a lake table under quality control; its keys must identify its rows."""
    columns = columns_of(draft.name)
    if not draft.title.strip():
        raise InvalidTableError("请填写中文名", field="title")
    organizations.get(draft.organization_id)
    _check_keys(draft, columns)
    if draft.department_column and draft.department_column not in columns:
        raise InvalidTableError(
            f"表里没有部门列“{draft.department_column}”；已有列：{'、'.join(columns)}",
            field="department_column",
        )
    row = CheckedTable(
        **{name: getattr(draft, name) for name in _PLAIN},
        keys=list(draft.keys),
        guesses=seen_levels(draft.name),
        types=checked_types(draft.name, draft.types, now=now),
        next_run_at=next_run(draft.schedule, now),
        created_by=by.label,
        created_at=now,
    )
    try:
        with transaction.atomic():
            row.save()
            audit.record("quality.table.registered", row.subject, by=by, now=now)
    except IntegrityError:
        raise InvalidTableError(f"表“{draft.name}”已在质检范围内", field="name") from None
    return row


_PLAIN = ("name", "title", "organization_id", "contract", "department_column", "guidance",
          "schedule", "on_collected")  # fmt: skip


def _check_keys(draft: TableDraft, columns: list[str]) -> None:
    if not draft.keys:
        raise InvalidTableError("请选择主键列，问题数据要靠它定位", field="keys")
    if unknown := [name for name in draft.keys if name not in columns]:
        raise InvalidTableError(
            f"表里没有列“{unknown[0]}”；已有列：{'、'.join(columns)}", field="keys"
        )
    snapshot = collection.lake().snapshot(draft.name)
    by = ", ".join(map(ident, draft.keys))
    with open_session() as session:
        repeated = scalar(
            session,
            f"SELECT count(*) FROM (SELECT {by} FROM {snapshot.relation} "  # noqa: S608
            "GROUP BY ALL HAVING count(*) > 1)",
        )
    if repeated:
        raise InvalidTableError(
            f"列“{'、'.join(draft.keys)}”有 {repeated} 个重复值，不能作主键，请换列或多选几列",
            field="keys",
        )


def assign_rule(table_id: int, draft: UseDraft, *, by: Actor, now: datetime) -> RuleUse:
    """Put a rule on a table; InvalidTableError names a column that the table lacks."""
    table = CheckedTable.objects.get(pk=table_id)
    rule = LibraryRule.objects.get(pk=draft.rule_id)
    version = rule.versions.filter(state=VersionState.APPROVED).first()
    if rule.is_retired or version is None:
        raise InvalidTableError(f"规则“{rule.name}”没有在用的批准版本", field="rule_id")
    mapping = _mapping(version.definition, draft.mapping, columns_of(table.name))
    tables = _other_table(version.definition, draft.tables)
    if not 0 <= draft.threshold <= 1:
        raise InvalidTableError("容差是 0 到 1 之间的比例，如 0.001", field="threshold")
    try:
        with transaction.atomic():
            use = RuleUse.objects.create(
                table=table,
                rule=rule,
                mapping=mapping,
                tables=tables,
                severity=draft.severity or severity_of(version.definition),
                threshold=draft.threshold,
                created_by=by.label,
                created_at=now,
            )
            audit.record("quality.use.assigned", table.subject, by=by, now=now,
                         after={"rule": rule.name})  # fmt: skip
    except IntegrityError:
        raise InvalidTableError("这条规则已按同样的列配置在这张表上", field="rule_id") from None
    return use


def _mapping(
    definition: Mapping[str, Any], given: Mapping[str, str], columns: list[str]
) -> dict[str, str]:
    own = {name.casefold(): name for name in columns}
    found = {}
    for role in roles_of(definition):
        wanted = given.get(role) or role
        if wanted.casefold() not in own:
            raise InvalidTableError(
                f"规则里的“{role}”在表里没有对应的列；已有列：{'、'.join(columns)}", field="mapping"
            )
        found[role] = own[wanted.casefold()]
    return found


def _other_table(definition: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The table of the lake that the rule looks into; a rule that names one there needs no word,
    also where that is still to be collected."""
    name = reference_of(definition)
    wanted = given.get(name) or name
    if not name or (wanted == name and "." in name):
        return {}
    if wanted not in collection.lake().tables():
        raise InvalidTableError(
            f"规则要对照的表“{wanted}”不在数据湖里，请选择对应的表，或先归集", field="tables"
        )
    return {name: wanted}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """What may change about a checked table; its name and its keys stay."""

    title: str
    organization_id: int
    contract: str = ""
    department_column: str = ""
    guidance: str = ""
    schedule: str = ""
    on_collected: bool = True
    is_active: bool = True


@transaction.atomic
def change_table(table_id: int, change: TableChange, *, by: Actor, now: datetime) -> CheckedTable:
    """How a table is checked from now on; InvalidTableError names what is wrong."""
    table = CheckedTable.objects.select_for_update(of=("self",)).get(pk=table_id)
    if not change.title.strip():
        raise InvalidTableError("请填写中文名", field="title")
    organizations.get(change.organization_id)
    if change.department_column and change.department_column not in columns_of(table.name):
        raise InvalidTableError(
            f"表里没有部门列“{change.department_column}”", field="department_column"
        )
    before = {name: getattr(table, name) for name in _CHANGED}
    for name in _CHANGED:
        setattr(table, name, getattr(change, name))
    at = next_run(table.schedule, now)
    table.next_run_at = at if table.is_active else None
    table.save(update_fields=[*_CHANGED, "next_run_at"])
    audit.record("quality.table.changed", table.subject, by=by, now=now, before=before,
                 after={name: getattr(table, name) for name in _CHANGED})  # fmt: skip
    return table


_CHANGED = ("title", "organization_id", "contract", "department_column", "guidance", "schedule",
            "on_collected", "is_active")  # fmt: skip


@transaction.atomic
def change_use(
    use_id: int, *, severity: str, threshold: Decimal, is_active: bool, by: Actor, now: datetime
) -> None:
    """How grave and how tolerant a rule is on a table, and whether it is checked at all."""
    use = (
        RuleUse.objects.select_for_update(of=("self",))
        .select_related("table", "rule")
        .get(pk=use_id)
    )
    if severity not in ("serious", "normal", "notice"):
        raise InvalidTableError(f"没有级别“{severity}”", field="severity")
    if not 0 <= threshold <= 1:
        raise InvalidTableError("容差是 0 到 1 之间的比例，如 0.001", field="threshold")
    before = {"severity": use.severity, "threshold": str(use.threshold), "active": use.is_active}
    use.severity, use.threshold, use.is_active = severity, threshold, is_active
    use.save(update_fields=["severity", "threshold", "is_active"])
    after = {"severity": severity, "threshold": str(threshold), "active": is_active}
    audit.record("quality.use.changed", use.table.subject, by=by, now=now, before=before,
                 after=after | {"rule": use.rule.name})  # fmt: skip


@transaction.atomic
def set_levels(
    table_id: int, levels: Mapping[str, int], *, by: Actor, now: datetime
) -> CheckedTable:
    """Set the sensitivity of columns by hand; what is declared elsewhere can only be raised.

    A level equal to what holds anyway is not kept, so that a later declaration counts.
    """
    table = CheckedTable.objects.select_for_update(of=("self",)).get(pk=table_id)
    before = dict(table.levels)
    kept = {name: level for name, level in before.items() if name not in levels}
    CheckedTable.objects.filter(pk=table.pk).update(levels=kept)
    table.levels = kept
    there = standing(table, levels)
    for name, level in levels.items():
        if level not in (1, 2, 3, 4):
            raise InvalidTableError(f"列“{name}”的级别须是 1 至 4", field="levels")
        held = there[name]
        if held.is_declared and level < held.level:
            raise InvalidTableError(
                f"列“{name}”由{held.by}定为 L{held.level}，这里只能调高；要调低请改那里",
                field="levels",
            )
        if level != held.level:
            kept[name] = level
    audit.record("quality.table.levels", table.subject, by=by, now=now, before=before,
                 after=kept)  # fmt: skip
    table.levels = kept
    table.save(update_fields=["levels"])
    return table


def request_run(
    table_id: int, *, trigger: Trigger = Trigger.MANUAL, by: Actor, now: datetime
) -> QualityRun:
    """Queue one run; TableStateError while another one waits or runs."""
    try:
        with transaction.atomic():
            table = CheckedTable.objects.select_for_update(of=("self",)).get(pk=table_id)
            if not table.is_active:
                raise TableStateError(f"质检表“{table.title}”已停用")
            run = QualityRun.objects.create(
                table=table,
                trigger=trigger,
                state=RunState.QUEUED,
                requested_by=by.label,
                requested_at=now,
            )
            run.job_run_id = jobs.start_job(RUN_JOB, by=by, now=now, run_id=run.pk)
            run.save(update_fields=["job_run_id"])
    except IntegrityError:
        raise TableStateError("这张表已经在排队或检查") from None
    return run


def run_due(*, by: Actor, now: datetime, limit: int = 200) -> int:
    """Queue every table whose time has come; several schedulers may do this at once."""
    due = CheckedTable.objects.filter(is_active=True, next_run_at__lte=now)
    started = 0
    for table_id, schedule, at in list(
        due.order_by("next_run_at").values_list("pk", "schedule", "next_run_at")[:limit]
    ):
        claimed = CheckedTable.objects.filter(pk=table_id, next_run_at=at, is_active=True).update(
            next_run_at=next_run(schedule, now)
        )
        if not claimed:
            continue
        try:
            request_run(table_id, trigger=Trigger.SCHEDULE, by=by, now=now)
        except TableStateError:
            continue
        started += 1
    return started
