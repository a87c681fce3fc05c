"""Unstructured files: whole or not at all, once by content, versions kept, nothing deleted silently."""

import hashlib
import os

import pytest

from steward.core.findings.models import Finding
from steward.data.collection import vault
from steward.data.collection.models import CollectedFile
from steward.data.collection.verifying import check_kept_files
from tests.data.collection.files_support import filing_on
from tests.data.collection.support import run
from tests.factories.sources import source_at
from tests.support import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["ftp", "sftp"])
def source(request):
    return source_at(request.getfixturevalue(request.param), purpose="files")


def put(root, name, content, *, at=1_700_000_000):
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))


def test_every_file_is_registered_with_its_hash_and_lies_in_the_store(source, root):
    task = filing_on(source)

    found = run(task)

    photo = CollectedFile.objects.get(path="2026/照片.jpg")
    assert (found.state, found.expected, found.read, found.rows_after) == ("succeeded", 3, 3, 3)
    content = (root / "2026" / "照片.jpg").read_bytes()
    assert photo.sha256 == hashlib.sha256(content).hexdigest()
    assert vault.path_of(photo.sha256).read_bytes() == content


def test_a_second_run_brings_nothing_again(source):
    task = filing_on(source)
    run(task)

    found = run(task)

    assert (found.unchanged, found.inserted, found.bytes) == (3, 0, 0)
    assert CollectedFile.objects.count() == 3


def test_only_what_fits_the_pattern_is_brought(source):
    task = filing_on(source, pattern="2026/*")

    run(task)

    assert [row.path for row in CollectedFile.objects.all()] == ["2026/照片.jpg"]


def test_a_changed_file_is_a_further_version_and_the_first_one_stays(source, root):
    task = filing_on(source)
    run(task)
    before = CollectedFile.objects.get(path="a.csv")
    put(root, "a.csv", b"other", at=1_800_000_000)

    found = run(task)

    after = CollectedFile.objects.get(path="a.csv", is_current=True)
    assert (found.updated, after.version) == (1, 2)
    assert vault.path_of(before.sha256).exists()


def test_a_vanished_file_is_noted_and_kept(source, root):
    task = filing_on(source)
    run(task)
    (root / "a.csv").unlink()

    found = run(task)

    row = CollectedFile.objects.get(path="a.csv")
    assert (found.state, found.deleted, row.gone_at) == ("succeeded", 1, NOW)
    assert vault.path_of(row.sha256).exists()


def test_a_file_that_comes_back_is_no_longer_gone(source, root):
    task = filing_on(source)
    content = (root / "a.csv").read_bytes()
    stamp = (root / "a.csv").stat().st_mtime
    run(task)
    (root / "a.csv").unlink()
    run(task)
    put(root, "a.csv", content, at=int(stamp))

    run(task)

    assert CollectedFile.objects.get(path="a.csv").gone_at is None


@pytest.mark.parametrize("kind", ["sha256", "sm3", "md5"])
def test_the_checksum_beside_a_file_is_compared(source, root, kind):
    put(root, "b.bin", b"content")
    put(root, f"b.bin.{kind}", f"{hashlib.new(kind, b'content').hexdigest()}  b.bin\n".encode())
    task = filing_on(source, pattern="b.bin*")

    found = run(task)

    assert found.state == "succeeded"
    assert [(row.path, row.verified) for row in CollectedFile.objects.all()] == [("b.bin", kind)]


def test_a_file_that_does_not_agree_with_its_checksum_is_not_registered(source, root):
    put(root, "b.bin", b"content")
    put(root, "b.bin.sha256", b"0" * 64)
    task = filing_on(source)

    found = run(task)

    assert found.state == "failed"
    assert "校验值不符" in found.error
    assert not CollectedFile.objects.filter(path="b.bin").exists()
    assert CollectedFile.objects.count() == 3


def test_empty_and_oversize_files_are_told_and_the_others_come(source, root):
    put(root, "empty.pdf", b"")
    put(root, "huge.pdf", b"x" * 200_000)
    task = filing_on(source, max_bytes=100_000)

    found = run(task)

    assert (found.state, found.read, found.rejected) == ("failed", 3, 2)
    assert "空文件" in found.error
    assert "超过任务的上限" in found.error
    assert found.expected == found.read + found.rejected


def test_a_transfer_that_broke_off_goes_on_where_it_stopped(sftp, sftp_class, root):
    put(root, "big.bin", bytes(range(256)) * 8_000)
    task = filing_on(source_at(sftp), pattern="big.bin")
    sftp_class.cut_after = 600_000

    found = run(task)

    row = CollectedFile.objects.get()
    assert (found.state, sftp_class.cut_after) == ("succeeded", None)
    assert vault.path_of(row.sha256).read_bytes() == (root / "big.bin").read_bytes()
    assert sum(offset == 0 for offset in sftp_class.offsets) == 1


def test_a_file_cut_in_transfer_is_not_registered(ftps_server, ftps, *, certificate, root):
    put(root, "big.bin", bytes(range(256)) * 8_000)
    task = filing_on(
        source_at(ftps, trust=(certificate / "cert.pem").read_text()), pattern="big.bin"
    )
    ftps_server.cut_after = 0

    found = run(task)
    again = run(task)

    assert (found.state, again.state) == ("failed", "succeeded")
    assert CollectedFile.objects.count() == 1


def test_a_dead_server_fails_the_run_and_marks_nothing_as_gone(source):
    task = filing_on(source)
    run(task)
    type(source).objects.filter(pk=source.pk).update(port=1)

    found = run(task)

    assert (found.state, CollectedFile.objects.filter(gone_at__isnull=False).count()) == (
        "failed", 0,
    )  # fmt: skip


def test_a_kept_file_that_is_damaged_is_a_finding(source):
    task = filing_on(source)
    run(task)
    row = CollectedFile.objects.get(path="a.csv")
    vault.path_of(row.sha256).write_bytes(b"damaged")

    list(check_kept_files(now=NOW))

    assert "1 个文件损坏或丢失" in Finding.objects.get(fingerprint=f"damaged:{task.pk}").title


def test_a_kept_file_that_got_lost_is_brought_again(source, root):
    task = filing_on(source)
    run(task)
    row = CollectedFile.objects.get(path="a.csv")
    vault.path_of(row.sha256).unlink()

    found = run(task)

    assert (found.state, found.unchanged) == ("succeeded", 3)
    assert vault.path_of(row.sha256).read_bytes() == (root / "a.csv").read_bytes()
    assert CollectedFile.objects.count() == 3


def test_what_began_to_arrive_of_a_vanished_file_is_thrown_away(source, root):
    put(root, "b.bin", b"content")
    put(root, "b.bin.sha256", b"0" * 64)
    task = filing_on(source)
    half = vault.incoming(task.pk, "b.bin", size=9, modified_at=NOW)
    half.write_bytes(b"half")
    (root / "b.bin").unlink()

    run(task)

    assert not half.exists()
