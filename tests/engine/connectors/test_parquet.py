"""Parquet: one file or many, damage named, files that appear whole."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.errors import SourceMissingError, UnsupportedError
from steward.engine.lake.errors import DamagedFileError, MissingColumnError, SchemaMismatchError


@pytest.fixture
def folder(tmp_path):
    for number in (1, 2):
        table = pa.table({"k": [number], "名": [f"n{number}"]})
        pq.write_table(table, tmp_path / f"{number}.parquet")
    return tmp_path


def rows(location, **request):
    with open_connector(str(location)).open(Read(**request)) as stream:
        return stream.reader.read_all().to_pylist()


def test_files_of_a_pattern_are_one_table(folder):
    assert rows(folder / "*.parquet") == [{"k": 1, "名": "n1"}, {"k": 2, "名": "n2"}]
    assert open_connector(str(folder / "*.parquet")).describe().rows == 2


def test_columns_and_window(folder):
    window = Window(column="k", after=1)

    assert rows(folder / "*.parquet", columns=("名",), window=window) == [{"名": "n2"}]
    assert open_connector(str(folder / "*.parquet")).limit(Window(column="k"), None) == 2


def test_files_of_other_columns_are_named(folder):
    pq.write_table(pa.table({"x": [1]}), folder / "3.parquet")

    with pytest.raises(SchemaMismatchError, match=r"3\.parquet 与 .*1\.parquet 的列不一致"):
        rows(folder / "*.parquet")


@pytest.mark.parametrize("keep", [0, 10, 60])
def test_a_truncated_file_is_named(folder, keep):
    path = folder / "1.parquet"
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(DamagedFileError, match=r"1\.parquet 已损坏或不是完整的 Parquet 文件"):
        rows(path)


def test_damage_in_the_middle_of_a_file_of_ours_is_named_with_the_rows_so_far(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({"k": list(range(300_000))})
    open_connector(str(path)).write(table.to_reader(70_000), mode="overwrite")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(data)

    with pytest.raises(DamagedFileError, match=r"读到第 [1-9]\d* 行"):
        rows(path)


def test_missing_files_and_columns_are_named(folder):
    with pytest.raises(SourceMissingError, match="文件不存在"):
        rows(folder / "none.parquet")
    with pytest.raises(MissingColumnError, match="没有列“x”"):
        rows(folder / "1.parquet", window=Window(column="x"))


def test_a_file_is_replaced_whole_and_not_appended_to(folder):
    target = open_connector(str(folder / "1.parquet"))
    table = pa.table({"a": [1]})

    target.write(table.to_reader(), mode="overwrite")

    assert rows(folder / "1.parquet") == [{"a": 1}]
    with pytest.raises(UnsupportedError, match="不能追加"):
        target.write(table.to_reader(), mode="append")


FULL = """
import random, resource, signal, sys
import pyarrow as pa
from steward.engine.connectors.base import open_connector
from steward.engine.lake.errors import DiskFullError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
target = open_connector(sys.argv[1])
target.write(pa.table({"a": ["old"]}).to_reader(), mode="overwrite")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
table = pa.table({"a": [str(random.random()) for _ in range(100_000)]})
try:
    target.write(table.to_reader(), mode="overwrite")
except DiskFullError as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, name):
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "磁盘空间不足" in done.stdout
    assert rows(tmp_path / name) == [{"a": "old"}]
    assert [path.name for path in tmp_path.iterdir()] == [name]
