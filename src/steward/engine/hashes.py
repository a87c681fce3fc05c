"""64-bit hashes of DuckDB, fetched and sorted: a tenth of what a hash table of the keys costs.

Ten million texts: grouping them takes 1.5 s of processor and memory for every key; fetching their
hashes and sorting them takes 0.35 s and eight bytes a row. A hash that occurs once proves that its
key is unique; keys behind a repeated hash still have to be compared, since two may share one.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

AT_ONCE = 1 << 26


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the hashes, by remainder, so that equal ones are in the same part."""

    index: int
    of: int

    def condition(self, column: str) -> str:
        """SQL that is true for the hashes of this part."""
        return "true" if self.of == 1 else f"{column} % {self.of} = {self.index}"

    def share(self, rows: int) -> int:
        """About how many of the rows are in it; a little more, because shares vary."""
        return rows if self.of == 1 else rows * 33 // (32 * self.of) + 1024


def parts(rows: int) -> list[Part]:
    """The parts to work in, so that the hashes held at a time never exceed 512 MB by much."""
    of = max(1, -(-rows // AT_ONCE))
    return [Part(index, of) for index in range(of)]


def fetch(session: duckdb.DuckDBPyConnection, sql: str, *, rows: int) -> Hashes:
    """The only column of a query; `rows` is how many are expected, more find room.

    Raise duckdb.Error, pyarrow.ArrowException or OSError where reading fails.
    """
    values = np.empty(max(rows, 1), dtype=np.uint64)
    filled = 0
    for batch in session.sql(sql).to_arrow_reader(1 << 20):
        end = filled + batch.num_rows
        if end > len(values):
            values.resize(max(end, 2 * len(values)), refcheck=False)
        values[filled:end] = batch.column(0).to_numpy(zero_copy_only=False)
        filled = end
    return values[:filled]


def repeated(values: Hashes) -> Hashes:
    """The distinct values that occur more than once; sorts `values` in place."""
    values.sort()
    return _distinct(values[1:][values[1:] == values[:-1]])


def _distinct(values: Hashes) -> Hashes:
    """Each of the sorted values once; `numpy.unique` would hash them, at 500 ns each."""
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = values[1:] != values[:-1]
    return values[first]
