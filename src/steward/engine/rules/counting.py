"""Exact counts from the masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from steward.engine.rules.model import Dimension
from steward.engine.rules.plan import BITS


@dataclass(slots=True)
class Counts:
    """What the scan found, by position of the part."""

    rows: int
    failing: list[int]
    failing_rows: int
    dimensions: dict[Dimension, int]


def read_masks(path: Path, names: Sequence[str]) -> list[tuple[int, ...]]:
    """How many failing rows have each combination of masks, a row group at a time."""
    totals: dict[tuple[int, ...], int] = {}
    file = pq.ParquetFile(path)
    try:
        if not names:
            return []
        for batch in file.iter_batches(columns=list(names), batch_size=1 << 18):
            table = pa.Table.from_batches([batch]).group_by(list(names))
            for row in table.aggregate([([], "count_all")]).to_pylist():
                mask = tuple(int(row[name]) for name in names)
                totals[mask] = totals.get(mask, 0) + int(row["count_all"])
    finally:
        file.close()
    return [(*mask, total) for mask, total in totals.items()]


def count(found: Sequence[Sequence[Any]], dimensions: Sequence[Dimension]) -> Counts:
    """Rows per rule from rows per combination; `dimensions` by the position of each rule."""
    counts = Counts(0, [0] * len(dimensions), 0, dict.fromkeys(Dimension, 0))
    for *masks, total in found:
        rows = int(total)
        counts.rows += rows
        combined = sum(int(mask) << (BITS * index) for index, mask in enumerate(masks))
        if not combined:
            continue
        counts.failing_rows += rows
        broken = [index for index in range(len(dimensions)) if combined >> index & 1]
        for index in broken:
            counts.failing[index] += rows
        for dimension in {dimensions[index] for index in broken}:
            counts.dimensions[dimension] += rows
    return counts
