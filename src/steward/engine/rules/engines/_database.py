"""What engines that push a scan down to a database share."""

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping

from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.rules.engine import Batch, Session, Target
from steward.engine.rules.errors import RuleError, SourceError
from steward.engine.rules.files import write_batches
from steward.engine.rules.sources import Source

BATCH_ROWS = 10_000
_SECRET = re.compile(r"://[^@/]*@")


def without_secret(text: str) -> str:
    """An address or a driver's message with no user name and no password."""
    return _SECRET.sub("://", text)


def table_names(tables: Mapping[str, Source | str]) -> dict[str, str]:
    """Reference tables of a pushed-down run live in the same database."""
    names: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(table, str):
            raise SourceError(f"参照表“{name}”须是同一个数据库里的表名；跨库请先同步到一处")
        names[name] = table
    return names


class DatabaseSession(Session):
    """Schemas on demand, references by name, large answers streamed by a cursor."""

    def __init__(self, table: str, tables: Mapping[str, str]) -> None:
        self._names: dict[str | None, str] = {None: table}
        self._names.update(tables)
        self._schemas: dict[str | None, Mapping[str, DataType]] = {}

    def schema(self, table: str | None) -> Mapping[str, DataType]:
        if table not in self._names:
            self._names[table] = str(table)
        if table not in self._schemas:
            found = self._columns(self._names[table])
            if not found:
                self._missing(table)
            self._schemas[table] = found
        return self._schemas[table]

    def _missing(self, table: str | None) -> None:
        name = self._names[table]
        if table is None:
            raise SourceError(f"数据库里没有表“{name}”，或没有读它的权限")
        raise RuleError(f"数据库里没有参照表“{name}”，或没有读它的权限")

    def source(self) -> exp.Expr:
        return relation(self._names[None])

    def table(self, name: str) -> exp.Expr:
        self.schema(name)
        return relation(self._names[name])

    def save(self, query: exp.Expr, target: Target) -> None:
        write_batches(self._stream(self.render(query)), target)

    @abstractmethod
    def _columns(self, table: str) -> Mapping[str, DataType]:
        """Columns and types of a table, nothing where it does not exist."""

    @abstractmethod
    def _stream(self, sql: str) -> Iterator[Batch]: ...


def relation(name: str) -> exp.Table:
    """A table by its name, `schema.table` or `table`, always quoted."""
    *schema, table = name.split(".")
    database = exp.to_identifier(schema[-1], quoted=True) if schema else None
    return exp.Table(this=exp.to_identifier(table, quoted=True), db=database)
