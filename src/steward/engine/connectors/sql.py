"""What the connectors for databases share: chosen columns, windows, tables made to fit."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

import pyarrow as pa

from steward.engine.connectors.base import Read, TableInfo, Window
from steward.engine.lake.errors import MissingColumnError


def chosen(info: TableInfo, read: Read) -> pa.Schema:
    """The schema of a read: its columns in its order, those asked for as text. MissingColumnError."""
    schema = info.schema
    names = read.columns or tuple(schema.names)
    needed = [*names, *([read.window.column] if read.window else []), *read.as_text]
    if missing := [name for name in needed if name not in schema.names]:
        raise MissingColumnError(
            f"表“{info.name}”没有列“{missing[0]}”；已有列：{'、'.join(schema.names)}",
            column=missing[0],
        )
    fields = [schema.field(name) for name in names]
    return pa.schema(
        [field.with_type(pa.string()) if field.name in read.as_text else field for field in fields]
    )


def conditions(
    window: Window | None,
    *,
    mark: str,
    quote: Callable[[str], str],
    bind: Callable[[object], object] = lambda value: value,
) -> tuple[str, list[object]]:
    """` WHERE …` with parameter marks, and the values for them."""
    if window is None:
        return "", []
    column = quote(window.column)
    parts, values = [f"{column} IS NOT NULL"], []
    if window.after is not None:
        parts.append(f"{column} {'>=' if window.inclusive else '>'} {mark}")
        values.append(bind(window.after))
    if window.upto is not None:
        parts.append(f"{column} <= {mark}")
        values.append(bind(window.upto))
    return f" WHERE {' AND '.join(parts)}", values


def create_table(
    table: str,
    schema: pa.Schema,
    *,
    quote: Callable[[str], str],
    kind: Callable[[pa.Field], str],
    keys: Sequence[str] = (),
) -> str:
    """`CREATE TABLE IF NOT EXISTS` for a schema."""
    parts = [f"{quote(field.name)} {kind(field)}" for field in schema]
    if keys:
        parts.append(f"PRIMARY KEY ({', '.join(map(quote, keys))})")
    return f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(parts)})"


def scalar_text(value: object) -> str:
    """A value as the text databases and files understand."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
