"""A run over CSV and Excel files: each file is one batch of the table, written once or not at all.

The table itself remembers which file its newest batch was (`note`), so a run that was killed
between the table and the register goes on without writing a file again.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction

from steward.data.collection import set_aside, vault
from steward.data.collection.choices import FileState, Mode
from steward.data.collection.drift import SourceDriftedError, difference, look_for_drift
from steward.data.collection.fetching import (
    Fetched,
    Listing,
    NoFileError,
    TransferError,
    fetch,
    folder_of,
    listing,
)
from steward.data.collection.lakehouse import advisory_lock, lake
from steward.data.collection.models import CollectedFile, CollectionRun
from steward.data.collection.registering import current_files, register
from steward.data.collection.results import FileResult, Result
from steward.data.collection.tables_in_files import columns_in_file, connector_to, encoding_of
from steward.data.sources import api as sources
from steward.data.sources.api import FileInfo
from steward.engine.connectors.base import Connector, Read, Stream
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.sync import CountMismatchError
from steward.engine.lake.commits import Batch
from steward.engine.lake.fitting import Fit
from steward.engine.lake.store import Lake
from steward.engine.lake.writes import Written
from steward.kernel.errors import StewardError

FIT = Fit(new="add", missing="null")
Progress = Callable[[str, int], None]


class ChangedFileError(TransferError):
    """A file that was appended came again with other content; without keys it would count twice."""

    code = "collection.changed_file"


def collect_sheets(run: CollectionRun, *, now: datetime, progress: Progress) -> Result:
    """Write the newest file over the table (full), or add every file not yet taken (incremental).

    A file that fails is told and does not stop the others; a lost column stops them all.
    NoFileError where nothing fits the task.
    """
    with advisory_lock(f"collection-task-{run.task_id}"):
        work = _Sheets(run, now=now, progress=progress)
        try:
            work.collect()
        finally:
            set_aside.join(run.pk)
        return work.result


@dataclass(kw_only=True)
class _Count:
    """Rows of one file on both sides."""

    expected: int | None = None
    read: int = 0
    rejected: int = 0
    warnings: list[str] = field(default_factory=list)


class _Sheets:
    """One run; the lock of the task is held."""

    def __init__(self, run: CollectionRun, *, now: datetime, progress: Progress) -> None:
        self.run, self.task = run, run.task
        self.now, self.progress = now, progress
        self.rejects = Rejects()
        self.result = Result()
        self.lake: Lake = lake()
        self.uploads = bool(folder_of(run.task))
        self.writer = f"task-{run.task_id}"

    def collect(self) -> None:
        found = listing(self.task)
        self._recover()
        vault.tidy(self.task.pk, [file.path for file in found.files])
        if not found.files and not self.uploads:
            raise NoFileError(
                f"“{self.task.source.name}”里没有与“{self.task.source_table}”相符的文件；"
                "请与数源单位核对文件名和目录"
            )
        todo = self._todo(found.files)
        if not todo:
            self.result.report.warnings.append("没有新文件，目标表保持不变")
        for file in todo:
            if not self._take(found, file):
                break

    def _todo(self, files: list[FileInfo]) -> list[FileInfo]:
        """The files not yet taken; of a full task only the newest."""
        known = current_files(self.task)
        if self.task.mode == Mode.FULL and not self.uploads:
            files = files[-1:]
        todo = []
        for file in files:
            row = known.get(file.path)
            if row and (row.size, row.modified_at) == (file.size, file.modified_at):
                self._discard(file)
            else:
                todo.append(file)
        return todo

    def _take(self, found: Listing, file: FileInfo) -> bool:
        """Take one file; whether the next one may be tried."""
        self.progress(f"取 {file.path}", self.result.report.read)
        try:
            got = fetch(self.task, found, file)
            self.result.bytes += file.size
            self._write(file, got)
        except SourceDriftedError as error:
            self.result.tell(file, FileResult.FAILED, error.message)
            return False
        except StewardError as error:
            self.result.tell(file, FileResult.FAILED, self._plain(error, file))
            return True
        vault.drop(got.place)
        self._discard(file)
        return True

    def _plain(self, error: StewardError, file: FileInfo) -> str:
        """An error with the file's own name in place of where its copy lies."""
        place = vault.incoming(
            self.task.pk, file.path, size=file.size, modified_at=file.modified_at
        )
        return error.message.replace(str(place), file.path)

    def _write(self, file: FileInfo, got: Fetched) -> None:
        if (before := self._same_content(got.sha256)) is not None:
            register(self.run, file, got, state=FileState.REPEATED, now=self.now)
            words = f"与 {before.collected_at:%Y-%m-%d} 归集的“{before.path}”内容相同，没有再写入"
            self.result.tell(file, FileResult.REPEATED, words)
            return
        self._refuse_double(file)
        self._compare_columns(got.place)
        count, number = _Count(), self._next_number()
        note = {
            "path": file.path,
            "size": file.size,
            "modified_at": file.modified_at.isoformat(),
            "sha256": got.sha256,
            "verified": got.verified,
        }
        part = set_aside.part_path(self.run.pk, number)
        self.rejects = Rejects(keep=self.task.keep_bad_rows, path=part)
        try:
            written = self._load(
                file,
                got.place,
                Batch(source=self.writer, number=number, note=note),
                count=count,
            )
        except BaseException:
            self.rejects.close()
            part.unlink(missing_ok=True)
            raise
        self._account(written, count, file)
        held = {"rows": count.read, "rejected": count.rejected, "batch": number}
        register(self.run, file, got, state=FileState.HELD, now=self.now, **held)

    def _same_content(self, sha256: str) -> CollectedFile | None:
        """The file with that content whose rows are in the table."""
        held = self.task.files.filter(state=FileState.HELD, batch__isnull=False).order_by("-batch")
        if self.task.mode == Mode.FULL:
            newest = held.first()
            return newest if newest is not None and newest.sha256 == sha256 else None
        return held.filter(sha256=sha256).first()

    def _refuse_double(self, file: FileInfo) -> None:
        if self.task.mode == Mode.FULL or self.task.keys:
            return
        if self.task.files.filter(path=file.path, state=FileState.HELD).exists():
            raise ChangedFileError(
                "同名文件归集过，现在内容不同；任务没有关键字列，再追加会重复。"
                "新一期数据请换文件名，更正旧数据请用有关键字列的任务"
            )

    def _compare_columns(self, place: Path) -> None:
        """Lost columns stop the task; where people upload, they only refuse the file."""
        columns = columns_in_file(place, self.task.reading)
        there = {name: self.task.known_columns.get(name, kind) for name, kind in columns.items()}
        if self.uploads and (words := difference(self.task, there)):
            raise TransferError(f"{words.replace('来源已', '文件里')}，像是另一张表；没有写入")
        look_for_drift(self.task, there, now=self.now)

    def _next_number(self) -> int:
        if not self.lake.exists(self.task.target):
            return 1
        last = self.lake.last_batch(self.task.target, self.writer)
        return 1 if last is None else last.number + 1

    def _load(self, file: FileInfo, place: Path, batch: Batch, *, count: _Count) -> Written:
        task, names = self.task, tuple(self.task.columns)
        types = {name: task.known_columns[name] for name in names}
        source = connector_to(place, task.reading, types, rejects=self.rejects)
        if not self.lake.exists(task.target):
            schema = pa.schema([source.describe().schema.field(name) for name in names])
            self.lake.create(task.target, schema, keys=task.keys)
        with source.open(Read(columns=names)) as stream:
            count.expected = stream.expected
            if count.expected is None:
                count.expected = rows_in_text(place, source)
            batches = self._counted(file, stream, count=count, note=batch.note)
            reader = pa.RecordBatchReader.from_batches(stream.reader.schema, batches)
            written = self._apply(reader, batch)
            count.warnings += stream.warnings
        return written

    def _apply(self, reader: pa.RecordBatchReader, batch: Batch) -> Written:
        task = self.task
        if task.mode == Mode.FULL:
            return self.lake.overwrite(task.target, reader, fit=FIT, batch=batch)
        if task.keys:
            return self.lake.upsert(
                task.target, reader, keys=task.keys, fit=FIT, batch=batch, now=self.now
            )
        return self.lake.append(task.target, reader, fit=FIT, batch=batch)

    def _counted(
        self,
        file: FileInfo,
        stream: Stream,
        *,
        count: _Count,
        note: Mapping[str, object],
    ) -> Iterator[pa.RecordBatch]:
        """The batches; at their end both sides must agree, and the note of the batch says so.

        A quote that is not closed makes the independent count differ; then there are bad rows.
        """
        for batch in stream.reader:
            count.read += batch.num_rows
            yield batch
            self.progress(f"写入 {file.path}", self.result.report.read + count.read)
        self.rejects.close()
        count.rejected = self.rejects.count
        seen = count.read + count.rejected
        if count.expected not in (None, seen):
            if not count.rejected:
                raise CountMismatchError(
                    f"文件有 {count.expected} 行，实读 {count.read} 行，两侧不符，没有写入；请重试"
                )
            count.warnings.append(f"引号不成对，按行另数为 {seen} 行")
            count.expected = seen
        if isinstance(note, dict):
            note.update(rows=count.read, rejected=count.rejected)

    def _account(self, written: Written, count: _Count, file: FileInfo) -> None:
        report = self.result.report
        report.expected = (report.expected or 0) + (count.expected or 0)
        report.read += count.read
        report.rejected += count.rejected
        report.inserted += written.inserted
        report.updated += written.updated
        report.unchanged += written.unchanged
        report.deleted += written.deleted
        report.version = written.version
        report.batches += 1
        report.checksums.append(written.checksum)
        report.warnings += [f"{file.path}：{words}" for words in count.warnings]
        words = f"坏行 {count.rejected} 行另存" if count.rejected else ""
        self.result.tell(file, FileResult.WRITTEN, words, rows=count.read, rejected=count.rejected)

    def _recover(self) -> None:
        """Register what the table holds and the register lacks: a run was killed in between."""
        if not self.lake.exists(self.task.target):
            return
        last = self.lake.last_batch(self.task.target, self.writer)
        if last is None or self.task.files.filter(batch=last.number).exists():
            return
        note: dict[str, Any] = dict(last.note)
        file = FileInfo(
            path=str(note["path"]),
            size=int(note["size"]),
            modified_at=datetime.fromisoformat(str(note["modified_at"])),
        )
        got = Fetched(Path(), str(note["sha256"]), str(note["verified"]))
        rows, rejected = int(note["rows"]), int(note["rejected"])
        with transaction.atomic():
            register(
                self.run, file, got, state=FileState.HELD, now=self.now,
                rows=rows, rejected=rejected, batch=last.number,
            )  # fmt: skip
        report = self.result.report
        report.expected = (report.expected or 0) + rows + rejected
        report.read, report.rejected = report.read + rows, report.rejected + rejected
        report.inserted += rows
        self.result.tell(file, FileResult.WRITTEN, "上次中断前已写入", rows=rows, rejected=rejected)

    def _discard(self, file: FileInfo) -> None:
        """An upload that was taken need not wait any longer."""
        if self.uploads:
            (waiting_folder(self.run) / file.path).unlink(missing_ok=True)


def waiting_folder(run: CollectionRun) -> Path:
    """Where the uploads for a run's task wait."""
    return sources.upload_folder(run.task.source_id) / folder_of(run.task)


def rows_in_text(place: Path, source: Connector) -> int | None:
    """The records of a text file below its header, counted without looking at their fields.

    None where a quote is so broken that records cannot be told apart.
    """
    encoding, delimiter = encoding_of(place), source.location.options.get("delimiter", "")
    with place.open(encoding=encoding, errors="replace", newline="") as handle:
        mark = delimiter or max(",\t;|", key=handle.readline().count)
        try:
            return sum(1 for record in csv.reader(handle, delimiter=mark) if record)
        except csv.Error:
            return None
