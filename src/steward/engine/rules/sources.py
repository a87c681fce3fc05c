"""Where data is: files, Arrow in memory, Delta tables, tables of a database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from steward.engine.lake.table import files_of, is_direct, schema_of
from steward.engine.rules.errors import SourceError

FileFormat = Literal["parquet", "csv", "excel"]
_FORMATS: dict[str, FileFormat] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "excel",
    ".xls": "excel",
}


@dataclass(frozen=True, slots=True)
class FileSource:
    """Files of one format and one shape; `keep_good` skips broken CSV rows and says so."""

    paths: tuple[str, ...]
    format: FileFormat
    keep_good: bool = False


class ScannedDelta:
    """A version of a Delta table through the library's own scan, anew for every query.

    For tables whose files are not their rows: deletion vectors, renamed columns.
    """

    def __init__(self, table: DeltaTable) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        reader = pa.RecordBatchReader.from_stream(self.table.scan())
        return reader.cast(schema_of(self.table)).__arrow_c_stream__(requested_schema)


@dataclass(frozen=True, slots=True)
class ArrowSource:
    """Arrow data in memory, or a dataset that is read while it is checked."""

    data: pa.Table | ds.Dataset | ScannedDelta
    name: str = "Arrow 数据"


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table of a database; the URL's scheme chooses the engine. The URL holds secrets."""

    url: str
    table: str

    def __repr__(self) -> str:
        return f"TableSource({self.table!r})"


Source = FileSource | ArrowSource | TableSource


def open_path(location: str, *, keep_good: bool = False) -> Source:
    """The source a person means by a path: a file, a pattern, a folder, a Delta table."""
    path = Path(location)
    if (path / "_delta_log").is_dir():
        return open_delta(location)
    if path.is_dir():
        files = sorted(item for item in path.rglob("*") if item.suffix.lower() in _FORMATS)
    elif any(char in path.name for char in "*?["):
        files = sorted(path.parent.glob(path.name))
    else:
        files = [path] if path.is_file() else []
    if not files:
        raise SourceError(f"没有找到数据“{location}”，请核对路径")
    formats = {_FORMATS.get(item.suffix.lower()) for item in files}
    if len(formats) != 1 or None in formats:
        names = "、".join(sorted({item.suffix or "（无扩展名）" for item in files}))
        raise SourceError(f"“{location}”的格式（{names}）不能一起检查，可用：{'、'.join(_FORMATS)}")
    return FileSource(tuple(map(str, files)), _format(files[0]), keep_good)


def _format(path: Path) -> FileFormat:
    return _FORMATS[path.suffix.lower()]


def open_delta(location: str, version: int | None = None) -> Source:
    """One version of a Delta table: its file list where plain Parquet tells all of it."""
    try:
        table = DeltaTable(location, version=version)
        if not is_direct(table):
            return ArrowSource(ScannedDelta(table), location)
        paths = files_of(table)
    except (DeltaError, OSError) as error:
        raise SourceError(f"数据湖表“{location}”打不开：{error}") from None
    if not paths:
        return ArrowSource(pa.schema(table.schema().to_arrow()).empty_table(), location)
    if table.metadata().partition_columns:
        return ArrowSource(table.to_pyarrow_dataset(), location)
    return FileSource(paths, "parquet")


def describe(source: Source) -> str:
    """What the source is, for people; never a password."""
    if isinstance(source, TableSource):
        return source.table
    if isinstance(source, ArrowSource):
        return source.name
    first = Path(source.paths[0]).name
    return first if len(source.paths) == 1 else f"{first} 等 {len(source.paths)} 个文件"
