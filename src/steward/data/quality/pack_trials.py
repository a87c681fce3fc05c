"""What an edition of a pack would find on the tables that use it, before it is in force."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from steward.data.collection import api as collection
from steward.data.quality.column_types import checked_types
from steward.data.quality.definitions import severity_of
from steward.data.quality.models import (
    CheckedTable,
    LibraryRule,
    PackUse,
    PackVersion,
    RuleUse,
    RuleVersion,
)
from steward.data.quality.pack_files import GONE, SAME, changes_of, read_pack
from steward.data.quality.pack_uses import extend_mapping, lacking, mapped, parts_of
from steward.data.quality.planning import Item, composed, in_force
from steward.data.quality.trials import Trial, compared
from steward.kernel.errors import StewardError


@dataclass(frozen=True, slots=True)
class PackTrial:
    """The changed rules of a pack on one table; `error` where it could not be tried at all."""

    table: CheckedTable
    trials: list[Trial]
    error: str = ""

    @property
    def newly(self) -> int:
        """Faults that would be found in addition."""
        return sum(trial.newly or 0 for trial in self.trials)

    @property
    def freed(self) -> int:
        """Faults that would no longer be found."""
        return sum(trial.freed or 0 for trial in self.trials)


def try_pack(version: PackVersion, tables: list[CheckedTable], *, now: datetime) -> list[PackTrial]:
    """Every new, changed and cancelled rule on each of the tables that use the pack."""
    uses = PackUse.objects.filter(pack=version.pack, table__in=tables)
    return [_on(version, use, now=now) for use in uses.select_related("table", "pack")]


def _on(version: PackVersion, use: PackUse, *, now: datetime) -> PackTrial:
    table = use.table
    try:
        columns = collection.lake().describe(table.name).schema.names
        drafts = list(version.rule_versions.select_related("rule"))
        moved = _moved_rules(version)
        old: list[Item] = [
            (row, known, known.definition) for row, known in in_force(table) if row.rule_id in moved
        ]
        after = _with(use, version, drafts, now=now)
        new = _wanted(after, drafts, [row for row, _, _ in old])
        plans = (composed(table, columns, old), composed(after.table, columns, new))
        return PackTrial(table, compared(table, plans, now=now))
    except StewardError as error:
        return PackTrial(table, [], error.message)


def _moved_rules(version: PackVersion) -> set[int]:
    """The rules that the edition touches: changed, new or cancelled."""
    changes = changes_of(version.pack, read_pack(version.text))
    touched = {change.rule.pk for change in changes if change.rule and change.kind != SAME}
    gone = [change.id for change in changes if change.kind == GONE]
    rows = LibraryRule.objects.filter(pack=version.pack, pack_rule__in=gone)
    return touched | set(rows.values_list("pk", flat=True))


def _with(
    use: PackUse, version: PackVersion, drafts: list[RuleVersion], *, now: datetime
) -> PackUse:
    """The use as the edition would make it; nothing is saved."""
    after = copy(use)
    after.mapping, after.tables = dict(use.mapping), dict(use.tables)
    extend_mapping(after, parts_of(drafts), version)
    after.table = copy(use.table)
    wanted = {after.mapping.get(name, ""): kind for name, kind in version.columns.items()}
    wanted.pop("", None)
    after.table.types = {**use.table.types, **checked_types(use.table.name, wanted, now=now)}
    return after


def _wanted(after: PackUse, drafts: list[RuleVersion], held: list[RuleUse]) -> list[Item]:
    """The edition's new and changed rules; one that the table has keeps its place and level."""
    there = {row.rule_id: row for row in held}
    found: list[Item] = []
    for number, draft in enumerate(drafts, start=1):
        if lacking(after, draft.definition):
            continue
        columns, tables = mapped(after, draft.definition)
        row = copy(there[draft.rule_id]) if draft.rule_id in there else None
        if row is None:
            row = RuleUse(pk=-number, table=after.table, rule=draft.rule)
            row.severity = severity_of(draft.definition)
        row.mapping, row.tables = columns, tables
        found.append((row, draft, draft.definition))
    return found
