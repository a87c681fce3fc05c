"""Packs on tables: all rules at once, columns and other tables mapped, and kept in step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.audit import api as audit
from steward.data.collection import api as collection
from steward.data.quality.choices import VersionState
from steward.data.quality.column_types import LABELS, checked_types
from steward.data.quality.definitions import reference_of, roles_of, severity_of
from steward.data.quality.models import (
    CheckedTable,
    PackUse,
    PackVersion,
    RulePack,
    RuleUse,
    RuleVersion,
)
from steward.data.quality.tables import InvalidTableError, columns_of
from steward.engine.rules import offered_pack
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError


@dataclass(frozen=True, slots=True, kw_only=True)
class PackUseDraft:
    """A pack on a table. `columns`: the pack's column → the table's; `tables`: the pack's name of
    another table → table of the lake. What is left out has the same name, or the usual one; an
    empty text says that there is none, and the rules that need it are skipped."""

    code: str
    columns: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackUseInfo:
    """What came of it: rules put on the table, and those skipped with the reason."""

    id: int
    rules: int
    skipped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Which columns and other tables the rules of a pack speak of."""

    columns: tuple[str, ...]
    tables: tuple[str, ...]


def parts_of(rules: list[RuleVersion]) -> Parts:
    """Columns and tables in the order in which the rules name them."""
    columns = dict.fromkeys(name for row in rules for name in roles_of(row.definition))
    tables = dict.fromkeys(filter(None, (reference_of(row.definition) for row in rules)))
    return Parts(tuple(columns), tuple(tables))


def rules_in_force(pack: RulePack) -> list[RuleVersion]:
    """The newest approved version of each of the pack's rules, in the order of the file."""
    rows = RuleVersion.objects.filter(
        rule__pack=pack, rule__is_retired=False, state=VersionState.APPROVED
    ).select_related("rule")
    newest = {row.rule_id: row for row in rows.order_by("number")}
    return [newest[key] for key in sorted(newest)]


def usual_column(name: str, columns: list[str]) -> str:
    """The table's column of that name, whatever its case; empty where it has none."""
    return next((own for own in columns if own.casefold() == name.casefold()), "")


def usual_table(pack: RulePack, name: str, stated: Mapping[str, str]) -> str:
    """The table of the lake that a pack's name of another table usually means, if it is there."""
    offered = offered_pack(pack.code)
    guesses = [offered.tables.get(name, "") if offered is not None else ""]
    plain = stated.get(name, name)
    guesses += [plain, f"ods.{plain}", f"dwd.{plain}"]
    lake = set(collection.lake().tables())
    return next((guess for guess in guesses if guess in lake), "")


@transaction.atomic
def use_pack(table_id: int, draft: PackUseDraft, *, by: Actor, now: datetime) -> PackUseInfo:
    """Put every rule of a pack on a table; again with another mapping where it is there already.

    InvalidTableError names all columns and tables at once that have no counterpart.
    """
    table = CheckedTable.objects.select_for_update(of=("self",)).get(pk=table_id)
    pack = RulePack.objects.filter(code=draft.code).first()
    rules = rules_in_force(pack) if pack is not None else []
    if pack is None or not rules:
        raise InvalidTableError(f"规则包“{draft.code}”没有批准的版本，请先导入并审核", field="code")
    version = pack.versions.filter(state=VersionState.APPROVED).first()
    stated = version.tables if version is not None else {}
    parts = parts_of(rules)
    own = columns_of(table.name)
    columns = _columns(parts, draft.columns, own)
    tables = _tables(parts, draft.tables, (pack, stated))
    row, _ = PackUse.objects.update_or_create(
        table=table,
        pack=pack,
        defaults={"mapping": columns, "tables": tables},
        create_defaults={"mapping": columns, "tables": tables, "created_by": by.label,
                         "created_at": now},
    )  # fmt: skip
    _declare(row, version.columns if version is not None else {}, by=by, now=now)
    count = _put(row, rules, by=by, now=now)
    audit.record("quality.pack.used", table.subject, by=by, now=now,
                 after={"pack": pack.name, "rules": count})  # fmt: skip
    return PackUseInfo(row.pk, count, tuple((name, why) for name, why in row.skipped))


def _columns(parts: Parts, given: Mapping[str, str], own: list[str]) -> dict[str, str]:
    found, missing = {}, []
    for name in parts.columns:
        wanted = given.get(name)
        if wanted == "":
            found[name] = ""
            continue
        found[name] = usual_column(wanted or name, own)
        if not found[name]:
            missing.append(wanted or name)
    if missing:
        raise InvalidTableError(
            f"规则包里的列“{'”“'.join(missing)}”在表里没有对应的列，请逐列选择，或选“没有这一列”；"
            f"表里的列：{'、'.join(own)}",
            field="columns",
        )
    return found


def _tables(
    parts: Parts, given: Mapping[str, str], place: tuple[RulePack, Mapping[str, str]]
) -> dict[str, str]:
    found, missing = {}, []
    lake = set(collection.lake().tables())
    for name in parts.tables:
        wanted = given.get(name)
        if wanted == "":
            found[name] = ""
            continue
        if wanted is not None and wanted not in lake:
            raise InvalidTableError(f"数据湖里没有表“{wanted}”，请先归集", field="tables")
        found[name] = wanted or usual_table(place[0], name, place[1])
        if not found[name]:
            missing.append(name)
    if missing:
        raise InvalidTableError(
            f"规则要对照的表“{'”“'.join(missing)}”还没有归集，请选择数据湖里的表，或选“没有这张表”",
            field="tables",
        )
    return found


def _declare(use: PackUse, types: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """The pack's types of text columns become the table's; two opinions are a conflict."""
    table = use.table
    wanted = {use.mapping.get(name, ""): kind for name, kind in types.items()}
    wanted.pop("", None)
    found = checked_types(table.name, wanted, now=now)
    for name, kind in found.items():
        if table.types.get(name, kind) != kind:
            raise InvalidTableError(
                f"列“{name}”已声明为{LABELS[table.types[name]]}，规则包要当作{LABELS[kind]}；"
                "请先在“列类型”里改正",
                field="columns",
            )
    merged = {**table.types, **found}
    if merged != table.types:
        audit.record("quality.table.types", table.subject, by=by, now=now, before=table.types,
                     after=merged)  # fmt: skip
        table.types = merged
        table.save(update_fields=["types"])


def _put(
    use: PackUse, rules: list[RuleVersion], *, by: Actor, now: datetime, faults: Sequence[str] = ()
) -> int:
    """The rules on the table as the mapping says; those that lost their columns rest."""
    there: dict[int, list[RuleUse]] = {}
    for row in RuleUse.objects.filter(table=use.table, rule__pack=use.pack).order_by("pk"):
        there.setdefault(row.rule_id, []).append(row)
    skipped, count = [["列类型", words] for words in faults], 0
    for version in rules:
        held = there.get(version.rule_id, [])
        if why := lacking(use, version.definition):
            skipped.append([version.rule.name, why])
            RuleUse.objects.filter(pk__in=[row.pk for row in held]).update(is_active=False)
            continue
        _put_one(use, version, held, by=by, now=now)
        count += 1
    use.skipped = skipped
    use.save(update_fields=["skipped"])
    return count


def lacking(use: PackUse, definition: Mapping[str, Any]) -> str:
    """Why a rule cannot be checked on the table; empty where it can."""
    for role in roles_of(definition):
        if not use.mapping.get(role):
            return f"表里没有列“{role}”"
    name = reference_of(definition)
    return f"没有对照的表“{name}”" if name and not use.tables.get(name) else ""


def mapped(use: PackUse, definition: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """The columns and tables of one rule as its use keeps them."""
    columns = {role: use.mapping[role] for role in roles_of(definition)}
    name = reference_of(definition)
    return columns, {name: use.tables[name]} if name else {}


def _put_one(
    use: PackUse, version: RuleVersion, held: list[RuleUse], *, by: Actor, now: datetime
) -> None:
    """One rule on the table: the use that is there follows the mapping, or a new one is made."""
    columns, tables = mapped(use, version.definition)
    same = next((row for row in held if row.mapping == columns), None)
    row = same or (held[0] if len(held) == 1 else None)
    if row is not None:
        row.mapping, row.tables, row.is_active = columns, tables, True
        row.save(update_fields=["mapping", "tables", "is_active"])
        return
    RuleUse.objects.create(
        table=use.table,
        rule=version.rule,
        mapping=columns,
        tables=tables,
        severity=severity_of(version.definition),
        created_by=by.label,
        created_at=now,
    )


def follow_pack(version: PackVersion, *, by: Actor, now: datetime) -> None:
    """Bring every table that uses a pack in step with an edition that came into force.

    A new column of the pack that the table has under the same name is taken; one that it lacks
    leaves the rule out, and the table's page says so.
    """
    rules = rules_in_force(version.pack)
    parts = parts_of(rules)
    for use in PackUse.objects.filter(pack=version.pack).select_related("table", "pack"):
        extend_mapping(use, parts, version)
        use.save(update_fields=["mapping", "tables"])
        faults = []
        try:
            _declare(use, version.columns, by=by, now=now)
        except StewardError as error:
            faults = [error.message]
        _follow_severity(use, version)
        _put(use, rules, by=by, now=now, faults=faults)


def extend_mapping(use: PackUse, parts: Parts, version: PackVersion) -> None:
    """Parts that an edition adds, by their usual names."""
    own = columns_of(use.table.name) if collection.lake().exists(use.table.name) else []
    for name in parts.columns:
        use.mapping.setdefault(name, usual_column(name, own))
    for name in parts.tables:
        use.tables.setdefault(name, usual_table(use.pack, name, version.tables))


def _follow_severity(use: PackUse, version: PackVersion) -> None:
    """A table that kept the pack's own level of a rule takes the new one."""
    for row in version.rule_versions.select_related("rule"):
        before = (
            RuleVersion.objects.filter(
                rule=row.rule, state=VersionState.APPROVED, number__lt=row.number
            )
            .order_by("-number")
            .first()
        )
        if before is not None:
            RuleUse.objects.filter(
                table=use.table, rule=row.rule, severity=severity_of(before.definition)
            ).update(severity=severity_of(row.definition))
