"""Tables of the lake as a source and a target, also those that another program wrote."""

import json
import struct

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.datasets import opened
from steward.engine.connectors.errors import InvalidLocationError
from steward.engine.lake.duck import open_session, scalar
from steward.engine.lake.store import Lake
from steward.engine.lake.table import IndirectTableError

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


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


def z85(data: bytes) -> str:
    words = struct.unpack(f">{len(data) // 4}I", data)
    return "".join(_ALPHABET[word // 85**power % 85] for word in words for power in (4, 3, 2, 1, 0))


@pytest.fixture
def foreign(tmp_path):
    """A table whose second and fourth rows a Spark cluster deleted by a deletion vector."""
    path = tmp_path / "ods" / "t"
    write_deltalake(path, pa.table({"k": [1, 2, 3, 4]}))
    log = path / "_delta_log"
    entries = (log / f"{0:020}.json").read_text(encoding="utf-8").splitlines()
    add = next(entry["add"] for entry in map(json.loads, entries) if "add" in entry)
    bitmap = struct.pack("<IIHHIHH", 12346, 1, 0, 1, 16, 1, 3)
    data = struct.pack("<IQI", 1681511377, 1, 0) + bitmap
    vector = {
        "storageType": "i",
        "pathOrInlineDv": z85(data + b"\0" * (-len(data) % 4)),
        "sizeInBytes": len(data),
        "cardinality": 2,
    }
    features = ["deletionVectors"]
    commit = [
        {"commitInfo": {"timestamp": 1, "operation": "DELETE"}},
        {
            "protocol": {
                "minReaderVersion": 3,
                "minWriterVersion": 7,
                "readerFeatures": features,
                "writerFeatures": features,
            }
        },
        {"remove": {"path": add["path"], "dataChange": True, "deletionTimestamp": 1}},
        {"add": add | {"dataChange": True, "deletionVector": vector}},
    ]
    (log / f"{1:020}.json").write_text("\n".join(map(json.dumps, commit)), encoding="utf-8")
    return f"lake://{tmp_path}#ods.t"


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
