"""Folders of files, near or far: tables by a pattern, or copies of files of any kind."""

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import ClassVar

import pyarrow as pa

from steward.engine.connectors.base import (
    Column,
    Connector,
    Read,
    Stream,
    TableInfo,
    WriteMode,
    connector_for,
)
from steward.engine.connectors.errors import SourceLostError, SourceMissingError, UnsupportedError
from steward.engine.connectors.files import windowed
from steward.engine.connectors.location import Location
from steward.engine.lake.errors import SchemaMismatchError, disk_full, is_disk_full
from steward.kernel.errors import StewardError

FILE_COLUMN = "_file"
_CHECKSUMS = ("sha256", "sm3", "md5")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of a store: its path below the root, size in bytes, time of change."""

    path: str
    size: int
    modified_at: datetime


@dataclass(kw_only=True)
class Mirrored:
    """What a copy run did; `state` is plain JSON for the next run, `failed` maps path to reason."""

    copied: list[str] = field(default_factory=list)
    unchanged: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    state: dict[str, dict[str, object]] = field(default_factory=dict)


class FileStore(Connector):
    """A folder: with `#pattern` the union of its data files, without it the list of its files."""

    remote: ClassVar[bool] = True
    _beside: Mapping[str, Entry] = MappingProxyType({})

    @abstractmethod
    def entries(self) -> list[Entry]:
        """Every file below the location, by path."""

    @abstractmethod
    def fetch(self, entry: Entry, target: Path) -> None:
        """Copy a file to a local path; where `target` has a first part, go on after it."""

    @abstractmethod
    def store(self, source: Path, path: str) -> None:
        """Copy a local file to `path` below the location, where it appears whole."""

    def tables(self) -> list[TableInfo]:
        found = []
        with TemporaryDirectory(prefix="steward-files-") as folder:
            for entry in self.entries():
                try:
                    inner = self._inner(entry, Path(folder))
                except UnsupportedError:
                    continue
                info = inner.describe()
                found.append(TableInfo(name=entry.path, columns=info.columns, rows=info.rows))
        return found

    def describe(self) -> TableInfo:
        if not self.location.item:
            return _LISTING
        with TemporaryDirectory(prefix="steward-files-") as folder:
            info = self._inner(self._matching()[0], Path(folder)).describe()
        extra = Column(name=FILE_COLUMN, type=pa.string(), comment="来源文件")
        return TableInfo(name=self.location.item, columns=(*info.columns, extra))

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        if not self.location.item:
            table = pa.Table.from_pylist(
                [entry.__dict__ for entry in self.entries()], schema=_LISTING.schema
            )
            reader = windowed(table.to_reader(), read, place=str(self.location))
            yield Stream(reader=reader, expected=None if read.window else table.num_rows)
            return
        schema = self.describe().schema
        warnings: list[str] = []
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="steward-files-")))
            batches = self._batches(schema, folder, warnings)
            reader = pa.RecordBatchReader.from_batches(schema, batches)
            yield Stream(reader=windowed(reader, read, place=str(self.location)), warnings=warnings)

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """Write a file of the kind that `#name` says, then put it in its place."""
        name = self.location.item
        if not name or "*" in name:
            raise UnsupportedError(f"写入{self.label}需要在 # 后写明文件名：{self.location}")
        with TemporaryDirectory(prefix="steward-files-") as folder:
            local = Path(folder) / PurePosixPath(name).name
            inner = connector_for(Location(scheme="", path=str(local)))
            count = inner.write(reader, mode=mode, keys=keys)
            self.store(local, name)
        return count

    def mirror(self, folder: Path, state: Mapping[str, Mapping[str, object]]) -> Mirrored:
        """Copy new and changed files below `folder`; a broken copy goes on where it stopped.

        `state` is what the last run returned. A file that fails is named and does not stop the
        others; the state says SHA-256 and size of each copy. Where a file has its checksum beside
        it (`a.csv.sha256`, `.sm3` or `.md5`), the copy must agree with it.
        """
        done = Mirrored()
        entries = self.entries()
        self._beside = {entry.path: entry for entry in entries}
        for entry in entries:
            known = state.get(entry.path)
            mark = {"size": entry.size, "modified_at": entry.modified_at.isoformat()}
            target = folder / _safe(entry.path)
            if known and target.exists() and mark.items() <= dict(known).items():
                done.unchanged += 1
                done.state[entry.path] = dict(known)
                continue
            try:
                done.state[entry.path] = mark | {"sha256": self._copy(entry, target)}
                done.copied.append(entry.path)
            except (StewardError, OSError) as error:
                done.failed[entry.path] = _reason(error, target)
        return done

    def _copy(self, entry: Entry, target: Path) -> str:
        target.parent.mkdir(parents=True, exist_ok=True)
        mark = f"{entry.size}-{int(entry.modified_at.timestamp())}"
        part = target.with_name(f".{target.name}.{mark}.part")
        for stale in target.parent.glob(f".{target.name}.*.part"):
            if stale != part:
                stale.unlink()
        if not part.exists() or part.stat().st_size != entry.size:
            self.fetch(entry, part)
        if part.stat().st_size != entry.size:
            size = part.stat().st_size
            part.unlink()
            raise SourceMissingError(f"{entry.path} 应为 {entry.size} 字节，实收 {size} 字节")
        found = _digest(part, "sha256")
        for kind in _CHECKSUMS:
            if (beside := self._beside.get(f"{entry.path}.{kind}")) is not None:
                self._verify(part, kind, beside)
        part.replace(target)
        return found

    def _verify(self, part: Path, kind: str, beside: Entry) -> None:
        """Against the checksum that the sender put beside the file; a wrong copy is thrown away."""
        with TemporaryDirectory(prefix="steward-files-") as folder:
            place = Path(folder) / "checksum"
            self.fetch(beside, place)
            words = place.read_text(encoding="utf-8", errors="replace").split()
        stated, found = (words[0].lower() if words else ""), _digest(part, kind)
        if stated != found:
            part.unlink()
            raise SourceLostError(
                f"校验值不符：{beside.path} 写明 {stated or '（空）'}，实收 {found}；请让对方重传"
            )

    def _matching(self) -> list[Entry]:
        found = [entry for entry in self.entries() if fnmatch(entry.path, self.location.item)]
        if not found:
            raise SourceMissingError(f"{self.location} 没有与“{self.location.item}”相符的文件")
        return found

    def _inner(self, entry: Entry, folder: Path) -> Connector:
        """The connector of one file, fetched if it is not on this machine."""
        place = Location(
            scheme="", path=str(folder / _safe(entry.path)), options=self.location.options
        )
        inner = connector_for(place, rejects=self.rejects)
        if not place.local.exists():
            place.local.parent.mkdir(parents=True, exist_ok=True)
            self.fetch(entry, place.local)
            if (size := place.local.stat().st_size) != entry.size:
                raise SourceLostError(
                    f"{entry.path} 应为 {entry.size} 字节，实收 {size} 字节，可能正在写入；请稍后重试"
                )
        return inner

    def _batches(
        self, schema: pa.Schema, folder: Path, warnings: list[str]
    ) -> Iterator[pa.RecordBatch]:
        first = ""
        for entry in self._matching():
            first = first or entry.path
            inner = self._inner(entry, folder)
            with inner.open(Read()) as stream:
                if stream.reader.schema.names != schema.names[:-1]:
                    raise SchemaMismatchError(f"{entry.path} 与 {first} 的列不一致，不能一起读取")
                for batch in stream.reader:
                    arrays = [
                        column.cast(f.type)
                        for column, f in zip(batch.columns, schema, strict=False)
                    ]
                    names = pa.repeat(entry.path, batch.num_rows)
                    yield pa.RecordBatch.from_arrays([*arrays, names], schema=schema)
                warnings += [f"{entry.path}：{text}" for text in stream.warnings]
            if self.remote:
                inner.location.local.unlink(missing_ok=True)


_LISTING = TableInfo(
    name="files",
    columns=(
        Column(name="path", type=pa.string(), comment="文件路径"),
        Column(name="size", type=pa.int64(), comment="字节数"),
        Column(name="modified_at", type=pa.timestamp("us", "UTC"), comment="修改时间"),
    ),
    keys=("path",),
)


def _digest(path: Path, kind: str) -> str:
    digest = hashlib.new(kind, usedforsecurity=False)
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def moment(stamp: float) -> datetime:
    """An instant in UTC from seconds since 1970, cut to whole seconds as FTP knows them."""
    return datetime.fromtimestamp(int(stamp), tz=UTC)


def _safe(path: str) -> Path:
    """A path below a folder; one that would leave it is refused."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or PurePosixPath(path).is_absolute():
        raise UnsupportedError(f"文件路径“{path}”越出目录，已拒绝")
    return Path(*parts)


def _reason(error: Exception, target: Path) -> str:
    return str(disk_full(str(target)) if is_disk_full(error) else error)
