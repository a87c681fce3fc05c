"""Engines: what a file in `engines/` derives from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sqlglot import exp

from steward.engine.expressions import DataType, PortableSql
from steward.engine.rules.kind import Probe
from steward.engine.rules.sources import Source
from steward.kernel.errors import StewardError
from steward.kernel.registry import Extension, Registry


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use: `memory` as DuckDB writes it, `threads` 0 for all cores."""

    memory: str = "1500MB"
    threads: int = 0
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A Parquet file to write: logical types of the columns, and what its footer says."""

    path: Path
    types: Mapping[str, DataType]
    metadata: Mapping[str, str]


class Session(ABC):
    """An open source on an engine, one snapshot of it where the engine can."""

    sql: PortableSql
    notes: tuple[str, ...] = ()
    row_key: tuple[str, ...] = ()

    @abstractmethod
    def schema(self, table: str | None) -> Mapping[str, DataType]: ...

    @abstractmethod
    def source(self) -> exp.Expr: ...

    @abstractmethod
    def table(self, name: str) -> exp.Expr: ...

    def values(self, values: tuple[str, ...]) -> exp.Expr | None:
        del values
        return None

    def groups(self, name: str, probe: Probe) -> exp.Select:
        """The query of the failing groups; an engine may narrow it by something it found first."""
        del name
        return probe.groups

    def pays_to_narrow(self, probe: Probe) -> bool:
        """Whether the keys that a rule blames should be found before the pass (`plan.narrowed`).

        For engines whose pass would otherwise carry whole rows through a join too big for memory.
        """
        del probe
        return False

    def hold(self, name: str, query: exp.Select) -> exp.Expr:
        """The query's rows as a relation; engines that may write keep them in a scratch table."""
        del name
        return query.subquery()

    def render(self, query: exp.Expr) -> str:
        return query.sql(dialect=self.sql.dialect, identify=True)

    @abstractmethod
    def rows(self, query: exp.Expr) -> Sequence[Sequence[Any]]:
        """All rows of a small answer; raises RuleError or SourceError."""

    @abstractmethod
    def save(self, query: exp.Expr, target: Target) -> None:
        """Stream a large answer into a Parquet file."""

    def sample(self) -> exp.Expr:
        """A few rows of the source, for the dry run of a rule."""
        few = exp.select(exp.Star()).from_(exp.alias_(self.source(), "d", table=True))
        return few.limit(100).subquery()


class Engine(Extension):
    """An execution engine."""

    schemes: ClassVar[tuple[str, ...]] = ()
    sql: ClassVar[type[PortableSql]]

    @abstractmethod
    def accepts(self, source: Source) -> bool: ...

    @abstractmethod
    def open(
        self, source: Source, *, tables: Mapping[str, Source | str], limits: Limits
    ) -> AbstractContextManager[Session]:
        """Connect; raise SourceError where the source cannot be read."""


engines: Registry[Engine] = Registry("steward.engine.rules.engines")


def all_engines() -> tuple[type[Engine], ...]:
    """Every engine, by code."""
    return tuple(engines)


class NoEngineError(StewardError):
    """No engine reads this kind of source."""

    code = "rules.no_engine"
    status = 422


def engine_for(source: Source) -> Engine:
    """The engine that runs where the data is."""
    for cls in engines:
        engine = cls()
        if engine.accepts(source):
            return engine
    schemes = "、".join(scheme for cls in engines for scheme in cls.schemes)
    raise NoEngineError(f"没有能检查这种数据的引擎；数据库地址可用：{schemes}")


Batch = list[tuple[Any, ...]]
Batches = Iterator[Batch]
