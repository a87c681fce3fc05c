"""How incoming rows meet the schema of a table: nothing is dropped, nothing is cut, by accident."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from steward.engine.lake.duck import ident
from steward.engine.lake.errors import SchemaMismatchError
from steward.engine.lake.types import duck_type, storable, widens


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What the caller allows when columns do not agree.

    `new`: columns the table lacks are refused or added; `missing`: columns the rows lack are
    refused or filled with NULL; `dropped`: columns an overwrite may take away, by name.
    """

    new: Literal["error", "add"] = "error"
    missing: Literal["error", "null"] = "error"
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The schema after the write, the columns it adds, and one expression per column."""

    schema: pa.Schema
    added: tuple[pa.Field, ...]
    expressions: tuple[str, ...]

    def select(self, relation: str) -> str:
        """`SELECT` that turns incoming rows into rows of the table."""
        return f"SELECT {', '.join(self.expressions)} FROM {relation}"  # noqa: S608


def fit(incoming: pa.Schema, present: pa.Schema, rules: Fit, *, table: str) -> Fitted:
    """How to append rows of `incoming` to a table; SchemaMismatchError names every column."""
    wanted = storable(incoming)
    added = tuple(field for field in wanted if field.name not in present.names)
    if added and rules.new == "error":
        raise SchemaMismatchError(
            f"表“{table}”没有列{_quoted([f.name for f in added])}；如需增加，请允许新增列",
            columns=[field.name for field in added],
        )
    missing = [name for name in present.names if name not in wanted.names]
    if missing and rules.missing == "error":
        raise SchemaMismatchError(
            f"写入“{table}”的数据缺少列{_quoted(missing)}；如确实没有，请允许以空值补齐",
            columns=missing,
        )
    untyped = {field.name for field in incoming if pa.types.is_null(field.type)}
    _check_types([f for f in wanted if f.name not in untyped], present, table)
    schema = pa.schema([*present, *added])
    return Fitted(
        schema=schema,
        added=added,
        expressions=tuple(_expression(field, wanted.names) for field in schema),
    )


def replace(incoming: pa.Schema, present: pa.Schema, rules: Fit, *, table: str) -> Fitted:
    """How to overwrite: types may change, a column may only go when it is named in `dropped`."""
    wanted = storable(incoming)
    lost = [n for n in present.names if n not in wanted.names and n not in rules.dropped]
    if lost and rules.missing == "error":
        raise SchemaMismatchError(
            f"覆盖后“{table}”会失去列{_quoted(lost)}；如确实要删除，请逐列指明",
            columns=lost,
        )
    kept = [present.field(name) for name in lost]
    schema = pa.schema([*wanted, *kept])
    return Fitted(
        schema=schema,
        added=tuple(field for field in schema if field.name not in present.names),
        expressions=tuple(_expression(field, wanted.names) for field in schema),
    )


def _check_types(wanted: Sequence[pa.Field], present: pa.Schema, table: str) -> None:
    wrong = [
        f"“{field.name}”为 {field.type}，表中为 {present.field(field.name).type}"
        for field in wanted
        if field.name in present.names and not widens(field.type, present.field(field.name).type)
    ]
    if wrong:
        raise SchemaMismatchError(
            f"写入“{table}”的数据类型不能无损放入表中：{'；'.join(wrong)}；请先转换类型或覆盖整表"
        )


def _expression(field: pa.Field, present: Sequence[str]) -> str:
    value = ident(field.name) if field.name in present else "NULL"
    return f"CAST({value} AS {duck_type(field.type)}) AS {ident(field.name)}"


def _quoted(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
