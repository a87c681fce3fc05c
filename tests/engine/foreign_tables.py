"""Delta tables as other programs write them, made by hand after the protocol, as fixtures."""

import json
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


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


PROTOCOLS = {
    "features": {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": ["columnMapping"],
        "writerFeatures": ["columnMapping"],
    },
    "versions": {"minReaderVersion": 2, "minWriterVersion": 5},
}


@pytest.fixture(params=list(PROTOCOLS))
def mapped(request, tmp_path):
    """A table as Spark writes it with renamed columns: the files hold other names."""
    folder = tmp_path / "ods" / "m"
    (folder / "_delta_log").mkdir(parents=True)
    pq.write_table(pa.table({"col-1": [1, 2], "col-2": ["甲", "乙"]}), folder / "a.parquet")
    fields = [
        {
            "name": name,
            "type": kind,
            "nullable": True,
            "metadata": {
                "delta.columnMapping.id": number,
                "delta.columnMapping.physicalName": f"col-{number}",
            },
        }
        for number, (name, kind) in enumerate([("编号", "long"), ("姓名", "string")], start=1)
    ]
    size = (folder / "a.parquet").stat().st_size
    commit = [
        {"commitInfo": {"timestamp": 1, "operation": "WRITE"}},
        {"protocol": PROTOCOLS[request.param]},
        {
            "metaData": {
                "id": "00000000-0000-4000-8000-000000000001",
                "format": {"provider": "parquet", "options": {}},
                "schemaString": json.dumps({"type": "struct", "fields": fields}),
                "partitionColumns": [],
                "configuration": {
                    "delta.columnMapping.mode": "name",
                    "delta.columnMapping.maxColumnId": "2",
                },
                "createdTime": 1,
            }
        },
        {
            "add": {
                "path": "a.parquet",
                "partitionValues": {},
                "size": size,
                "modificationTime": 1,
                "dataChange": True,
            }
        },
    ]
    log = folder / "_delta_log" / f"{0:020}.json"
    log.write_text("\n".join(map(json.dumps, commit)), encoding="utf-8")
    return f"lake://{tmp_path}#ods.m"
