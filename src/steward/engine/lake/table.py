# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""One table at one version: its schema, its files, and the relation that reads them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from steward.engine.lake.duck import ident, parquet, stream
from steward.engine.lake.errors import UnknownTableError, VersionGoneError
from steward.engine.lake.names import TableName
from steward.engine.lake.types import duck_type
from steward.kernel.errors import InvalidError


class IndirectTableError(InvalidError):
    """Another program gave the table deletion vectors or column mapping; we only read it."""

    code = "engine.lake.indirect"


KEYS: Final = "steward.keys"
EVOLVED: Final = "steward.evolved"
_MAPPING: Final = "delta.columnMapping.mode"
_INDIRECT: Final = {"deletionVectors", "columnMapping"}


@dataclass(frozen=True, kw_only=True)
class Description:
    """Columns and keys of a version; `direct` says that its files are its rows."""

    schema: pa.Schema
    keys: tuple[str, ...]
    direct: bool


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A version that does not change under its reader, whatever writers do.

    `relation` is SQL for DuckDB. Files of a version stay until a vacuum that neither a pin nor
    the retention forbids.
    """

    name: str
    version: int
    schema: pa.Schema
    keys: tuple[str, ...]
    files: tuple[str, ...]
    relation: str

    def read(self, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
        """All rows as a stream of batches."""
        return stream(session, f"SELECT * FROM {self.relation}")


def open_delta(name: TableName, root: Path, *, version: int | None = None) -> DeltaTable:
    """The table at a version (None: the newest). UnknownTableError, VersionGoneError."""
    path = name.path(root)
    if not (path / "_delta_log").is_dir():
        raise UnknownTableError(f"没有表“{name}”", table=str(name))
    try:
        return DeltaTable(path, version=version)
    except TableNotFoundError:
        if version is None:
            raise UnknownTableError(f"没有表“{name}”", table=str(name)) from None
        raise _gone(name, version) from None
    except DeltaError:
        if version is None:
            raise
        raise _gone(name, version) from None


def _gone(name: TableName, version: int) -> VersionGoneError:
    return VersionGoneError(
        f"表“{name}”没有版本 {version}，或该版本已被清理", table=str(name), version=version
    )


def schema_of(delta: DeltaTable) -> pa.Schema:
    """The columns as Arrow types that `types.storable` produces."""
    fields: Any = pa.schema(delta.schema().to_arrow())
    return pa.schema([_plain(field) for field in fields])


def _plain(field: pa.Field) -> pa.Field:
    kind = field.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        kind = pa.string()
    elif pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        kind = pa.binary()
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        kind = pa.list_(_plain(kind.value_field).type)
    elif pa.types.is_struct(kind):
        kind = pa.struct([_plain(inner) for inner in kind])
    return pa.field(field.name, kind, metadata=field.metadata)


def files_of(delta: DeltaTable) -> tuple[str, ...]:
    """The files of the version as paths of this machine.

    The library gives the folder of the table percent-encoded and the names below it as they are.
    """
    root = urlsplit(delta.table_uri).path
    return tuple(
        unquote(root) + uri.removeprefix(root) if uri.startswith(root) else uri
        for uri in delta.file_uris()
    )


def keys_of(delta: DeltaTable) -> tuple[str, ...]:
    """The key columns the table was made with; empty if none."""
    joined = delta.metadata().configuration.get(KEYS) or ""
    return tuple(joined.split("\x1f")) if joined else ()


def is_direct(delta: DeltaTable) -> bool:
    """Whether the Parquet files alone are the rows: no deletion vectors, no renamed columns."""
    mapped = (delta.metadata().configuration.get(_MAPPING) or "none") != "none"
    return not mapped and not _INDIRECT & set(delta.protocol().reader_features or ())


def must_be_direct(delta: DeltaTable, name: TableName) -> None:
    """IndirectTableError for a table whose files are not its rows."""
    if not is_direct(delta):
        raise IndirectTableError(
            f"表“{name}”由其他程序启用了删除向量或列映射，只能经转换读取，不能写入", table=str(name)
        )


def snapshot_of(delta: DeltaTable, name: TableName) -> Snapshot:
    """The opened version as a snapshot; IndirectTableError where files are not rows."""
    must_be_direct(delta, name)
    schema, files = schema_of(delta), files_of(delta)
    evolved = delta.metadata().configuration.get(EVOLVED) == "true"
    return Snapshot(
        name=str(name),
        version=delta.version(),
        schema=schema,
        keys=keys_of(delta),
        files=files,
        relation=relation_of(schema, files, evolved=evolved),
    )


def relation_of(
    schema: pa.Schema, files: tuple[str, ...], *, evolved: bool, named: bool = False
) -> str:
    """SQL for the rows of files; columns that older files lack are NULL.

    `named` adds the column `filename`. Only a table that has gained columns pays for looking
    into every file.
    """
    columns = {field.name: duck_type(field.type) for field in schema}
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {ident(name)}" for name, kind in columns.items())
    if named:
        empty += ", CAST(NULL AS VARCHAR) AS filename"
    if not files:
        return f"(SELECT {empty} WHERE false)"
    names = ", ".join(map(ident, columns)) + (", filename" if named else "")
    extra = ", filename = true" if named else ""
    if not evolved:
        return f"(SELECT {names} FROM {parquet(files, extra=extra)})"
    scan = parquet(files, extra=f"{extra}, union_by_name = true")
    return f"(SELECT {empty} WHERE false UNION ALL BY NAME SELECT * FROM {scan})"
