"""Parquet files: one, or several of one schema by a pattern."""

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from steward.engine.connectors.base import (
    BATCH,
    Column,
    Connector,
    Read,
    Stream,
    TableInfo,
    Window,
    WriteMode,
    connectors,
    counted,
)
from steward.engine.connectors.errors import SourceMissingError, UnsupportedError
from steward.engine.connectors.files import largest, replacing, windowed
from steward.engine.lake.errors import DamagedFileError, SchemaMismatchError


@connectors.register
class ParquetConnector(Connector):
    """`data.parquet` or `folder/*.parquet`."""

    code = "parquet"
    label = "Parquet 文件"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")
    repeatable: ClassVar[bool] = True

    def tables(self) -> list[TableInfo]:
        return [self.describe()]

    def describe(self) -> TableInfo:
        files = self.files()
        schema = self._file(files[0]).schema_arrow
        return TableInfo(
            name=files[0].stem,
            columns=tuple(
                Column(name=f.name, type=f.type, source_type=str(f.type), nullable=f.nullable)
                for f in schema
            ),
            rows=sum(self._file(path).metadata.num_rows for path in files),
        )

    def files(self) -> list[Path]:
        """The files of the location, by name; SourceMissingError if there is none."""
        found = [Path(name) for name in sorted(glob.glob(self.location.path))]  # noqa: PTH207
        if not found:
            raise SourceMissingError(f"文件不存在：{self.location.path}", path=self.location.path)
        return found

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        files = [(path, self._file(path)) for path in self.files()]
        schema = files[0][1].schema_arrow.remove_metadata()
        for path, file in files:
            if not file.schema_arrow.remove_metadata().equals(schema):
                raise SchemaMismatchError(f"{path} 与 {files[0][0]} 的列不一致，不能一起读取")
        wanted = None
        if read.columns:
            wanted = list({*read.columns, *([read.window.column] if read.window else [])})
            wanted = [name for name in schema.names if name in wanted]
            schema = pa.schema([schema.field(name) for name in wanted])
        reader = pa.RecordBatchReader.from_batches(schema, self._batches(files, schema))
        expected = None if read.window else sum(file.metadata.num_rows for _, file in files)
        try:
            yield Stream(reader=windowed(reader, read, place=str(self.location)), expected=expected)
        finally:
            for _, file in files:
                file.close()

    def limit(self, window: Window, rows: int | None) -> object | None:
        del rows
        with self.open(Read(columns=(window.column,), window=window)) as stream:
            return largest(stream.reader)

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """One file with page checksums, which appears when it is complete."""
        del keys
        if mode != "overwrite":
            raise UnsupportedError("Parquet 文件写成后不能追加，请改用覆盖，或写入数据湖表")
        count = 0
        with (
            replacing(self.location.local, mode=mode, label=self.label) as draft,
            pq.ParquetWriter(
                draft, reader.schema, compression="zstd", write_page_checksum=True
            ) as writer,
        ):
            for batch in reader:
                writer.write_batch(batch)
                count += batch.num_rows
        return count

    def _batches(
        self, files: list[tuple[Path, pq.ParquetFile]], schema: pa.Schema
    ) -> Iterator[pa.RecordBatch]:
        for path, file in files:
            batches = file.iter_batches(batch_size=BATCH, columns=schema.names)
            for batch in counted(batches, partial(_damaged, path)):
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

    def _file(self, path: Path) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(path, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error, 0) from error


def _damaged(path: Path, error: Exception, rows: int) -> DamagedFileError:
    del error  # English of the library; the cause keeps it
    return DamagedFileError(
        f"{path} 已损坏或不是完整的 Parquet 文件（可能没有传完，读到第 {rows} 行），请重新获取",
        path=str(path),
    )
