"""From a rule set to queries: one scan for all row rules, one grouped query for each set rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from steward.engine.expressions.sql import Sql, add, both, case, is_not_null, is_null, number, wrap
from steward.engine.rules.context import SOURCE, Catalog, Context, Lookup
from steward.engine.rules.kind import GroupKind, Probe, RowKind
from steward.engine.rules.model import Rule

BITS = 62
MASK = "_mask"


@dataclass(slots=True)
class Part:
    """One rule's share of the scan: the condition that is true for a bad row, and its joins."""

    rule: Rule
    bad: Sql
    lookups: Sequence[Lookup] = ()
    lets: Mapping[str, Sql] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    probe: Probe | None = None
    when: Sql | None = None


def row_part(rule: Rule, kind: RowKind[Any], context: Context) -> Part:
    bad = kind.bad(rule.parameters, context)
    if rule.when is not None:
        bad = both(wrap(context.condition(rule.when)), wrap(bad))
    columns = _columns(kind, rule, context)
    return Part(rule, bad, tuple(context.lookups), dict(context.lets), columns)


def group_part(rule: Rule, kind: GroupKind[Any], context: Context) -> Part:
    """The join to its groups comes from `attach`, once they are held."""
    probe = kind.probe(rule.parameters, context)
    columns = _columns(kind, rule, context)
    when = None if rule.when is None else wrap(context.condition(rule.when))
    part = Part(rule, exp.false(), columns=columns, probe=probe, when=when)
    return attach(part, probe.groups, context.prefix)


def narrowed(part: Part, source: exp.Expr) -> Part:
    """The same rule by the source's own keys that it blames, in place of those of another table."""
    if part.probe is None:
        raise ValueError("not a group rule")
    probe = part.probe
    on = [
        exp.EQ(this=key.copy(), expression=exp.column(f"k{i}", table="m", quoted=True))
        for i, key in enumerate(probe.keys)
    ]
    members = probe.groups.copy()
    members.set("distinct", None)
    there = exp.Exists(this=exp.select(number(1)).from_(members.subquery("m")).where(*on))
    blamed = [is_not_null(key.copy()) for key in probe.keys]
    blamed.append(exp.Not(this=there) if probe.missing else there)
    if part.when is not None:
        blamed.append(wrap(part.when.copy()))
    names = [exp.alias_(key.copy(), f"k{i}", quoted=True) for i, key in enumerate(probe.keys)]
    found = exp.select(*names).distinct().from_(exp.alias_(source, SOURCE, table=True))
    return replace(part, probe=Probe(probe.keys, found.where(*blamed), counted=False))


def attach(part: Part, relation: exp.Expr, prefix: str) -> Part:
    """Join the rows to the groups: a query, or the table that holds its answer."""
    if part.probe is None:
        raise ValueError("not a group rule")
    alias = f"{prefix}g"
    hit = exp.column("k0", table=alias, quoted=True)
    bad: Sql = is_not_null(hit)
    if part.probe.missing:
        filled = [is_not_null(key.copy()) for key in part.probe.keys]
        bad = both(*filled, is_null(hit))
    if part.when is not None:
        bad = both(part.when.copy(), wrap(bad))
    lookup = Lookup(alias, relation, part.probe.keys)
    return replace(part, bad=bad, lookups=(lookup,), lets={})


def _columns(kind: Any, rule: Rule, context: Context) -> tuple[str, ...]:
    named = [context.resolve(name) for name in kind.columns(rule.parameters)]
    if rule.when is not None:
        named += [context.resolve(name) for name in rule.when.columns]
    return tuple(dict.fromkeys(named))


@dataclass(slots=True)
class Scan:
    """The one pass over the rows; bits are given to the parts in their order."""

    catalog: Catalog
    parts: Sequence[Part]
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    source: exp.Expr | None = field(default=None)

    @property
    def masks(self) -> list[str]:
        return [f"{MASK}{index}" for index in range(max(1, -(-len(self.parts) // BITS)))]

    def rows(self) -> exp.Select:
        """Every row: its key, its values, its masks."""
        names = dict.fromkeys((*self.keys, *self.values))
        columns: list[exp.Expr] = [
            exp.alias_(exp.column(name, table=SOURCE, quoted=True), name, quoted=True)
            for name in names
        ]
        for index, name in enumerate(self.masks):
            mine = self.parts[index * BITS : (index + 1) * BITS]
            columns.append(exp.alias_(_mask(mine), name, quoted=True))
        query = exp.select(*columns, copy=False).from_(self._from(), copy=False)
        for lookup in self._lookups():
            query.join(_aliased(lookup), on=_on(lookup), join_type="left", copy=False)
        return query

    def failing(self) -> exp.Select:
        """The rows that break any rule."""
        some = [
            exp.NEQ(this=exp.column(name, table="f", quoted=True), expression=number(0))
            for name in self.masks
        ]
        rows = self.rows().subquery("f", copy=False)
        return exp.select(exp.Star()).from_(rows, copy=False).where(exp.or_(*some), copy=False)

    def counts(self) -> exp.Select:
        """How many rows have each combination of masks."""
        columns = [exp.column(name, table="f", quoted=True) for name in self.masks]
        total = exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True)
        rows = self.rows().subquery("f", copy=False)
        query = exp.select(*columns, total, copy=False).from_(rows, copy=False)
        return query.group_by(*(column.copy() for column in columns), copy=False)

    def _from(self) -> exp.Expr:
        """The source, under a projection for each level of values computed once a row."""
        relation = exp.alias_(self.source or self.catalog.source(), SOURCE, table=True)
        lets = {name: value for part in self.parts for name, value in part.lets.items()}
        for level in _levels(lets):
            columns = [exp.alias_(lets[name].copy(), name, quoted=True) for name in level]
            star = exp.Column(this=exp.Star(), table=exp.to_identifier(SOURCE, quoted=True))
            query = exp.select(star, *columns, copy=False).from_(relation, copy=False)
            relation = query.subquery(SOURCE, copy=False)
        return relation

    def _lookups(self) -> Iterable[Lookup]:
        return (lookup for part in self.parts for lookup in part.lookups)


def _levels(lets: Mapping[str, Sql]) -> list[list[str]]:
    """The names by how deeply their values build on each other, innermost first."""
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            used = {column.name for column in lets[name].find_all(exp.Column)} & lets.keys()
            depths[name] = 1 + max(map(depth, used), default=-1)
        return depths[name]

    levels: dict[int, list[str]] = {}
    for name in lets:
        levels.setdefault(depth(name), []).append(name)
    return [levels[level] for level in sorted(levels)]


def _mask(parts: Sequence[Part]) -> Sql:
    bits = [_bit(part.bad, 2**bit) for bit, part in enumerate(parts)]
    return add(*bits) if bits else number(0)


def _bit(bad: Sql, bit: int) -> Sql:
    """The bit where the condition holds, else 0; a CASE gives its number itself."""
    if isinstance(bad, exp.Boolean):
        return number(bit if bad.this else 0)
    if not isinstance(bad, exp.Case) or bad.this is not None:
        return case((bad.copy(), number(bit)), default=number(0))
    branches = [(branch.this.copy(), _bit(branch.args["true"], bit)) for branch in bad.args["ifs"]]
    default = bad.args.get("default")
    return case(*branches, default=number(0) if default is None else _bit(default, bit))


def _aliased(lookup: Lookup) -> exp.Expr:
    relation = lookup.relation.copy()
    if isinstance(relation, exp.Select):
        return relation.subquery(lookup.alias)
    return exp.alias_(relation, lookup.alias, table=True)


def _on(lookup: Lookup) -> Sql:
    return both(
        *(
            exp.EQ(this=key.copy(), expression=exp.column(f"k{i}", table=lookup.alias, quoted=True))
            for i, key in enumerate(lookup.keys)
        )
    )


def counted_rows(relation: exp.Expr) -> exp.Select:
    """How many rows the failing groups have together."""
    total = exp.Coalesce(
        this=exp.Sum(this=exp.column("n", table="g", quoted=True)), expressions=[number(0)]
    )
    from_ = (
        relation.copy().subquery("g")
        if isinstance(relation, exp.Select)
        else exp.alias_(relation.copy(), "g", table=True)
    )
    return exp.select(exp.alias_(total, "n", quoted=True)).from_(from_)
