"""Tables of the lake as a source and a target, also those that another program wrote."""

import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.datasets import opened
from steward.engine.connectors.errors import InvalidLocationError
from steward.engine.lake.duck import open_session, scalar
from steward.engine.lake.store import Lake
from steward.engine.lake.table import IndirectTableError


@pytest.fixture
def location(tmp_path):
    return f"lake://{tmp_path}#ods.t"


def rows(location, **request):
    with open_connector(location).open(Read(**request)) as stream:
        return stream.reader.read_all().to_pylist()


def write(location, mode="append", **columns):
    open_connector(location).write(pa.table(columns).to_reader(), mode=mode, keys=("k",))


def test_append_overwrite_and_upsert(location):
    write(location, k=[1, 2], v=["a", "b"])
    write(location, mode="upsert", k=[2, 3], v=["B", "c"])
    merged = rows(location)
    write(location, mode="overwrite", k=[9], v=["z"])

    assert sorted(row["v"] for row in merged) == ["B", "a", "c"]
    assert rows(location) == [{"k": 9, "v": "z"}]


def test_an_old_version_is_read_by_its_number(location):
    write(location, k=[1], v=["a"])
    write(location, k=[2], v=["b"])

    assert rows(location.replace("#", "?version=1#")) == [{"k": 1, "v": "a"}]
    with pytest.raises(InvalidLocationError, match="版本号“x”"):
        rows(location.replace("#", "?version=x#"))


def test_windows_limits_and_columns(location):
    write(location, k=[1, 2, 3], v=["a", "b", "c"])
    source = open_connector(location)

    assert rows(location, columns=("v",), window=Window(column="k", after=2)) == [{"v": "c"}]
    assert source.limit(Window(column="k", after=1), 1) == 2
    assert [table.name for table in source.tables()] == ["ods.t"]


def test_rows_that_another_program_deleted_by_a_vector_are_not_read(foreign):
    source = open_connector(foreign)
    with open_session() as session, opened(session, source) as data:
        count = scalar(session, f"SELECT count(*) FROM {data.relation}")  # noqa: S608

    assert rows(foreign) == [{"k": 1}, {"k": 3}]
    assert count == 2
    assert source.limit(Window(column="k"), None) == 3


def test_a_table_with_deletion_vectors_is_not_written_or_read_as_files(foreign, tmp_path):
    lake = Lake(tmp_path)

    with pytest.raises(IndirectTableError, match="删除向量"):
        lake.snapshot("ods.t")
    with pytest.raises(IndirectTableError, match="不能写入"):
        lake.append("ods.t", pa.table({"k": [5]}))


def test_renamed_columns_of_another_program_are_read_by_their_new_names(mapped):
    assert rows(mapped) == [{"编号": 1, "姓名": "甲"}, {"编号": 2, "姓名": "乙"}]


def test_a_table_with_renamed_columns_is_compared_by_its_new_names(mapped):
    with open_session() as session, opened(session, open_connector(mapped)) as data:
        found = session.execute(f"SELECT max(编号), min(姓名) FROM {data.relation}").fetchall()  # noqa: S608

    assert found == [(2, "乙")]


def test_a_table_with_renamed_columns_is_not_written_or_read_as_files(mapped, tmp_path):
    lake = Lake(tmp_path)

    with pytest.raises(IndirectTableError, match="列映射"):
        lake.snapshot("ods.m")
    with pytest.raises(IndirectTableError, match="不能写入"):
        lake.append("ods.m", pa.table({"编号": [5], "姓名": ["丙"]}))
    assert mapped.endswith("#ods.m")
