"""What a kind sees while it compiles: typed columns, portable SQL, time, reference tables."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlglot import exp

from steward.engine.expressions import (
    DataType,
    Expression,
    PortableSql,
    bind_condition,
    compile_expression,
    parse_expression,
)
from steward.engine.expressions.sql import Sql, both, is_not_null, is_null
from steward.engine.rules.errors import RuleError
from steward.kernel.instants import local, local_date

SOURCE = "s"
LET = "_l"
_AS_TEXT = {DataType.TEXT, DataType.INTEGER, DataType.DECIMAL, DataType.DATE}


class Catalog(Protocol):
    """Where a rule set is compiled: an open session on an engine, or one known by schema only."""

    @property
    def sql(self) -> PortableSql: ...

    def schema(self, table: str | None) -> Mapping[str, DataType]:
        """The columns of a reference table, or of the source (None)."""

    def source(self) -> exp.Expr:
        """The checked table, not yet aliased."""

    def table(self, name: str) -> exp.Expr:
        """A reference table, not yet aliased."""

    def values(self, values: tuple[str, ...]) -> exp.Expr | None:
        """A relation with one text column `k0` holding the values; None: write them out."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A relation with unique keys `k0…`, left-joined to the rows by `keys`."""

    alias: str
    relation: exp.Expr
    keys: tuple[Sql, ...]


@dataclass(slots=True)
class Context:
    """Compiles one rule; collects the joins and inner columns that its condition needs."""

    catalog: Catalog
    prefix: str
    now: datetime
    declared: Mapping[str, DataType] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)
    lets: dict[str, Sql] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    when: Expression | None = None
    previous_rows: int | None = None
    previous: Mapping[str, object] = field(default_factory=dict)

    @property
    def sql(self) -> PortableSql:
        return self.catalog.sql

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def local_now(self) -> datetime:
        """The wall clock in Asia/Shanghai, without a zone, for columns that have none."""
        return local(self.now).replace(tzinfo=None)

    def resolve(self, name: str) -> str:
        """The column as the table writes it; case matters only where two differ by it."""
        schema = self.catalog.schema(None)
        found = resolve_column(name, schema)
        self.used[found] = None
        return found

    def column(self, name: str) -> tuple[Sql, DataType]:
        """The stored value with its stored type."""
        found = self.resolve(name)
        return exp.column(found, table=SOURCE, quoted=True), self.catalog.schema(None)[found]

    def text(self, name: str) -> Sql:
        value, kind = self.column(name)
        if kind not in _AS_TEXT:
            raise RuleError(f"列“{name}”的类型是{kind.label}，不能按文本检查", column=name)
        return self.sql.text(value, kind)

    def is_text(self, name: str) -> bool:
        return self.column(name)[1] is DataType.TEXT

    def value(self, name: str) -> tuple[Sql, DataType]:
        """The value with its declared type: text is parsed, and NULL where it does not parse."""
        value, kind = self.column(name)
        wanted = self.type_of(name)
        if wanted is kind:
            return value, kind
        readers = {
            DataType.INTEGER: self.sql.whole_of,
            DataType.DECIMAL: self.sql.number_of,
            DataType.FLOAT: self.sql.number_of,
            DataType.DATE: self.sql.date_of,
        }
        parsed = DataType.DECIMAL if wanted is DataType.FLOAT else wanted
        return readers[wanted](value), parsed

    def type_of(self, name: str) -> DataType:
        found = self.resolve(name)
        stored = self.catalog.schema(None)[found]
        wanted = self.declared.get(found, stored)
        if stored is DataType.TEXT and wanted in _READABLE:
            return wanted
        return stored

    def empty(self, name: str) -> Sql:
        """NULL, or only white space."""
        value, kind = self.column(name)
        if kind is not DataType.TEXT:
            return is_null(value)
        return exp.or_(is_null(value), self.sql.blank(value.copy()))

    def rows(self) -> exp.Expr:
        """The rows that a set rule is about, as what to select from: with `when`, only those."""
        source = exp.alias_(self.catalog.source(), SOURCE, table=True)
        if self.when is None:
            return source
        every = exp.Column(this=exp.Star(), table=exp.to_identifier(SOURCE, quoted=True))
        chosen = exp.select(every).from_(source).where(self.condition(self.when))
        return chosen.subquery(SOURCE)

    def condition(self, text: str | Expression) -> Sql:
        """A condition that a person wrote, over the columns of the source."""
        expression = parse_expression(text) if isinstance(text, str) else text
        types = {name: self._expression_type(name) for name in self.catalog.schema(None)}
        bound = bind_condition(expression, types)
        return compile_expression(
            bound, self.sql, lambda name: self.value(name)[0], today=self.today
        )

    def _expression_type(self, name: str) -> DataType:
        stored = self.catalog.schema(None)[name]
        wanted = self.declared.get(name, stored)
        if stored is DataType.TEXT and wanted in _READABLE:
            return DataType.DECIMAL if wanted is DataType.FLOAT else wanted
        return stored

    def let(self, value: Sql) -> Sql:
        """Compute a value once a row in an inner projection; it may use other such values.

        The name comes from the content, so that rules share what they have in common.
        """
        text = value.sql(dialect=self.sql.dialect, identify=True)
        name = LET + hashlib.blake2s(text.encode(), digest_size=5).hexdigest()
        self.lets[name] = value
        return exp.column(name, table=SOURCE, quoted=True)

    def found(self, relation: exp.Expr, keys: Sequence[Sql]) -> Sql:
        """Whether the keys occur in a relation with unique, non-NULL columns `k0…`."""
        alias = f"{self.prefix}j{len(self.lookups)}"
        self.lookups.append(Lookup(alias, relation, tuple(keys)))
        return is_not_null(exp.column("k0", table=alias, quoted=True))

    def among(self, value: Sql, values: tuple[str, ...]) -> Sql:
        """Whether a text is one of the values."""
        relation = self.catalog.values(values) if len(values) > 200 else None
        if relation is None:
            choices = [exp.Literal.string(item) for item in values]
            return self.sql.within(value, choices, DataType.TEXT)
        return self.found(relation, [self.sql.key(value, DataType.TEXT)])

    def members(self, table: str, columns: Sequence[str]) -> tuple[exp.Select, list[DataType]]:
        """The distinct keys of a reference table as `k0…`, without NULL."""
        schema = self.catalog.schema(table)
        names = [resolve_column(name, schema, table) for name in columns]
        parts = [exp.column(name, table="r", quoted=True) for name in names]
        kinds = [schema[name] for name in names]
        keys = [self.sql.key(part, kind) for part, kind in zip(parts, kinds, strict=True)]
        query = (
            exp.select(*(exp.alias_(key, f"k{i}", quoted=True) for i, key in enumerate(keys)))
            .distinct()
            .from_(exp.alias_(self.catalog.table(table), "r", table=True))
            .where(both(*(is_not_null(part.copy()) for part in parts)))
        )
        return query, kinds


_READABLE = {DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT, DataType.DATE}


def resolve_column(name: str, schema: Mapping[str, DataType], table: str | None = None) -> str:
    """The one column of that name, regardless of case where only one fits."""
    if name in schema:
        return name
    folded = [item for item in schema if item.casefold() == name.casefold()]
    if len(folded) == 1:
        return folded[0]
    place = f"表“{table}”" if table else "数据"
    known = "、".join(schema) or "（没有列）"
    raise RuleError(f"{place}里没有列“{name}”，现有列：{known}", column=name)
