"""The SQL of a rule set as text, for an engine that we do not connect to, and for review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.rules.context import Context
from steward.engine.rules.engine import Engine, engines
from steward.engine.rules.engines._database import relation
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import GroupKind, RowKind, TableKind, kinds
from steward.engine.rules.model import Rule, RuleSet
from steward.engine.rules.plan import Part, Scan, attach, counted_rows, group_part, row_part
from steward.kernel.errors import StewardError


@dataclass(frozen=True, slots=True)
class Described:
    """A table known by its schema only: name and column types; references likewise."""

    table: str
    columns: Mapping[str, DataType]
    references: Mapping[str, Mapping[str, DataType]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GeneratedSql:
    """Queries by purpose; `groups` and `tables` by rule id; `errors` of rules left out."""

    counts: str
    failing: str
    groups: Mapping[str, str]
    tables: Mapping[str, tuple[str, ...]]
    errors: Mapping[str, str]


class _Catalog:
    """Compiles without a connection."""

    def __init__(self, engine: Engine, described: Described) -> None:
        self.sql = engine.sql()
        self.described = described

    def schema(self, table: str | None) -> Mapping[str, DataType]:
        if table is None:
            return self.described.columns
        if table not in self.described.references:
            raise RuleError(f"没有登记参照表“{table}”的列")
        return self.described.references[table]

    def source(self) -> exp.Expr:
        return relation(self.described.table)

    def table(self, name: str) -> exp.Expr:
        return relation(name)

    def values(self, values: tuple[str, ...]) -> exp.Expr | None:
        del values
        return None

    def text(self, query: exp.Expr) -> str:
        return query.sql(dialect=self.sql.dialect, identify=True, pretty=True)


def generate_sql(
    rule_set: RuleSet, engine_code: str, described: Described, *, now: datetime
) -> GeneratedSql:
    """All queries of a rule set in an engine's dialect; nothing is run."""
    catalog = _Catalog(engines.get(engine_code)(), described)
    parts: list[Part] = []
    found: dict[str, dict[str, Any]] = {"groups": {}, "tables": {}, "errors": {}}
    for index, rule in enumerate(rule_set.rules):
        context = Context(catalog, f"_r{index}", now, rule_set.columns, when=rule.when)
        try:
            _one(rule, context, (parts, found))
        except StewardError as error:
            found["errors"][rule.id] = error.message
    scan = Scan(catalog, parts, rule_set.key, _values(parts, rule_set.key))
    return GeneratedSql(catalog.text(scan.counts()), catalog.text(scan.failing()), **found)


def _one(rule: Rule, context: Context, place: tuple[list[Part], dict[str, dict[str, Any]]]) -> None:
    parts, found = place
    kind = kinds.get(rule.kind)()
    catalog = context.catalog
    if not isinstance(catalog, _Catalog):
        raise TypeError("not a description")
    if isinstance(kind, TableKind):
        queries = kind.queries(rule.parameters, context)
        found["tables"][rule.id] = tuple(map(catalog.text, queries))
    elif isinstance(kind, GroupKind):
        part = group_part(rule, kind, context)
        probe = part.probe
        if probe is not None and probe.counted:
            found["groups"][rule.id] = catalog.text(counted_rows(probe.groups))
        if probe is not None:
            parts.append(attach(part, probe.groups, context.prefix))
    elif isinstance(kind, RowKind):
        parts.append(row_part(rule, kind, context))


def _values(parts: Sequence[Part], keys: Sequence[str]) -> tuple[str, ...]:
    read = dict.fromkeys(name for part in parts for name in part.columns)
    return tuple(name for name in read if name not in keys)
