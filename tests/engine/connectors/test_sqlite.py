"""SQLite: declared types, values of another type, whole writes."""

import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.errors import BadRowError, SourceLostError, SourceMissingError
from steward.engine.connectors.rejects import Rejects
from steward.engine.lake.errors import DamagedFileError


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            'CREATE TABLE "人口" (id INTEGER PRIMARY KEY, "姓名" TEXT, amount DECIMAL(10, 2), '
            "day DATE, at DATETIME, yes BOOLEAN, raw BLOB, real REAL);"
            "INSERT INTO \"人口\" VALUES (1, '张三', 1.5, '2024-01-02', '2024-01-02 08:00:00', "
            "1, x'00ff', 2.5);"
            'INSERT INTO "人口" (id) VALUES (2);'
        )
    return f"{path}#人口"


def execute(location, statement):
    with closing(sqlite3.connect(location.partition("#")[0])) as connection, connection:
        connection.execute(statement)


def rows(location, *, rejects=None, **request):
    with open_connector(location, rejects=rejects).open(Read(**request)) as stream:
        return stream.reader.read_all().to_pylist()


def test_values_arrive_by_declared_type(people):
    assert rows(people)[0] == {
        "id": 1,
        "姓名": "张三",
        "amount": Decimal("1.50"),
        "day": date(2024, 1, 2),
        "at": datetime.fromisoformat("2024-01-02T08:00"),
        "yes": True,
        "raw": b"\x00\xff",
        "real": 2.5,
    }


def test_a_table_is_described(people):
    info = open_connector(people).describe()

    assert (info.keys, info.rows) == (("id",), 2)
    assert [table.name for table in open_connector(people).tables()] == ["人口"]


def test_a_value_of_another_type_is_named_or_kept_apart(people):
    execute(people, "INSERT INTO \"人口\" (id, day) VALUES (3, '去年')")
    rejects = Rejects(keep=True)

    with pytest.raises(BadRowError, match="第 3 行列“day”，值为“去年”"):
        rows(people)
    good = rows(people, rejects=rejects)

    assert [row["id"] for row in good] == [1, 2]
    assert rejects.count == 1


def test_windows_and_limits(people):
    assert rows(people, columns=("id",), window=Window(column="id", after=1)) == [{"id": 2}]
    assert open_connector(people).limit(Window(column="id"), None) == 2


def test_files_and_tables_that_are_not_there_are_named(people, tmp_path):
    (tmp_path / "bad.sqlite").write_text("not a database " * 100, encoding="utf-8")

    with pytest.raises(SourceMissingError, match="没有表“x”"):
        rows(people.replace("人口", "x"))
    with pytest.raises(SourceMissingError, match="文件不存在"):
        rows(str(tmp_path / "none.sqlite#t"))
    with pytest.raises(DamagedFileError, match="不是 SQLite 数据库"):
        rows(str(tmp_path / "bad.sqlite#t"))


TABLE = pa.table(
    {
        "k": pa.array([1, 2], pa.int64()),
        "额": pa.array([Decimal("12345678901234567890.12"), None], pa.decimal128(22, 2)),
        "日": pa.array([date(2024, 1, 1), None]),
        "时": pa.array([datetime.fromisoformat("2024-01-01T00:00:00.000001"), None]),
        "字": ["a\0b", None],
    }
)


def test_a_written_table_reads_back_equal(tmp_path):
    location = f"{tmp_path}/new.sqlite#t"

    open_connector(location).write(TABLE.to_reader(), mode="overwrite", keys=("k",))

    assert rows(location) == TABLE.to_pylist()


def test_append_overwrite_and_upsert(tmp_path):
    location = f"{tmp_path}/new.sqlite#t"
    target = open_connector(location)
    target.write(pa.table({"k": [1, 2], "v": ["a", "b"]}).to_reader(), mode="append", keys=("k",))

    target.write(pa.table({"k": [2, 3], "v": ["B", "c"]}).to_reader(), mode="upsert", keys=("k",))
    merged = rows(location)
    target.write(pa.table({"k": [9], "v": ["z"]}).to_reader(), mode="overwrite", keys=("k",))

    assert sorted(row["v"] for row in merged) == ["B", "a", "c"]
    assert rows(location) == [{"k": 9, "v": "z"}]


def test_a_write_that_breaks_a_key_leaves_the_table_as_it_was(tmp_path):
    location = f"{tmp_path}/new.sqlite#t"
    target = open_connector(location)
    target.write(pa.table({"k": [1]}).to_reader(), mode="append", keys=("k",))

    with pytest.raises(SourceLostError, match="未写入任何数据"):
        target.write(pa.table({"k": [2, 1]}).to_reader(), mode="append", keys=("k",))

    assert rows(location) == [{"k": 1}]
