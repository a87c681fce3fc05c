"""Types a table can hold, and the wider ones that take in what it cannot, without loss."""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from steward.engine.lake.errors import SchemaMismatchError, WrongTypeError

_SIMPLE: Final[dict[pa.DataType, str]] = {
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.string(): "VARCHAR",
    pa.binary(): "BLOB",
    pa.date32(): "DATE",
    pa.timestamp("us"): "TIMESTAMP",
    pa.timestamp("us", "UTC"): "TIMESTAMPTZ",
}
_WIDER: Final[dict[pa.DataType, pa.DataType]] = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
    pa.float16(): pa.float32(),
    pa.large_string(): pa.string(),
    pa.string_view(): pa.string(),
    pa.large_binary(): pa.binary(),
    pa.binary_view(): pa.binary(),
    pa.null(): pa.string(),
    pa.date64(): pa.timestamp("us"),
}
_DIGITS: Final = {pa.int8(): 3, pa.int16(): 5, pa.int32(): 10, pa.int64(): 19}


def storable(schema: pa.Schema) -> pa.Schema:
    """The schema a table needs for rows of `schema`: unsigned numbers wider, times of day as text.

    A decimal of more than 38 digits becomes text too; nanoseconds become microseconds, and
    `exact` refuses a value that this would cut. Comments (field metadata) are kept.
    """
    fields = [pa.field(f.name, _storable(f.type), metadata=f.metadata) for f in schema]
    seen: dict[str, str] = {}
    for field in fields:
        folded = field.name.casefold()
        if folded in seen:
            raise SchemaMismatchError(
                f"列名“{seen[folded]}”与“{field.name}”只有大小写之分，表中不能同时存在"
            )
        seen[folded] = field.name
    return pa.schema(fields)


def exact(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The stream with types that DuckDB would cut or not know turned into ones it keeps.

    Raises WrongTypeError in mid-stream, naming the column, for a time with real nanoseconds.
    """
    targets = {
        index: kind
        for index, field in enumerate(reader.schema)
        if (kind := _kept(field.type)) != field.type
    }
    if not targets:
        return reader
    schema = pa.schema(
        [
            field.with_type(targets.get(index, field.type))
            for index, field in enumerate(reader.schema)
        ]
    )
    return pa.RecordBatchReader.from_batches(
        schema, (_cast(batch, schema, targets) for batch in reader)
    )


def _kept(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_decimal256(kind):
        return pa.string()
    return kind


def _cast(
    batch: pa.RecordBatch, schema: pa.Schema, targets: Mapping[int, pa.DataType]
) -> pa.RecordBatch:
    arrays = list(batch.columns)
    for index, kind in targets.items():
        try:
            arrays[index] = arrays[index].cast(kind)
        except pa.ArrowInvalid as error:
            name = schema.field(index).name
            raise WrongTypeError(
                f"列“{name}”含纳秒级时间，表只能存到微秒；请先取整或转为文字", column=name
            ) from error
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _storable(kind: pa.DataType) -> pa.DataType:
    if kind in _SIMPLE:
        return kind
    if kind in _WIDER:
        return _WIDER[kind]
    if pa.types.is_dictionary(kind):
        return _storable(kind.value_type)
    if pa.types.is_decimal(kind) and kind.precision <= 38:
        return pa.decimal128(kind.precision, kind.scale)
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    return _nested(kind)


def _nested(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_fixed_size_binary(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return pa.list_(_storable(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _storable(f.type)) for f in kind])
    return pa.string()


def duck_type(kind: pa.DataType) -> str:
    """The type of DuckDB for a storable type."""
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_list(kind):
        return f"{duck_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        inner = ", ".join(f'"{f.name}" {duck_type(f.type)}' for f in kind)
        return f"STRUCT({inner})"
    raise TypeError(f"not a storable type: {kind}")


def widens(incoming: pa.DataType, present: pa.DataType) -> bool:
    """Whether every value of `incoming` is exactly a value of `present`."""
    if incoming == present:
        return True
    if pa.types.is_signed_integer(incoming) and pa.types.is_signed_integer(present):
        return bool(incoming.bit_width <= present.bit_width)
    if pa.types.is_decimal(present):
        return _fits_decimal(incoming, present)
    if pa.types.is_signed_integer(incoming) and present == pa.float64():
        return bool(incoming.bit_width <= 32)
    return (incoming, present) in {
        (pa.float32(), pa.float64()),
        (pa.date32(), pa.timestamp("us")),
    }


def _fits_decimal(incoming: pa.DataType, present: pa.DataType) -> bool:
    whole = present.precision - present.scale
    if pa.types.is_decimal(incoming):
        return bool(
            incoming.scale <= present.scale and incoming.precision - incoming.scale <= whole
        )
    return bool(_DIGITS.get(incoming, 99) <= whole)
