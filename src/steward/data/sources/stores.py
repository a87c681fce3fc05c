"""Places of files: a server, a folder of this machine where that is allowed, uploads of people."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from steward.core.notify.api import unseal
from steward.data.sources.choices import DATABASES, Engine
from steward.data.sources.connecting import PASSWORD
from steward.data.sources.models import Source
from steward.data.sources.trust import fingerprint
from steward.engine.connectors.base import connector_for
from steward.engine.connectors.directory import DirectoryConnector
from steward.engine.connectors.filestore import Entry, FileStore
from steward.engine.connectors.location import Location, Secret
from steward.kernel.errors import InvalidError

CUT = (".part", ".tmp", ".filepart", ".crdownload")


class FolderRefusedError(InvalidError):
    """A folder of this machine that the settings do not open."""

    code = "sources.folder_refused"


class NotFilesError(InvalidError):
    """A database was asked for its files."""

    code = "sources.not_files"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """One file of a source: its path below the source's folder, bytes, time of change."""

    path: str
    size: int
    modified_at: datetime


class _Confined(DirectoryConnector):
    """A folder of this machine; what a link leads out of it is not there."""

    def entries(self) -> list[Entry]:
        root = self.location.local.resolve()
        return [e for e in super().entries() if (root / e.path).resolve().is_relative_to(root)]


def uploads_of(source: Source) -> Path:
    """Where uploads wait until a task has taken them."""
    return Path(settings.LAKE_ROOT) / "_uploads" / f"source-{source.pk}"


def store_of(source: Source, *, folder: str = "") -> FileStore:
    """The engine's store of a place of files, or of a folder in it; nothing is opened yet.

    NotFilesError for a database, FolderRefusedError for a folder that is not allowed.
    """
    engine = Engine(source.engine)
    if engine in DATABASES:
        raise NotFilesError(f"“{source.name}”是数据库，没有文件")
    if engine == Engine.UPLOAD:
        place = uploads_of(source) / folder
        place.mkdir(parents=True, exist_ok=True)
        return _Confined(Location(scheme="dir", path=str(place)))
    if engine == Engine.DIRECTORY:
        return _Confined(Location(scheme="dir", path=str(allowed(source.database) / folder)))
    path = "/".join(part for part in (source.database.strip("/"), folder.strip("/")) if part)
    found = connector_for(
        Location(
            scheme=source.engine,
            path=f"/{path}",
            host=source.host,
            port=source.port,
            user=source.username,
            secret=Secret(unseal(source.secrets).get(PASSWORD, "")),
            options=_options(source),
        )
    )
    if not isinstance(found, FileStore):
        raise NotFilesError(f"“{source.name}”没有文件")
    return found


def allowed(folder: str) -> Path:
    """A folder of this machine, if it lies below one that SOURCE_FOLDERS opens."""
    place = Path(folder.strip())
    roots = [Path(root).resolve() for root in getattr(settings, "SOURCE_FOLDERS", ())]
    if place.is_absolute() and any(place.resolve().is_relative_to(root) for root in roots):
        return place.resolve()
    listed = "、".join(str(root) for root in roots) or "（没有开放任何目录）"
    raise FolderRefusedError(
        f"本机目录“{folder}”不在开放范围：{listed}；由管理员在 STEWARD_SOURCE_FOLDERS 里开放",
        field="database",
    )


def _options(source: Source) -> dict[str, str]:
    trust = source.trust.strip()
    if not trust:
        return {}
    if source.engine == Engine.SFTP:
        return {"host_key": trust}
    if source.engine == Engine.FTPS:
        return {"ca_file": str(_certificate(trust))}
    return {}


def _certificate(text: str) -> Path:
    """The certificate as a file, as libraries want it; named by its content."""
    content = f"{text}\n".encode()
    path = Path(settings.LAKE_ROOT) / "_trust" / f"{sha256(content).hexdigest()}.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path


def files_of(source: Source, pattern: str = "", *, folder: str = "") -> list[FileInfo]:
    """The files of a source whose path fits a pattern, oldest first; half-written ones are not."""
    entries = store_of(source, folder=folder).entries()
    found = [
        FileInfo(path=entry.path, size=entry.size, modified_at=entry.modified_at)
        for entry in entries
        if not entry.path.endswith(CUT) and (not pattern or fnmatch(entry.path, pattern))
    ]
    return sorted(found, key=lambda file: (file.modified_at, file.path))


def words_of(source: Source) -> str:
    """What a look at a place of files says; errors of the connector pass through."""
    count = len(store_of(source).entries())
    folder = f"目录“{source.database}”" if source.database else "根目录"
    seen = f"{folder}可以读取，{count} 个文件"
    if source.engine == Engine.UPLOAD:
        return f"页面上传，{count} 个文件等待归集"
    if source.engine == Engine.FTP:
        return f"{seen}；FTP 不加密，口令和数据明文传输，建议换 SFTP"
    if source.engine == Engine.SFTP and source.trust.strip():
        return f"{seen}；主机密钥 {fingerprint(source.trust)}"
    return seen
