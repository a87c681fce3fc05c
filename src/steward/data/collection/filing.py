"""A run over unstructured files: brought, checked, kept by content, registered; never deleted."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Sum

from steward.data.collection import vault
from steward.data.collection.choices import FileState
from steward.data.collection.fetching import Fetched, Listing, fetch, folder_of, listing
from steward.data.collection.lakehouse import advisory_lock
from steward.data.collection.models import CollectedFile, CollectionRun, CollectionTask
from steward.data.collection.registering import current_files, register
from steward.data.collection.results import FileResult, Result
from steward.data.sources import api as sources
from steward.data.sources.api import FileInfo
from steward.kernel.errors import StewardError

Progress = Callable[[str, int], None]


def collect_files(run: CollectionRun, *, now: datetime, progress: Progress) -> Result:
    """Bring every new and changed file; note those that the source no longer has.

    In the report, rows are files: `expected` are those listed, `read` those that are held now,
    `rejected` those that failed, `deleted` those that vanished from the source and stay here.
    """
    with advisory_lock(f"collection-task-{run.task_id}"):
        work = _Filing(run, now, progress)
        work.collect()
        return work.result


class _Filing:
    """One run; the lock of the task is held."""

    def __init__(self, run: CollectionRun, now: datetime, progress: Progress) -> None:
        self.run, self.task = run, run.task
        self.now, self.progress = now, progress
        self.result = Result()
        self.known = current_files(run.task)
        self.uploads = bool(folder_of(run.task))

    def collect(self) -> None:
        found = listing(self.task)
        report = self.result.report
        report.expected = len(found.files)
        for number, file in enumerate(found.files, start=1):
            self.progress(f"第 {number} / {len(found.files)} 个：{file.path}", report.read)
            try:
                self._take(found, file)
            except StewardError as error:
                report.rejected += 1
                self.result.tell(file, FileResult.FAILED, error.message)
            else:
                report.read += 1
        there = {file.path for file in found.files}
        vault.tidy(self.task.pk, there)
        if not self.uploads:
            self._note_gone(there)

    def _take(self, found: Listing, file: FileInfo) -> None:
        row = self.known.get(file.path)
        same = row and (row.size, row.modified_at) == (file.size, file.modified_at)
        if row and same and vault.path_of(row.sha256).is_file():
            self._still(row, file)
            return
        got = fetch(self.task, found, file)
        self.result.bytes += file.size
        if row and row.sha256 == got.sha256:
            vault.keep(got.place, got.sha256)
            row.modified_at = file.modified_at
            row.save(update_fields=["modified_at"])
            self._still(row, file)
        else:
            self._keep(row, file, got)
        vault.drop(got.place)

    def _still(self, row: CollectedFile, file: FileInfo) -> None:
        """The same content as before; an upload of it has nothing more to wait for."""
        self.result.report.unchanged += 1
        if row.gone_at is not None:
            row.gone_at = None
            row.save(update_fields=["gone_at"])
            self.result.tell(file, FileResult.BACK)
        if self.uploads:
            self.result.tell(file, FileResult.REPEATED, "与已登记的内容相同，没有重复登记")
            self._discard(file)

    def _keep(self, row: CollectedFile | None, file: FileInfo, got: Fetched) -> None:
        vault.keep(got.place, got.sha256)
        made = register(self.run, file, got, state=FileState.HELD, now=self.now)
        words = f"与旁边的 {got.verified} 校验值相符" if got.verified else ""
        if row is None:
            self.result.report.inserted += 1
            self.result.tell(file, FileResult.NEW, words)
        else:
            self.result.report.updated += 1
            self.result.tell(file, FileResult.CHANGED, f"第 {made.version} 版 {words}".strip())
        self.result.report.checksums.append(got.sha256)
        self._discard(file)

    def _note_gone(self, there: set[str]) -> None:
        for row in self.known.values():
            if row.path in there or row.gone_at is not None:
                continue
            row.gone_at = self.now
            row.save(update_fields=["gone_at"])
            self.result.report.deleted += 1
            gone = FileInfo(path=row.path, size=row.size, modified_at=row.modified_at)
            self.result.tell(gone, FileResult.GONE)

    def _discard(self, file: FileInfo) -> None:
        if self.uploads:
            waiting = sources.upload_folder(self.task.source_id) / folder_of(self.task)
            (waiting / file.path).unlink(missing_ok=True)


def held_now(task: CollectionTask) -> tuple[int, int]:
    """How many files the task holds in their newest version, and the bytes of all versions."""
    rows = CollectedFile.objects.filter(task=task, state=FileState.HELD)
    size = rows.aggregate(size=Sum("size"))["size"] or 0
    return rows.filter(is_current=True).count(), int(size)
