"""Kinds of rules: what an extension file in `kinds/` derives from."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import Field
from sqlglot import exp

from steward.engine.expressions.sql import Sql, case, is_null
from steward.engine.rules.context import Context
from steward.engine.rules.model import Dimension, Parameters
from steward.kernel.registry import Extension, Registry

P = TypeVar("P", bound=Parameters)
Value = str | int | float | bool | None


class Kind(Extension, Generic[P]):
    """One kind of rule; `message` may use {column names} and {parameter names}."""

    description: ClassVar[str]
    dimension: ClassVar[Dimension]
    Parameters: ClassVar[type[Parameters]]
    message: ClassVar[str]
    remedy: ClassVar[str]
    empty_policy: ClassVar[str]

    def columns(self, parameters: P) -> tuple[str, ...]:
        """The columns of the checked table that the parameters name."""
        single = getattr(parameters, "column", None)
        several = getattr(parameters, "columns", ())
        return (single,) if isinstance(single, str) else tuple(several)


class RowKind(Kind[P]):
    """A kind that one row decides.

    `depends_on_more` is true where the answer for an unchanged row may change by itself: with
    time, or with another table. Such rules are never checked incrementally.
    """

    def depends_on_more(self, parameters: P) -> bool:
        del parameters
        return False

    @abstractmethod
    def bad(self, parameters: P, context: Context) -> Sql:
        """One boolean expression, true for a bad row; NULL counts as not bad."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How a group kind marks rows: by a join to groups with unique keys `k0…`.

    `groups` yields `k0…` and, where `counted`, `n`: the rows of each failing group. A row is bad
    if its keys are found there, or, with `missing`, if they are not found and none is NULL.
    `repeated` holds where the groups are the keys that occur more than once among the source's
    rows that meet it: an engine may then look for those in its own way first.
    """

    keys: tuple[Sql, ...]
    groups: exp.Select
    counted: bool = True
    missing: bool = False
    repeated: Sql | None = None


class GroupKind(Kind[P]):
    """A kind that a grouped query decides; every row of a failing group is failing."""

    @abstractmethod
    def probe(self, parameters: P, context: Context) -> Probe: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a table kind: observed values, and why it passed or failed."""

    passed: bool
    observed: Mapping[str, Value] = field(default_factory=dict)
    detail: str = ""


Rows = Sequence[Sequence[Any]]


class TableKind(Kind[P]):
    """A kind about the table as a whole: no row is to blame."""

    @abstractmethod
    def queries(self, parameters: P, context: Context) -> list[exp.Select]:
        """Small queries over the source; their rows go to `judge` in the same order."""

    @abstractmethod
    def judge(self, parameters: P, answers: Sequence[Rows], context: Context) -> Verdict: ...


class ColumnParameters(Parameters):
    """A rule about one column."""

    column: str = Field(min_length=1, description="检查的列")


class FormatParameters(ColumnParameters):
    """A rule about how a value is written."""

    empty: Literal["ignore", "fail"] = Field(
        default="ignore", description="空值和空白：ignore 不算不合格，fail 算不合格"
    )


F = TypeVar("F", bound=FormatParameters)


class FormatKind(RowKind[F]):
    """A kind about the form of a text: NULL and blank are not its business unless told so."""

    empty_policy = "空值和空白默认不算不合格（empty: fail 时算）"

    @abstractmethod
    def conforms(self, parameters: F, context: Context, text: Sql) -> Sql:
        """True where the text has the right form."""

    def bad(self, parameters: F, context: Context) -> Sql:
        text = context.text(parameters.column)
        fine = (self.conforms(parameters, context, text), exp.false())
        if parameters.empty == "fail":
            return case(fine, default=exp.true())
        nothing = (is_null(text.copy()), exp.false())
        blank = (context.sql.blank(text.copy()), exp.false())
        return case(fine, nothing, blank, default=exp.true())


kinds: Registry[Kind[Any]] = Registry("steward.engine.rules.kinds")


def all_kinds() -> tuple[type[Kind[Any]], ...]:
    """Every kind of rule, by code; for pages that let a person choose."""
    return tuple(kinds)
