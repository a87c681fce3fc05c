"""From the rules on a table to one rule set: a rule that does not fit is reported alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from steward.data.collection import api as collection
from steward.data.quality.choices import VersionState
from steward.data.quality.column_types import declared
from steward.data.quality.definitions import fitted, roles_of, rule_of
from steward.data.quality.models import CheckedTable, RuleUse, RuleVersion
from steward.engine.lake.names import TableName
from steward.engine.rules import Rule, RuleSet, Source, open_delta
from steward.kernel.errors import StewardError

KEEP: Final = "_keep"
MOST_COLUMNS: Final = 60


@dataclass(frozen=True, slots=True)
class Planned:
    """A rule on a table at the version in force."""

    use: RuleUse
    version: RuleVersion
    rule: Rule


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule on a table that cannot be checked, and why."""

    use: RuleUse
    version: RuleVersion
    reason: str


@dataclass(slots=True)
class Plan:
    """What one run checks."""

    rule_set: RuleSet
    planned: list[Planned] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    tables: dict[str, Source | str] = field(default_factory=dict)


def location_of(table: str) -> str:
    """Where a table of the lake lies."""
    return str(TableName.parse(table).path(collection.lake().root))


def plan_of(
    table: CheckedTable, columns: Sequence[str], *, instead: Mapping[int, Mapping[str, Any]] = {}
) -> Plan:
    """The rules in force on a table; `instead`: rule id → a definition to try in its place."""
    items = [
        (use, version, instead.get(use.rule_id, version.definition))
        for use, version in in_force(table, instead=instead)
    ]
    return composed(table, columns, items)


Item = tuple[RuleUse, RuleVersion, Mapping[str, Any]]


def composed(table: CheckedTable, columns: Sequence[str], items: Iterable[Item]) -> Plan:
    """One plan of rules on a table; a rule that does not fit is refused alone."""
    types = declared(table, columns)
    plan = Plan(RuleSet(name=table.title, version="1", rules=(), key=tuple(table.keys)))
    for use, version, definition in items:
        try:
            rule = _rule(use, version, definition, columns=columns)
        except StewardError as error:
            plan.refused.append(Refused(use, version, error.message))
            continue
        plan.planned.append(Planned(use, version, rule))
        _add_reference(plan, rule)
    plan.rule_set = RuleSet(
        name=table.title,
        version="1",
        rules=(_keeper(columns), *(item.rule for item in plan.planned)),
        key=tuple(table.keys),
        columns=types,
    )
    return plan


def in_force(
    table: CheckedTable, *, instead: Mapping[int, Mapping[str, Any]] = {}
) -> list[tuple[RuleUse, RuleVersion]]:
    """The active rules on a table, each with its newest approved version.

    A rule to be tried needs no approved version yet.
    """
    uses = list(table.uses.select_related("rule").filter(is_active=True, rule__is_retired=False))
    newest: dict[int, RuleVersion] = {}
    rows = RuleVersion.objects.filter(rule__in=[use.rule_id for use in uses]).order_by("number")
    for version in rows:
        if version.state == VersionState.APPROVED:
            newest[version.rule_id] = version
        elif version.rule_id in instead:
            newest.setdefault(version.rule_id, version)
    return [(use, newest[use.rule_id]) for use in uses if use.rule_id in newest]


def _rule(
    use: RuleUse, version: RuleVersion, definition: Mapping[str, Any], *, columns: Sequence[str]
) -> Rule:
    there = {name.casefold() for name in columns}
    for role in roles_of(definition):
        own = use.mapping.get(role) or role
        if own.casefold() not in there:
            raise StewardError(f"表里没有列“{own}”，请在规则配置里改列对应")
    return rule_of(
        fitted(definition, use.mapping, use.tables),
        id=use.code,
        name=name_of(use),
        severity=use.severity,
        version=str(version.number),
    )


def name_of(use: RuleUse) -> str:
    """The rule's name, with the table's own column where the rule is reused under another."""
    other = [own for role, own in use.mapping.items() if own and own != role]
    return f"{use.rule.name}（{'、'.join(other)}）" if other else use.rule.name


def _add_reference(plan: Plan, rule: Rule) -> None:
    """Reference tables are tables of the lake; one that is missing fails its rule alone."""
    name = getattr(rule.parameters, "table", None)
    if isinstance(name, str) and name not in plan.tables and "." in name:
        try:
            if collection.lake().exists(name):
                plan.tables[name] = open_delta(location_of(name))
        except StewardError:
            return


def _keeper(columns: Sequence[str]) -> Rule:
    """A rule nothing breaks: it makes the engine keep whole rows beside the keys.

    Its last branch is never taken, so that a text is not read as a date for nothing.
    """
    quoted = ['"' + name.replace('"', '""') + '"' for name in columns[:MOST_COLUMNS]]
    others = " OR ".join(f"{name} IS NULL" for name in quoted)
    return rule_of(
        {"kind": "expression", "condition": f"CASE WHEN 1 = 1 THEN 1 = 1 ELSE {others} END"},
        id=KEEP,
        name="保留整行",
    )
