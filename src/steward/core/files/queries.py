from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from steward.core.files.models import Attachment, File
from steward.core.files.registry import may_read
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject


class UnknownFileError(NotFoundError):
    """No such file, or it may not be read by this person: both answer alike."""

    code = "files.unknown"


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A stored file; `size` in bytes, `url` the address it is downloaded from."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime
    stored_by: str
    is_intact: bool
    purpose: str = ""

    @property
    def url(self) -> str:
        return f"/files/{self.id}/"

    @property
    def size_words(self) -> str:
        """The size as people read it: `2.4 MB`."""
        size = self.size
        if size < 1024:
            return f"{size} B"
        return f"{size / 1024:.1f} KB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"


def to_info(row: File, purpose: str = "") -> FileInfo:
    return FileInfo(
        id=row.pk,
        name=row.name,
        media_type=row.media_type,
        size=row.blob.size,
        sha256=row.blob_id,
        stored_at=row.stored_at,
        stored_by=row.stored_by_label,
        is_intact=row.blob.is_intact,
        purpose=purpose,
    )


def blob_path(sha256: str) -> Path:
    """Where the bytes of a hash lie: MEDIA_ROOT/ab/cd/abcd…."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def get(file_id: int) -> FileInfo:
    """One file; UnknownFileError when there is none."""
    row = File.objects.select_related("blob").filter(pk=file_id).first()
    if row is None:
        raise UnknownFileError(f"没有编号为 {file_id} 的文件")
    return to_info(row)


def _live(subject: Subject) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    return rows.filter(removed_at__isnull=True).select_related("file__blob")


def of_subject(subject: Subject, *, purpose: str | None = None) -> list[FileInfo]:
    """The files attached to an object, oldest first, all or those of one purpose."""
    rows = _live(subject)
    if purpose is not None:
        rows = rows.filter(purpose=purpose)
    return [to_info(row.file, row.purpose) for row in rows]


def readable(file_id: int, user: Any) -> FileInfo:
    """A file that this person may read because of something it is attached to.

    UnknownFileError otherwise, whether or not the file exists.
    """
    rows = Attachment.objects.filter(file_id=file_id, removed_at__isnull=True)
    for kind, key in rows.values_list("subject_kind", "subject_key")[:50]:
        if may_read(user, kind, key):
            return get(file_id)
    raise UnknownFileError(f"没有编号为 {file_id} 的文件")


def read(file_id: int) -> bytes:
    """The whole content of a file, for apps that work on it."""
    return blob_path(get(file_id).sha256).read_bytes()
