"""Folders on this machine."""

import shutil

import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import SourceMissingError


def rows(location):
    with open_connector(location).open(Read()) as stream:
        return stream.reader.read_all().to_pylist()


def test_a_path_to_a_folder_needs_no_scheme(root):
    assert [row["k"] for row in rows(f"{root}#*.csv")] == ["1", "2"]


def test_files_are_read_where_they_are(root):
    before = sorted(root.rglob("*"))

    rows(f"dir://{root}#*.csv")

    assert sorted(root.rglob("*")) == before


def test_hidden_files_are_not_listed(root):
    (root / ".draft.csv").write_text("k,v\n3,丙\n", encoding="utf-8")

    assert [row["path"] for row in rows(f"dir://{root}")] == ["2026/照片.jpg", "a.csv", "b.csv"]


def test_a_folder_that_is_not_there_is_said(root):
    shutil.rmtree(root)

    with pytest.raises(SourceMissingError, match="目录不存在"):
        rows(f"dir://{root}")


def test_a_write_that_fails_leaves_the_old_file(root):
    def broken():
        yield pa.record_batch({"k": ["9"], "v": ["x"]})
        raise OSError("gone")

    reader = pa.RecordBatchReader.from_batches(
        pa.schema([("k", pa.string()), ("v", pa.string())]), broken()
    )

    with pytest.raises(OSError, match="gone"):
        open_connector(f"dir://{root}#a.csv").write(reader, mode="overwrite")

    assert (root / "a.csv").read_text(encoding="utf-8") == "k,v\n1,甲\n"
    assert len(list(root.iterdir())) == 3
