"""Which files a task wants, and bringing one here: resumed, whole, checked; or not at all."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from steward.data.collection import vault
from steward.data.collection.models import CollectionTask
from steward.data.sources import api as sources
from steward.data.sources.api import FileInfo
from steward.engine.connectors.errors import SourceLostError
from steward.engine.connectors.filestore import Entry, FileStore
from steward.engine.lake.errors import disk_full, is_disk_full
from steward.kernel.errors import StewardError

CHECKSUMS = ("sha256", "sm3", "md5")
ATTEMPTS = 5


class TransferError(StewardError):
    """A file could not be brought whole; nothing of it was registered."""

    code = "collection.transfer"
    status = 502


class NoFileError(StewardError):
    """There is no file that fits the task."""

    code = "collection.no_file"
    status = 502


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is here, whole; `verified` names the checksum beside it that agreed."""

    place: Path
    sha256: str
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that a task wants, oldest first, and the checksums that lie beside files."""

    store: FileStore
    files: list[FileInfo]
    beside: Mapping[str, FileInfo]


def folder_of(task: CollectionTask) -> str:
    """The folder of the source that the task reads: its own one where people upload."""
    return f"task-{task.pk}" if sources.get(task.source_id).takes_uploads else ""


def pattern_of(task: CollectionTask) -> str:
    """Which paths the task wants; everything that was uploaded for it."""
    return "*" if folder_of(task) else task.source_table


def listing(task: CollectionTask) -> Listing:
    """What lies in the source now that the task wants."""
    folder, pattern = folder_of(task), pattern_of(task)
    every = sources.files_in(task.source_id, folder=folder)
    paths = {file.path for file in every}
    beside = {
        file.path: file
        for file in every
        if file.path.rpartition(".")[2] in CHECKSUMS and file.path.rpartition(".")[0] in paths
    }
    wanted = [f for f in every if f.path not in beside and fnmatch(f.path, pattern)]
    return Listing(sources.store(task.source_id, folder=folder), wanted, beside)


def fetch(task: CollectionTask, found: Listing, file: FileInfo) -> Fetched:
    """Bring one file: its size and the checksum beside it agree, or TransferError.

    What a broken transfer left is used by the next one, also after the process was killed.
    """
    if not file.size:
        raise TransferError("是空文件，可能还在写入；写完后会再取")
    if file.size > task.max_bytes:
        limit = task.max_bytes / (1 << 20)
        raise TransferError(f"{file.size / (1 << 20):,.1f} MB，超过任务的上限 {limit:,.0f} MB")
    place = vault.incoming(task.pk, file.path, size=file.size, modified_at=file.modified_at)
    bring(found.store, file, place)
    return Fetched(place, vault.digest(place), _verify(found, file, place))


def bring(store: FileStore, file: FileInfo, place: Path) -> None:
    """Copy a file to `place`, going on where a former attempt stopped. TransferError."""
    if _size(place) > file.size:
        place.unlink()
    for _ in range(ATTEMPTS):
        if _size(place) == file.size or not _broke_off(store, file, place):
            break
    if (size := _size(place)) != file.size:
        place.unlink(missing_ok=True)
        raise TransferError(f"应为 {file.size} 字节，实收 {size} 字节，可能正在写入；下次运行再取")


def _broke_off(store: FileStore, file: FileInfo, place: Path) -> bool:
    """Fetch the rest; whether it broke off after some more had come, so that trying on is of use."""
    before = _size(place)
    try:
        store.fetch(_entry(file), place)
    except SourceLostError:
        if _size(place) <= before:
            raise
        return True
    except OSError as error:
        if is_disk_full(error):
            raise disk_full(str(vault.root())) from error
        raise TransferError("文件不见了或不能读取，可能正被替换；下次运行再取") from error
    return False


def _size(place: Path) -> int:
    return place.stat().st_size if place.exists() else 0


def _entry(file: FileInfo) -> Entry:
    return Entry(path=file.path, size=file.size, modified_at=file.modified_at)


def _verify(found: Listing, file: FileInfo, place: Path) -> str:
    """Compare with every checksum beside the file; a wrong copy is thrown away."""
    agreed = ""
    for kind in CHECKSUMS:
        beside = found.beside.get(f"{file.path}.{kind}")
        if beside is None:
            continue
        stated = _stated(found.store, beside)
        actual = vault.digest(place, kind)
        if stated != actual:
            vault.drop(place)
            raise TransferError(
                f"校验值不符：{beside.path} 写明 {stated or '（读不懂）'}，实收 {actual}；请让对方重传"
            )
        agreed = agreed or kind
    return agreed


def _stated(store: FileStore, beside: FileInfo) -> str:
    """The checksum in a file, whether bare, before the name, or after an equals sign."""
    with TemporaryDirectory(prefix="steward-sum-") as folder:
        place = Path(folder) / "sum"
        store.fetch(_entry(beside), place)
        words = place.read_text(encoding="utf-8", errors="replace").split()
    found = [w.lower() for w in words if len(w) in (32, 64) and not set(w) - set(string.hexdigits)]
    return found[0] if found else ""
