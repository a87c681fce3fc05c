"""Move a table: full, by cursor column, with deletes seen; counted and proved on both sides."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa

from steward.engine.connectors.base import Connector, Read, Stream, Window
from steward.engine.connectors.errors import UnsupportedError
from steward.engine.connectors.filtering import RowFilter, columns_in
from steward.engine.connectors.sql import chosen
from steward.engine.lake.commits import Batch
from steward.engine.lake.fitting import Fit
from steward.engine.lake.store import Lake
from steward.engine.lake.writes import Written
from steward.kernel.errors import InvalidError, StewardError
from steward.kernel.instants import local_date

State = dict[str, Any]
Progress = Callable[[str, int], None]
Save = Callable[[State], None]


class CountMismatchError(StewardError):
    """The source counted other rows than it delivered; nothing was written."""

    code = "engine.connectors.count_mismatch"
    status = 502


class InvalidTaskError(InvalidError):
    """A sync is described in a way that cannot be carried out."""

    code = "engine.connectors.invalid_task"


@dataclass(frozen=True, kw_only=True)
class Task:
    """What to move. `name` identifies the task for exactly-once and must not change.

    `condition` (the checked subset of SQL) keeps only the rows for which it is true; a row that
    changes so that it no longer is goes only with a full run or with `deletes`.

    `incremental` reads rows whose `cursor` column has grown, in chunks of about `chunk` rows
    that are each one version; with keys they are upserted and the last value is read again (rows
    that share it may have come late), without keys they are appended. `deletes` compares all
    keys of the source with the table afterwards and deletes what is gone, at most the share
    `most_deleted`.
    """

    name: str
    mode: Literal["full", "incremental"] = "full"
    keys: tuple[str, ...] = ()
    cursor: str = ""
    chunk: int | None = 1_000_000
    columns: tuple[str, ...] = ()
    as_text: frozenset[str] = frozenset()
    deletes: bool = False
    most_deleted: float = 0.2
    fit: Fit = field(default_factory=Fit)
    condition: str = ""

    def __post_init__(self) -> None:
        if self.mode == "incremental" and not self.cursor:
            raise InvalidTaskError("增量同步需要指明游标列（--cursor）")
        if self.deletes and not self.keys:
            raise InvalidTaskError("识别删除需要指明关键字列（--key）")
        if self.condition and self.mode == "incremental" and not self.deletes:
            raise InvalidTaskError(
                "带过滤条件的增量会留下后来不再符合条件的行，请改用全量，或同时识别删除"
            )


@dataclass(kw_only=True)
class Report:
    """Counts of a run. `expected` is what the source counted itself (None: it cannot)."""

    expected: int | None = None
    read: int = 0
    rejected: int = 0
    filtered: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    batches: int = 0
    version: int | None = None
    checksums: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    state: State = field(default_factory=dict)


def _silent(_step: str, _rows: int) -> None:
    """Progress that nobody watches."""


def _nowhere(_state: State) -> None:
    """A state that nobody stores: the lake itself remembers the last batch."""


@dataclass(kw_only=True)
class Sync:
    """One source into one table of the lake.

    `run` may be killed at any point and called again with the last state it saved (or none): a
    batch that reached the table is never applied twice, one that did not is read again.
    """

    source: Connector
    lake: Lake
    table: str
    task: Task
    save: Save = _nowhere
    progress: Progress = _silent
    _today: date = field(default=date.min, init=False)

    def run(self, *, now: datetime, state: Mapping[str, Any] | None = None) -> Report:
        """Move what there is to move. `state` is JSON; the report carries the next one.

        CountMismatchError, ChecksumMismatchError, SourceLostError, BadRowError and errors of
        the lake; whatever fails, the table holds whole batches only.
        """
        self._today = local_date(now)
        self._prepare()
        report = Report(state=self._resume(state))
        if self.task.mode == "full":
            self._full(report)
        else:
            self._incremental(report, now)
        if self.task.deletes:
            self._delete_gone(report, now)
        report.rejected = self.source.rejects.count
        return report

    def _prepare(self) -> None:
        if self.lake.exists(self.table):
            return
        info = self.source.describe()
        schema = chosen(info, Read(columns=self.task.columns, as_text=self.task.as_text))
        self.lake.create(self.table, schema, keys=self.task.keys, comment=info.comment)

    def _resume(self, state: Mapping[str, Any] | None) -> State:
        """The later one of what the caller stored and what the table has seen."""
        stored = {"batch": 0, "cursor": None} | dict(state or {})
        seen = self.lake.last_batch(self.table, self.task.name)
        if seen is not None and seen.number > stored["batch"]:
            stored = {"batch": seen.number, "cursor": seen.note.get("cursor")}
        return stored

    def _full(self, report: Report) -> None:
        batch = Batch(source=self.task.name, number=report.state["batch"] + 1)
        with self._open(report, None) as stream:
            written = self.lake.overwrite(self.table, stream, fit=self.task.fit, batch=batch)
        self._note(report, written, {"batch": batch.number, "cursor": None})

    def _incremental(self, report: Report, now: datetime) -> None:
        after, inclusive = _decoded(report.state["cursor"]), bool(self.task.keys)
        while True:
            window = Window(column=self.task.cursor, after=after, inclusive=inclusive)
            upto = self.source.limit(window, self.task.chunk)
            if upto is None:
                return
            self._chunk(
                report,
                Window(column=self.task.cursor, after=after, upto=upto, inclusive=inclusive),
                now,
            )
            after, inclusive = upto, False

    def _chunk(self, report: Report, window: Window, now: datetime) -> None:
        state = {"batch": report.state["batch"] + 1, "cursor": _encoded(window.upto)}
        batch = Batch(
            source=self.task.name,
            number=state["batch"],
            note={"cursor": state["cursor"]},
            mark=window.upto != window.after,
        )
        with self._open(report, window) as stream:
            if self.task.keys:
                written = self.lake.upsert(
                    self.table,
                    stream,
                    keys=self.task.keys,
                    fit=self.task.fit,
                    batch=batch,
                    now=now,
                )
            else:
                written = self.lake.append(self.table, stream, fit=self.task.fit, batch=batch)
        self._note(report, written, state)

    def _delete_gone(self, report: Report, now: datetime) -> None:
        self.progress("核对来源已删除的记录", report.read)
        with self.source.open(self._read(self.task.keys)) as stream:
            checked = _counted(stream, self.source, report=None, progress=_silent)
            keys = self._kept(stream, checked, columns=self.task.keys)
            written = self.lake.keep_only(self.table, keys, at_most=self.task.most_deleted, now=now)
        report.deleted += written.deleted
        report.version = written.version

    @contextmanager
    def _open(self, report: Report, window: Window | None) -> Iterator[pa.RecordBatchReader]:
        """A stream that counts itself into the report and checks the source's own count."""
        with self.source.open(self._read(self.task.columns, window)) as stream:
            batches = _counted(stream, self.source, report=report, progress=self.progress)
            try:
                yield self._kept(stream, batches, columns=self.task.columns, report=report)
            finally:
                report.warnings += stream.warnings

    def _read(self, columns: tuple[str, ...], window: Window | None = None) -> Read:
        """A request for columns, and for those that the condition needs."""
        extra = columns_in(self.task.condition) if self.task.condition and columns else ()
        wanted = tuple(dict.fromkeys((*columns, *extra)))
        as_text = self.task.as_text & set(wanted) if wanted else self.task.as_text
        return Read(columns=wanted, window=window, as_text=as_text)

    def _kept(
        self,
        stream: Stream,
        batches: Iterator[pa.RecordBatch],
        *,
        columns: tuple[str, ...],
        report: Report | None = None,
    ) -> pa.RecordBatchReader:
        """The rows for which the condition is true, with the asked columns only."""
        schema = stream.reader.schema
        if not self.task.condition:
            return pa.RecordBatchReader.from_batches(schema, batches)
        names = list(columns or schema.names)
        found = pa.schema([schema.field(name) for name in names], metadata=schema.metadata)
        chosen = RowFilter(self.task.condition, schema, today=self._today)

        def kept() -> Iterator[pa.RecordBatch]:
            try:
                for batch in chosen(batches):
                    yield batch.select(names)
            finally:
                if report is not None:
                    report.filtered += chosen.left_out
                chosen.close()

        return pa.RecordBatchReader.from_batches(found, kept())

    def _note(self, report: Report, written: Written, state: State) -> None:
        report.inserted += written.inserted
        report.updated += written.updated
        report.unchanged += written.unchanged
        report.deleted += written.deleted if self.task.mode == "incremental" else 0
        report.version = written.version
        report.batches += 1
        report.checksums.append(written.checksum)
        report.state = state
        self.save(dict(state))


def _counted(
    stream: Stream, source: Connector, *, report: Report | None, progress: Progress
) -> Iterator[pa.RecordBatch]:
    """Batches; at their end the source must have delivered what it counted."""
    rows, rejected = 0, source.rejects.count
    for batch in stream.reader:
        rows += batch.num_rows
        yield batch
        progress("读取", rows)
    rejected = source.rejects.count - rejected
    if stream.expected is not None and stream.expected != rows + rejected:
        raise CountMismatchError(
            f"{source.location} 自报 {stream.expected} 行，实读 {rows} 行、坏行 {rejected} 行，"
            "两侧不符，本批未写入；请稍后重试",
            expected=stream.expected,
            read=rows,
        )
    if report is not None:
        report.read += rows
        if stream.expected is not None:
            report.expected = (report.expected or 0) + stream.expected


def copy(source: Connector, target: Connector, task: Task) -> Report:
    """A full copy into a file or database: written whole or not at all, then counted there."""
    if task.mode != "full" or task.deletes:
        raise UnsupportedError(f"{target.label}只支持全量写入；增量和识别删除请写入数据湖表")
    report = Report()
    mode: Literal["overwrite", "upsert"] = "upsert" if task.keys else "overwrite"
    if mode == "upsert" and target.code in {"csv", "parquet", "excel", "directory", "ftp", "sftp"}:
        mode = "overwrite"
    with source.open(Read(columns=task.columns, as_text=task.as_text)) as stream:
        batches = _counted(stream, source, report=report, progress=_silent)
        reader = pa.RecordBatchReader.from_batches(stream.reader.schema, batches)
        report.inserted = target.write(reader, mode=mode, keys=task.keys)
    report.warnings = stream.warnings
    report.rejected = source.rejects.count
    report.batches = 1
    if report.inserted != report.read:
        raise CountMismatchError(
            f"读出 {report.read} 行，{target.location} 写入 {report.inserted} 行"
        )
    return report


_KINDS: dict[str, Callable[[str], object]] = {
    "int": int,
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "str": str,
}


def _encoded(value: object) -> dict[str, str]:
    """A cursor value as JSON."""
    for kind, cls in (("int", int), ("decimal", Decimal), ("datetime", datetime), ("date", date)):
        if isinstance(value, cls):
            text = value.isoformat() if isinstance(value, date) else str(value)
            return {"kind": kind, "value": text}
    if isinstance(value, str):
        return {"kind": "str", "value": value}
    raise InvalidTaskError(f"游标列的值类型不能用于增量：{type(value).__name__}")


def _decoded(stored: Any) -> object | None:
    return None if stored is None else _KINDS[stored["kind"]](stored["value"])
