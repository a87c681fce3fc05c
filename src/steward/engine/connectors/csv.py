"""CSV and other separated text: every value as text unless a type is asked for."""

import csv
import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final

import pyarrow as pa

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
)
from steward.engine.connectors.errors import InvalidLocationError, SourceMissingError
from steward.engine.connectors.files import largest, replacing, windowed
from steward.engine.connectors.rejects import Reject
from steward.engine.connectors.text import ENCODINGS, detect, lines
from steward.engine.lake.errors import DamagedFileError, MissingColumnError

LONGEST_RECORD: Final = 200
_DELIMITERS: Final = ",\t;|"
TYPES: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "bool": pa.bool_(),
}


def declared_types(options: Mapping[str, str]) -> dict[str, pa.DataType]:
    """The types that `?type.列=int` fixes, by column. InvalidLocationError."""
    found = {}
    for key, value in options.items():
        if not key.startswith("type."):
            continue
        if value not in TYPES:
            raise InvalidLocationError(f"类型“{value}”无效，可用：{'、'.join(TYPES)}")
        found[key.removeprefix("type.")] = TYPES[value]
    return found


@connectors.register
class CsvConnector(Connector):
    """Text, one record a line or quoted over several; `?encoding=`, `?delimiter=`, `?type.列=int`.

    Values stay text, because 0012 and 3308…012X are no numbers; an empty field is no value. A record with too few or too many fields, a stray quote, a line of another encoding
    or a value that is not of the type asked for is a bad row with its line number.
    """

    code = "csv"
    label = "CSV 文本"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt")
    schemes: ClassVar[tuple[str, ...]] = ("csv",)
    repeatable: ClassVar[bool] = True

    def tables(self) -> list[TableInfo]:
        return [self.describe()]

    def describe(self) -> TableInfo:
        _, header, _ = self._layout()
        kinds = declared_types(self.location.options)
        if unknown := set(kinds) - set(header):
            raise MissingColumnError(f"{self.location} 没有列{sorted(unknown)}，不能指定类型")
        return TableInfo(
            name=self.location.local.stem,
            columns=tuple(Column(name=n, type=kinds.get(n, pa.string())) for n in header),
        )

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        encoding, header, delimiter = self._layout()
        schema = self.describe().schema
        records = _Records(self, encoding, delimiter=delimiter, width=len(header))
        reader = pa.RecordBatchReader.from_batches(schema, self._batches(records, schema))
        yield Stream(reader=windowed(reader, read, place=str(self.location)))

    def limit(self, window: Window, rows: int | None) -> object | None:
        del rows
        with self.open(Read(columns=(window.column,), window=window)) as stream:
            return largest(stream.reader)

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """UTF-8 with a mark, so that Excel opens it; the file appears when it is complete."""
        del keys
        count = 0
        with replacing(self.location.local, mode=mode, label=self.label) as draft:
            fresh = True
            if mode == "append" and self.location.local.exists():
                shutil.copyfile(self.location.local, draft)
                fresh = False
            encoding = "utf-8-sig" if fresh else "utf-8"
            with draft.open("w" if fresh else "a", encoding=encoding, newline="") as handle:
                writer = csv.writer(handle)
                if fresh:
                    writer.writerow(reader.schema.names)
                for batch in reader:
                    columns = [column.to_pylist() for column in batch.columns]
                    writer.writerows(zip(*columns, strict=True))
                    count += batch.num_rows
        return count

    def _layout(self) -> tuple[str, list[str], str]:
        """Encoding, header and delimiter."""
        path = self.location.local
        if not path.is_file():
            raise SourceMissingError(f"文件不存在：{path}", path=str(path))
        encoding = self.location.options.get("encoding", "").lower() or detect(path)
        if encoding not in ENCODINGS:
            known = "、".join(ENCODINGS.values())
            raise InvalidLocationError(f"编码“{encoding}”无效，可用：{known}")
        first = next((text for _, text in lines(path, encoding, self._bad_header)), "")
        if not first.strip():
            raise DamagedFileError(f"{path} 是空文件或没有表头", path=str(path))
        delimiter = self.location.options.get("delimiter") or max(_DELIMITERS, key=first.count)
        header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
        self._check_header(header)
        return encoding, header, delimiter

    def _bad_header(self, reject: Reject) -> None:
        raise DamagedFileError(f"表头无法读取：{reject}", path=str(self.location))

    def _check_header(self, header: list[str]) -> None:
        repeated = sorted({name for name in header if header.count(name) > 1})
        if repeated or "" in header:
            what = f"重复：{'、'.join(repeated)}" if repeated else "有空列名"
            raise DamagedFileError(f"{self.location} 第 1 行表头{what}", path=str(self.location))

    def _batches(self, records: "_Records", schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        for number, record in records:
            rows.append([value or None for value in record])
            numbers.append(number)
            if len(rows) == BATCH:
                yield self._batch(rows, numbers, schema)
                rows, numbers = [], []
        if rows:
            yield self._batch(rows, numbers, schema)

    def _batch(
        self, rows: list[list[str | None]], numbers: list[int], schema: pa.Schema
    ) -> pa.RecordBatch:
        texts = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
        try:
            return pa.RecordBatch.from_arrays(
                [text.cast(f.type) for text, f in zip(texts, schema, strict=True)], schema=schema
            )
        except pa.ArrowInvalid:
            good = [
                position
                for position, number in enumerate(numbers)
                if self._typed(rows[position], number, schema)
            ]
        picked = pa.array(good, pa.int64())
        return pa.RecordBatch.from_arrays(
            [text.take(picked).cast(f.type) for text, f in zip(texts, schema, strict=True)],
            schema=schema,
        )

    def _typed(self, row: list[str | None], number: int, schema: pa.Schema) -> bool:
        for value, field in zip(row, schema, strict=True):
            try:
                pa.scalar(value, pa.string()).cast(field.type)
            except pa.ArrowInvalid:
                self.rejects.add(
                    Reject(
                        place=self.location.local.name,
                        row=number,
                        column=field.name,
                        value=value or "",
                        reason=f"不是 {field.type} 类型的值",
                    )
                )
                return False
        return True


class _Records:
    """Numbered records of the right width; a bad one is reported and costs only its own line.

    A quote that never closes would swallow the rest of the file: when a record runs over too
    many lines or the file ends inside it, its first line is bad and reading goes on at the next.
    """

    def __init__(
        self, connector: CsvConnector, encoding: str, *, delimiter: str, width: int
    ) -> None:
        self.connector = connector
        self.delimiter = delimiter
        self.width = width
        self.source = lines(connector.location.local, encoding, connector.rejects.add)
        self.again: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        records = self._reader()
        next(records, None)
        while True:
            self.taken.clear()
            try:
                record = next(records)
            except StopIteration:
                return
            except (csv.Error, _TooLongError) as error:
                self._replay("引号没有成对" if self._open(error) else "引号位置有误")
                records = self._reader()
                continue
            if record and self._fits(record):
                yield self.taken[0][0], record

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self.delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        while len(self.taken) < LONGEST_RECORD:
            line = self.again.popleft() if self.again else next(self.source, None)
            if line is None:
                return
            self.taken.append(line)
            yield line[1]
        raise _TooLongError

    def _open(self, error: Exception) -> bool:
        return isinstance(error, _TooLongError) or "unexpected end" in str(error)

    def _replay(self, reason: str) -> None:
        number, text = self.taken[0]
        self.again.extendleft(reversed(self.taken[1:]))
        self._reject(number, text, reason)

    def _fits(self, record: list[str]) -> bool:
        if len(record) == self.width:
            return True
        number = self.taken[0][0]
        text = "".join(line for _, line in self.taken)
        self._reject(number, text, f"应有 {self.width} 列，实有 {len(record)} 列")
        return False

    def _reject(self, number: int, text: str, reason: str) -> None:
        place = self.connector.location.local.name
        self.connector.rejects.add(
            Reject(place=place, row=number, value=text.rstrip("\r\n"), reason=reason)
        )


class _TooLongError(Exception):
    """A record runs over more lines than any real one."""
