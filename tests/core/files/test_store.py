from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.core.files import api as files
from steward.core.files.services import due_for_check, verify
from steward.core.findings import api as findings
from steward.kernel.subjects import Subject
from tests.support import NOW, SYSTEM

PDF = b"%PDF-1.7 minutes"
TICKET = Subject("test.ticket", "7", "工单 7")


def stored(content: bytes = PDF, name: str = "会议纪要.pdf") -> files.FileInfo:
    return files.store(content, name, by=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_under_their_hash(settings):
    first, second = stored(), stored(name="又一份.pdf")

    assert first.sha256 == second.sha256
    assert first.id != second.id
    kept = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [first.sha256]
    assert kept[0].parent.name == first.sha256[2:4]


@pytest.mark.django_db
def test_too_many_bytes_are_refused_and_leave_nothing(settings):
    with pytest.raises(files.FileTooLargeError, match="上限"):
        files.store(PDF, "大.pdf", by=SYSTEM, now=NOW, limit=5)

    assert list(Path(settings.MEDIA_ROOT).rglob("*")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ", "程序.exe", "类型不在允许之列"),
        (b"MZ....", "改名.pdf", "内容与扩展名不符"),
        (b"", "空.pdf", "是空的"),
        (b"x", "没有扩展名", "类型不在允许之列"),
    ],
)
def test_what_is_not_taken_is_refused_in_words(content, name, words):
    with pytest.raises(files.FileTypeError, match=words):
        stored(content, name)


@pytest.mark.django_db
def test_attached_files_are_listed_with_their_object_until_taken_off():
    info = stored()
    files.attach(info.id, TICKET, by=SYSTEM, now=NOW)
    files.attach(info.id, TICKET, by=SYSTEM, now=NOW)

    listed = files.of_subject(TICKET)
    files.detach(info.id, TICKET, reason="传错了", by=SYSTEM, now=NOW)

    assert [file.name for file in listed] == ["会议纪要.pdf"]
    assert files.of_subject(TICKET) == []


@pytest.mark.django_db
def test_a_changed_byte_is_found_and_the_restored_file_clears_it():
    info = stored()
    path = files.blob_path(info.sha256)
    path.chmod(0o600)
    path.write_bytes(PDF + b"!")

    damaged = verify(info.sha256, now=NOW)
    path.write_bytes(PDF)
    restored = verify(info.sha256, now=NOW)

    found = findings.of_subject(Subject("files.file", str(info.id)))
    assert (damaged, restored) == (False, True)
    assert [(f.severity, f.state) for f in found] == [("critical", "closed")]


@pytest.mark.django_db
def test_each_file_is_due_for_a_check_after_a_week():
    info = stored()

    assert due_for_check(NOW + timedelta(days=6)) == []
    assert due_for_check(NOW + timedelta(days=7)) == [info.sha256]


@given(st.text(max_size=300))
def test_a_cleaned_name_is_one_harmless_path_part(name):
    safe = files.clean_name(name)

    assert safe
    assert len(safe) <= 160
    assert not set(safe) & set('/\\\x00\n<>:"|?*\u202e')
    assert not safe.startswith(".")
    assert files.clean_name(safe) == safe
