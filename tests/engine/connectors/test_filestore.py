"""Folders here and behind FTP, FTPS and SFTP: the same behaviour for each."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import SourceMissingError, UnsupportedError
from steward.engine.connectors.rejects import Rejects
from steward.engine.lake.errors import SchemaMismatchError


def rows(location, *, rejects=None):
    with open_connector(location, rejects=rejects).open(Read()) as stream:
        return stream.reader.read_all().to_pylist()


def test_files_of_one_shape_are_one_table_that_names_its_files(store):
    assert rows(f"{store}#*.csv") == [
        {"k": "1", "v": "甲", "_file": "a.csv"},
        {"k": "2", "v": "乙", "_file": "b.csv"},
    ]


def test_without_a_pattern_the_table_is_the_list_of_files(store):
    listed = rows(store)

    assert [(row["path"], row["size"]) for row in listed] == [
        ("2026/照片.jpg", 50_000),
        ("a.csv", 10),
        ("b.csv", 9),
    ]


def test_data_files_are_discovered_with_their_columns(store):
    tables = open_connector(store).tables()

    assert [(table.name, table.schema.names) for table in tables] == [
        ("a.csv", ["k", "v"]),
        ("b.csv", ["k", "v"]),
    ]


def test_files_are_copied_once_and_again_when_they_change(store, root, tmp_path):
    source = open_connector(store)
    first = source.mirror(tmp_path / "copy", {})
    second = source.mirror(tmp_path / "copy", first.state)
    (root / "a.csv").write_text("k,v\n1,甲甲\n", encoding="utf-8")

    third = source.mirror(tmp_path / "copy", second.state)

    assert (len(first.copied), len(second.copied), second.unchanged) == (3, 0, 3)
    assert third.copied == ["a.csv"]
    assert (tmp_path / "copy/2026/照片.jpg").read_bytes() == (root / "2026/照片.jpg").read_bytes()


def test_a_copy_goes_on_where_it_stopped(store, root, tmp_path):
    source = open_connector(store)
    entry = source.entries()[0]
    target = tmp_path / "copy" / "2026"
    target.mkdir(parents=True)
    part = target / f".照片.jpg.50000-{int(entry.modified_at.timestamp())}.part"
    part.write_bytes((root / "2026/照片.jpg").read_bytes()[:20_000])

    source.mirror(tmp_path / "copy", {})

    assert (target / "照片.jpg").read_bytes() == (root / "2026/照片.jpg").read_bytes()
    assert not part.exists()


def test_a_written_file_appears_whole(store, root):
    table = pa.table({"k": ["9"], "v": ["丙"]})

    open_connector(f"{store}#出/c.csv").write(table.to_reader(), mode="overwrite")

    assert rows(f"{store}#出/c.csv") == [{"k": "9", "v": "丙", "_file": "出/c.csv"}]
    assert not list(Path(root).rglob("*.part"))


def test_files_of_other_columns_are_named(store, root):
    (root / "c.csv").write_text("x\n1\n", encoding="utf-8")

    with pytest.raises(SchemaMismatchError, match=r"c\.csv 与 a\.csv 的列不一致"):
        rows(f"{store}#*.csv")


def test_bad_rows_of_a_file_are_kept_apart_with_its_name(store, root):
    (root / "b.csv").write_text("k,v\n2\n3,丙\n", encoding="utf-8")
    rejects = Rejects(keep=True)

    found = rows(f"{store}#*.csv", rejects=rejects)

    assert [row["k"] for row in found] == ["1", "3"]
    assert (rejects.first[0].place, rejects.first[0].row) == ("b.csv", 2)


def test_a_pattern_that_meets_no_file_is_named(store):
    with pytest.raises(SourceMissingError, match=r"没有与“\*\.xlsx”相符的文件"):
        rows(f"{store}#*.xlsx")


def test_a_table_needs_a_file_name_to_be_written(store):
    with pytest.raises(UnsupportedError, match="写明文件名"):
        open_connector(store).write(pa.table({"a": [1]}).to_reader(), mode="overwrite")


@pytest.mark.parametrize(
    ("suffix", "digest"),
    [
        ("sha256", lambda content: f"{hashlib.sha256(content).hexdigest()}  a.csv\n"),
        ("md5", lambda content: hashlib.md5(content).hexdigest().upper()),  # noqa: S324
        ("sm3", lambda content: hashlib.new("sm3", content).hexdigest()),
    ],
)
def test_a_checksum_beside_a_file_is_checked(suffix, digest, store, *, root, tmp_path):
    (root / f"a.csv.{suffix}").write_text(digest((root / "a.csv").read_bytes()))
    (root / f"b.csv.{suffix}").write_text(digest(b"something else"))

    found = open_connector(store).mirror(tmp_path / "copy", {})

    assert list(found.failed) == ["b.csv"]
    assert "校验值不符" in found.failed["b.csv"]
    assert (tmp_path / "copy" / "a.csv").exists()
    assert not (tmp_path / "copy" / "b.csv").exists()
