"""What the connectors for files share: windows, largest values, and files that appear whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from steward.engine.connectors.base import Read, Window, WriteMode
from steward.engine.connectors.errors import UnsupportedError
from steward.engine.lake.errors import (
    MissingColumnError,
    WrongTypeError,
    disk_full,
    is_disk_full,
)


def windowed(reader: pa.RecordBatchReader, read: Read, *, place: str) -> pa.RecordBatchReader:
    """The stream with the columns and the window of a read. MissingColumnError."""
    names = read.columns or tuple(reader.schema.names)
    needed = [*names, *([read.window.column] if read.window else [])]
    if missing := [name for name in needed if name not in reader.schema.names]:
        raise MissingColumnError(
            f"{place} 没有列“{missing[0]}”；已有列：{'、'.join(reader.schema.names)}",
            column=missing[0],
        )
    kept = [reader.schema.field(name) for name in names]
    schema = pa.schema(
        [field.with_type(pa.string()) if field.name in read.as_text else field for field in kept]
    )
    return pa.RecordBatchReader.from_batches(schema, _picked(reader, read, schema))


def _picked(
    reader: pa.RecordBatchReader, read: Read, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        part = batch if read.window is None else batch.filter(_inside(batch, read.window))
        arrays = [part.column(f.name).cast(f.type) for f in schema]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _inside(batch: pa.RecordBatch, window: Window) -> pa.Array:
    values = batch.column(window.column)
    keep = pc.is_valid(values)
    if window.after is not None:
        compare = pc.greater_equal if window.inclusive else pc.greater
        keep = pc.and_(keep, compare(values, _like(window.after, values.type, window.column)))
    if window.upto is not None:
        upper = _like(window.upto, values.type, window.column)
        keep = pc.and_(keep, pc.less_equal(values, upper))
    return pc.fill_null(keep, fill_value=False)


def _like(value: object, kind: pa.DataType, column: str) -> pa.Scalar:
    try:
        return pa.scalar(value, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        raise WrongTypeError(f"游标值“{value}”与列“{column}”的类型 {kind} 不符") from None


def largest(reader: pa.RecordBatchReader) -> object | None:
    """The largest value of the only column of a stream."""
    best: object | None = None
    for batch in reader:
        top = pc.max(batch.column(0)).as_py()
        if top is not None and (best is None or top > best):
            best = top
    return best


@contextmanager
def replacing(path: Path, *, mode: WriteMode, label: str) -> Iterator[Path]:
    """A draft beside `path` that takes its place when the block ends well.

    UnsupportedError for an upsert, DiskFullError where the disk is full; never half a file.
    """
    if mode == "upsert":
        raise UnsupportedError(f"{label}不支持按关键字更新，请改用覆盖或追加：{path}")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(str(path)) from error
        raise
    finally:
        draft.unlink(missing_ok=True)
