"""Parquet files that appear whole or not at all."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from steward.engine.expressions import DataType
from steward.engine.rules.engine import Batch, Target
from steward.engine.rules.errors import FailuresError

_ARROW: dict[DataType, pa.DataType] = {
    DataType.TEXT: pa.string(),
    DataType.INTEGER: pa.int64(),
    DataType.FLOAT: pa.float64(),
    DataType.BOOLEAN: pa.bool_(),
    DataType.DATE: pa.date32(),
    DataType.TIMESTAMP: pa.timestamp("us"),
    DataType.INSTANT: pa.timestamp("us", tz="UTC"),
}


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary neighbour that takes the name only when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise FailuresError(f"不能在“{path.parent}”写文件：{error.strerror}") from None
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_batches(batches: Iterator[Batch], target: Target) -> None:
    """Stream rows of Python values into Parquet; decimals are kept as text, exactly."""
    fields = [(name, _ARROW.get(kind, pa.string())) for name, kind in target.types.items()]
    schema = pa.schema(fields).with_metadata(dict(target.metadata))
    try:
        with pq.ParquetWriter(target.path, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(_record_batch(batch, schema))
    except OSError as error:
        raise FailuresError(f"不合格行写不进“{target.path}”：{error}") from None


def _record_batch(batch: Batch, schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*batch, strict=True) if batch else ([] for _ in schema)
    arrays = [
        pa.array([_value(item, field.type) for item in column], field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _value(item: Any, kind: pa.DataType) -> Any:
    if item is None:
        return None
    if pa.types.is_string(kind):
        return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)
    if pa.types.is_boolean(kind):
        return bool(item)
    if pa.types.is_integer(kind):
        return int(item)
    return item


def metadata_of(path: Path) -> Mapping[str, str]:
    """The footer's own words."""
    try:
        raw = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        raise FailuresError(f"不合格行文件“{path}”打不开或不完整，请重新检查") from None
    return {key.decode(): value.decode("utf-8", "replace") for key, value in raw.items()}
