"""Rows of a driver turned into Arrow batches, and a bad value named with its row and column."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from steward.engine.connectors.rejects import Reject, Rejects

Convert = Callable[[Sequence[Any]], Sequence[Any] | pa.Array]
ROWS: Final = 20_000


def batches(
    rows: Iterable[Sequence[Any]],
    schema: pa.Schema,
    *,
    place: str,
    rejects: Rejects,
    convert: Mapping[int, Convert] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Batches of rows; `convert` holds a function of a whole column's values for columns that need one.

    A value that its column cannot hold makes its row a reject, with the number of the row in the
    stream counted from 1.
    """
    source, first = iter(rows), 1
    while chunk := list(islice(source, ROWS)):
        yield _batch(chunk, (schema, convert or {}, (place, first, rejects)))
        first += len(chunk)


def _batch(
    chunk: list[Sequence[Any]],
    tools: tuple[pa.Schema, Mapping[int, Convert], tuple[str, int, Rejects]],
) -> pa.RecordBatch:
    schema, convert, _ = tools
    try:
        return _whole(chunk, schema, convert)
    except (pa.ArrowException, ValueError, TypeError, OverflowError, ArithmeticError):
        good = [row for number, row in enumerate(chunk) if _fits(row, number, tools)]
    return _whole(good, schema, convert)


def _whole(
    chunk: list[Sequence[Any]], schema: pa.Schema, convert: Mapping[int, Convert]
) -> pa.RecordBatch:
    columns: list[Sequence[Any]] = list(zip(*chunk, strict=True)) or [() for _ in schema]
    arrays = [
        _array(values, field.type, convert.get(index))
        for index, (values, field) in enumerate(zip(columns, schema, strict=True))
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType, convert: Convert | None) -> pa.Array:
    if convert is not None:
        converted = convert(values)
        if isinstance(converted, pa.Array):
            return converted.cast(kind)
        values = converted
    if pa.types.is_decimal(kind) and any(isinstance(value, str) for value in values):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _fits(
    row: Sequence[Any],
    number: int,
    tools: tuple[pa.Schema, Mapping[int, Convert], tuple[str, int, Rejects]],
) -> bool:
    schema, convert, (place, first, rejects) = tools
    for index, (value, field) in enumerate(zip(row, schema, strict=True)):
        try:
            _array([value], field.type, convert.get(index))
        except (pa.ArrowException, ValueError, TypeError, OverflowError, ArithmeticError):
            rejects.add(
                Reject(
                    place=place,
                    row=first + number,
                    column=field.name,
                    value=str(value),
                    reason=f"不是 {field.type} 类型的值",
                )
            )
            return False
    return True
