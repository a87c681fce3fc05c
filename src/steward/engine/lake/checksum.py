# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""A checksum of rows that does not depend on their order: what came in is what was stored."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from steward.engine.lake.duck import ident, one
from steward.engine.lake.fitting import Fitted
from steward.kernel.errors import StewardError

GROUP = 262_144


class ChecksumMismatchError(StewardError):
    """Rows on disk are not the rows that were read; nothing was committed."""

    code = "engine.lake.checksum_mismatch"
    status = 500


@dataclass(frozen=True)
class Checksum:
    """Number of rows and the sum of their 64-bit hashes."""

    rows: int
    total: int

    def __str__(self) -> str:
        return f"{self.rows}:{self.total:x}"


class StreamSum:
    """Counts and hashes batches on their way, as the table will hold them.

    It uses a database of its own: the one that consumes the stream is busy with that.
    """

    def __init__(self, fitted: Fitted) -> None:
        self.fitted = fitted
        self.rows = 0
        self.total = 0
        self._session = duckdb.connect(config={"threads": 1})
        self._session.execute("SET TimeZone='UTC'")

    def watch(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """The same batches; the sum is complete when they have all been taken."""
        waiting: list[pa.RecordBatch] = []
        size = 0
        try:
            for batch in reader:
                waiting.append(batch)
                size += batch.num_rows
                if size >= GROUP:
                    self._add(waiting, reader.schema)
                    waiting, size = [], 0
                yield batch
            self._add(waiting, reader.schema)
        finally:
            self._session.close()

    def _add(self, batches: list[pa.RecordBatch], schema: pa.Schema) -> None:
        if not batches:
            return
        self._session.register("arrived", pa.Table.from_batches(batches, schema))
        found = checksum(self._session, f"({self.fitted.select('arrived')})", self.fitted.schema)
        self.rows += found.rows
        self.total += found.total

    @property
    def result(self) -> Checksum:
        """The checksum of everything seen."""
        return Checksum(self.rows, self.total)


def checksum(session: duckdb.DuckDBPyConnection, relation: str, schema: pa.Schema) -> Checksum:
    """The checksum of the rows of a relation, over the columns of `schema` in its order."""
    names = ", ".join(ident(field.name) for field in schema)
    rows, total = one(session, f"SELECT count(*), coalesce(sum(hash({names})), 0) FROM {relation}")
    return Checksum(int(rows), int(total))


def must_equal(came: Checksum, stored: Checksum, *, table: str) -> None:
    """ChecksumMismatchError where the two differ."""
    if came != stored:
        raise ChecksumMismatchError(
            f"写入“{table}”前核对不一致：来源 {came.rows} 行，落盘 {stored.rows} 行"
            f"（校验和 {came} 与 {stored}），未提交任何数据；请检查磁盘后重试",
            came=str(came),
            stored=str(stored),
        )
