"""The net change between two versions."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from steward.engine.lake.changes import changes_between
from steward.engine.lake.duck import open_session
from steward.engine.lake.errors import SchemaMismatchError
from steward.engine.lake.fitting import Fit
from steward.engine.lake.store import Lake

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path)
    lake.create("ods.t", pa.schema([("k", pa.int64()), ("v", pa.string())]), keys=["k"])
    lake.append("ods.t", pa.table({"k": [1, 2, 3], "v": ["a", "b", "c"]}))
    return lake


def feed(lake, since, until=None, **options):
    with open_session() as session:
        found = changes_between(
            session, lake.snapshot("ods.t", since), lake.snapshot("ods.t", until), **options
        )
        return found, found.read(session).read_all().to_pylist()


def test_inserts_updates_and_deletes_are_told_apart(lake):
    lake.upsert("ods.t", pa.table({"k": [2, 4], "v": ["B", "d"]}), now=NOW)
    lake.delete("ods.t", where="k = 1", now=NOW)

    found, rows = feed(lake, 1)

    assert (found.inserted, found.updated, found.deleted) == (1, 1, 1)
    assert sorted((row["_change"], row["k"], row["v"]) for row in rows) == [
        ("delete", 1, "a"),
        ("insert", 4, "d"),
        ("update_after", 2, "B"),
        ("update_before", 2, "b"),
    ]


def test_a_compaction_is_no_change(lake):
    lake.append("ods.t", pa.table({"k": [4], "v": ["d"]}))
    lake.compact("ods.t", now=NOW)

    found, rows = feed(lake, 2)

    assert (found.inserted, found.updated, found.deleted, rows) == (0, 0, 0, [])


def test_a_change_that_was_taken_back_is_no_change(lake):
    lake.upsert("ods.t", pa.table({"k": [1], "v": ["x"]}), now=NOW)
    lake.upsert("ods.t", pa.table({"k": [1], "v": ["a"]}), now=NOW)

    assert feed(lake, 1)[1] == []


def test_without_keys_rows_count_as_often_as_they_occur(lake):
    lake.create("ods.log", pa.schema([("v", pa.string())]))
    lake.append("ods.log", pa.table({"v": ["a", "a"]}))
    lake.overwrite("ods.log", pa.table({"v": ["a", "b"]}))

    with open_session() as session:
        found = changes_between(session, lake.snapshot("ods.log", 1), lake.snapshot("ods.log"))

    assert (found.inserted, found.updated, found.deleted) == (1, 0, 1)


def test_a_column_added_in_between_counts_as_null_before(lake):
    wider = pa.table({"k": [1, 2], "v": ["a", "b"], "w": ["x", None]})
    lake.upsert("ods.t", wider, fit=Fit(new="add"), now=NOW)

    found, _ = feed(lake, 1)

    assert (found.inserted, found.updated, found.deleted) == (0, 1, 0)


def test_a_column_whose_type_changed_in_between_is_named(lake):
    lake.overwrite("ods.t", pa.table({"k": [1], "v": [1]}))

    with pytest.raises(SchemaMismatchError, match="改变了列（v）"):
        feed(lake, 1)
