import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from steward.core.audit import api as audit
from steward.core.files.choices import ALLOWED
from steward.core.files.models import Attachment, Blob, File
from steward.core.files.queries import FileInfo, UnknownFileError, blob_path, get, to_info
from steward.core.findings import api as findings
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError, StewardError
from steward.kernel.subjects import Subject

MAX_BYTES = 200 * 1024**2
MAX_NAME = 120
CHUNK = 1024**2
CHECK_AGAIN_AFTER = timedelta(days=7)
SOURCE = "files.verify"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


class FileTooLargeError(StewardError):
    """More bytes than one attachment may have."""

    code = "files.too_large"
    status = 413


class FileTypeError(InvalidError):
    """An ending that is not taken, or content that is not what the ending says."""

    code = "files.type"


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction characters, at most 120 long."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    safe = _UNSAFE.sub("", last).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    if not dot:
        return safe[:MAX_NAME] or "未命名"
    return f"{stem[: MAX_NAME - len(ending) - 1] or '未命名'}.{ending}"


def store(
    content: bytes | BinaryIO, name: str, *, by: Actor, now: datetime, limit: int = MAX_BYTES
) -> FileInfo:
    """Keep some bytes under a name; the same bytes are kept once, whatever their names.

    `limit` in bytes. FileTooLargeError, FileTypeError for what is not taken. The bytes reach the
    disk before the row that names them.
    """
    safe = clean_name(name)
    media_type, beginnings = _type_of(safe)
    stream = BytesIO(content) if isinstance(content, bytes) else content
    sha256, size = _write(stream, safe, beginnings, limit=limit)
    with transaction.atomic():
        blob, _ = Blob.objects.get_or_create(
            sha256=sha256, defaults={"size": size, "stored_at": now, "checked_at": now}
        )
        row = File.objects.create(
            blob=blob,
            name=safe,
            media_type=media_type,
            stored_at=now,
            stored_by_id=by.user_id,
            stored_by_label=by.label,
        )
    return to_info(row)


def _type_of(name: str) -> tuple[str, tuple[bytes, ...]]:
    ending = name.rpartition(".")[2].lower()
    if "." not in name or ending not in ALLOWED:
        known = "、".join(sorted(ALLOWED))
        raise FileTypeError(f"不接收文件“{name}”：类型不在允许之列（{known}）")
    return ALLOWED[ending]


def _write(
    stream: BinaryIO, name: str, beginnings: tuple[bytes, ...], *, limit: int
) -> tuple[str, int]:
    """Stream to a temporary file while hashing, then move it to its place."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, prefix=".part-") as part:
        for chunk in _chunks(stream):
            if size == 0:
                _check_beginning(chunk, name, beginnings)
            size += len(chunk)
            if size > limit:
                raise FileTooLargeError(
                    f"文件“{name}”超过 {limit // 1024**2} MB 的上限，请压缩或拆分后再上传"
                )
            digest.update(chunk)
            part.write(chunk)
        if size == 0:
            raise FileTypeError(f"文件“{name}”是空的，没有可保存的内容")
        part.flush()
        os.fsync(part.fileno())
        _place(Path(part.name), digest.hexdigest())
    return digest.hexdigest(), size


def _place(part: Path, sha256: str) -> None:
    target = blob_path(sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    os.link(part, target)
    target.chmod(0o440)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _check_beginning(chunk: bytes, name: str, beginnings: tuple[bytes, ...]) -> None:
    if beginnings and not chunk.startswith(beginnings):
        raise FileTypeError(f"文件“{name}”的内容与扩展名不符，请确认文件没有改名或损坏")


@transaction.atomic
def attach(
    file_id: int, subject: Subject, *, by: Actor, now: datetime, purpose: str = ""
) -> FileInfo:
    """Attach a stored file to an object; attaching it twice changes nothing."""
    info = get(file_id)
    _, created = Attachment.objects.get_or_create(
        file_id=file_id,
        subject_kind=subject.kind,
        subject_key=subject.key,
        removed_at=None,
        defaults={
            "subject_label": subject.label[:200],
            "purpose": purpose,
            "attached_at": now,
            "attached_by_label": by.label,
        },
    )
    if created:
        audit.record(
            "files.attached", subject, by=by, now=now,
            after={"name": info.name, "sha256": info.sha256},
        )  # fmt: skip
    return info


@transaction.atomic
def detach(file_id: int, subject: Subject, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a file off an object; the file and the fact that it was there remain."""
    info = get(file_id)
    rows = Attachment.objects.filter(
        file_id=file_id, subject_kind=subject.kind, subject_key=subject.key, removed_at=None
    )
    if not rows.update(removed_at=now):
        raise UnknownFileError(f"文件“{info.name}”不在“{subject.label}”的附件中")
    audit.record(
        "files.detached", subject, by=by, now=now, before={"name": info.name}, reason=reason
    )


def due_for_check(now: datetime) -> list[str]:
    """Hashes that were not re-hashed within seven days, longest first."""
    rows = Blob.objects.filter(checked_at__lte=now - CHECK_AGAIN_AFTER).order_by("checked_at")
    return list(rows.values_list("sha256", flat=True))


def verify(sha256: str, *, now: datetime) -> bool:
    """Hash the bytes again; damage is a critical finding that clears when they are restored."""
    intact = _is_intact(sha256)
    Blob.objects.filter(pk=sha256).update(checked_at=now, is_intact=intact)
    if intact:
        findings.clear(SOURCE, sha256, now=now, note="重新校验一致")
        return True
    rows = list(File.objects.filter(blob_id=sha256).order_by("pk")[:5])
    words = "、".join(row.name for row in rows)
    findings.report(
        findings.Report(
            source=SOURCE,
            fingerprint=sha256,
            title=f"附件内容损坏或丢失：{words}",
            severity="critical",
            subject=Subject("files.file", str(rows[0].pk) if rows else "", words),
            remedy="从备份恢复该文件；恢复后在此复查，校验一致即自动关闭。",
        ),
        now=now,
    )
    return False


def _is_intact(sha256: str) -> bool:
    path = blob_path(sha256)
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
