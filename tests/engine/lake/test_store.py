"""Tables of the lake: create, write, read, evolve, and what is refused."""

import multiprocessing
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.lake.commits import Batch
from steward.engine.lake.duck import Limits, open_session
from steward.engine.lake.errors import (
    DiskFullError,
    SchemaMismatchError,
    TableBusyError,
    UnknownTableError,
    VersionGoneError,
    WrongTypeError,
)
from steward.engine.lake.fitting import Fit
from steward.engine.lake.keyed import BadKeysError
from steward.engine.lake.locks import file_lock
from steward.engine.lake.names import InvalidNameError
from steward.engine.lake.store import Lake, TableExistsError
from steward.engine.lake.writes import TooManyDeletesError

LOCAL = datetime.fromisoformat("2026-01-01T08:00")
NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
PEOPLE = pa.schema([("id", pa.int64()), ("姓名", pa.string()), ("age", pa.int32())])


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake", limits=Limits(memory="256MB", threads=1))


@pytest.fixture
def people(lake):
    lake.create("ods.person", PEOPLE, keys=["id"], comment="人口")
    lake.append("ods.person", rows((1, "甲", 30), (2, "乙", 40), (3, "丙", 50)))
    return lake


def rows(*values, schema=PEOPLE):
    return pa.table(list(map(list, zip(*values, strict=True))), schema=schema)


def content(lake, name="ods.person", version=None):
    with open_session() as session:
        table = lake.snapshot(name, version).read(session).read_all()
    return sorted(table.to_pylist(), key=str)


def ids(lake, version=None):
    return [row["id"] for row in content(lake, version=version)]


def test_a_new_table_is_empty_and_knows_its_columns_and_keys(lake):
    snapshot = lake.create("dwd.人口", PEOPLE, keys=["id"])

    assert content(lake, "dwd.人口") == []
    assert snapshot.schema.names == ["id", "姓名", "age"]
    assert snapshot.keys == ("id",)
    assert lake.tables() == ["dwd.人口"]


def test_a_table_with_a_chinese_name_gives_back_its_rows(tmp_path):
    lake = Lake(tmp_path / "数据 湖")
    lake.create("dwd.人口", PEOPLE, keys=["id"])

    lake.upsert("dwd.人口", rows((1, "甲", 30), (2, "乙", 40)), now=NOW)
    lake.upsert("dwd.人口", rows((2, "乙二", 41), (3, "丙", 50)), now=NOW)

    assert len(content(lake, "dwd.人口")) == 3


def test_append_adds_rows_and_an_old_version_stays_readable(people):
    people.append("ods.person", rows((4, "丁", 60)))

    assert ids(people) == [1, 2, 3, 4]
    assert ids(people, version=1) == [1, 2, 3]


def test_a_write_says_the_version_that_holds_it(people):
    first = people.append("ods.person", rows((4, "丁", 60))).version
    second = people.upsert("ods.person", rows((4, "丁", 61)), now=NOW).version

    assert (first, second) == (2, 3)
    assert ids(people, version=first) == [1, 2, 3, 4]


def test_overwrite_replaces_all_rows(people):
    written = people.overwrite("ods.person", rows((9, "戊", 1)))

    assert ids(people) == [9]
    assert (written.inserted, written.deleted) == (1, 3)


def test_upsert_inserts_updates_and_leaves_equal_rows_alone(people):
    written = people.upsert("ods.person", rows((2, "乙", 41), (3, "丙", 50), (4, "丁", 1)), now=NOW)

    assert (written.inserted, written.updated, written.unchanged) == (1, 1, 1)
    assert [(r["id"], r["age"]) for r in content(people)] == [(1, 30), (2, 41), (3, 50), (4, 1)]


def test_an_upsert_of_equal_rows_makes_no_version(people):
    before = people.snapshot("ods.person").version

    people.upsert("ods.person", rows((1, "甲", 30)), now=NOW)

    assert people.snapshot("ods.person").version == before


def test_an_upsert_of_new_keys_adds_its_rows_and_writes_no_other_file(people):
    before = set(people.snapshot("ods.person").files)

    done = people.upsert("ods.person", rows((4, "丁", 60), (5, "戊", 70)), now=NOW)

    assert (done.inserted, done.updated, done.unchanged) == (2, 0, 0)
    assert len(content(people)) == 5
    assert before < set(people.snapshot("ods.person").files)


def test_an_upsert_writes_only_the_files_that_hold_its_keys(people):
    people.append("ods.person", rows((10, "子", 1), (11, "丑", 2)))
    untouched = set(people.snapshot("ods.person", 1).files)

    people.upsert("ods.person", rows((10, "子", 9)), now=NOW)

    assert untouched < set(people.snapshot("ods.person").files)
    assert ids(people) == [1, 10, 11, 2, 3] or ids(people) == [1, 2, 3, 10, 11]


@pytest.mark.parametrize(
    ("values", "message"),
    [(((7, "a", 1), (7, "b", 2)), "1 个关键字重复"), (((None, "a", 1),), "1 行关键字")],
)
def test_an_upsert_with_bad_keys_is_refused_whole(people, values, message):
    with pytest.raises(BadKeysError, match=message):
        people.upsert("ods.person", rows(*values), now=NOW)

    assert ids(people) == [1, 2, 3]


def test_an_upsert_needs_keys(lake):
    lake.create("ods.log", PEOPLE)

    with pytest.raises(BadKeysError, match="没有设定关键字列"):
        lake.upsert("ods.log", rows((1, "a", 1)), now=NOW)


def test_delete_by_keys_and_by_condition(people):
    people.delete("ods.person", keys=pa.table({"id": [1, 99]}), now=NOW)
    written = people.delete("ods.person", where="age > 45", now=NOW)

    assert ids(people) == [2]
    assert written.deleted == 1


def test_a_condition_that_is_unknown_for_a_row_keeps_the_row(people):
    people.append("ods.person", rows((4, "丁", None)))

    people.delete("ods.person", where="age > 0", now=NOW)

    assert ids(people) == [4]


def test_rows_that_the_source_no_longer_has_are_deleted(people):
    written = people.keep_only("ods.person", pa.table({"id": [1, 2]}), at_most=0.5, now=NOW)

    assert (written.deleted, ids(people)) == (1, [1, 2])


def test_a_source_that_lost_most_rows_deletes_nothing(people):
    with pytest.raises(TooManyDeletesError, match="3 行中删除 2 行"):
        people.keep_only("ods.person", pa.table({"id": [1]}), now=NOW)

    assert ids(people) == [1, 2, 3]


def test_a_batch_is_applied_once(people):
    batch = Batch(source="sync:person", number=7, note={"cursor": "2026-03-01"})
    people.append("ods.person", rows((4, "丁", 1)), batch=batch)

    again = people.append("ods.person", rows((4, "丁", 1)), batch=batch)

    assert again.skipped
    assert ids(people) == [1, 2, 3, 4]
    assert people.history("ods.person", 1)[0].batch == batch


def test_a_batch_without_rows_still_leaves_its_mark(people):
    batch = Batch(source="sync:person", number=1)

    people.upsert("ods.person", rows((1, "甲", 30)), batch=batch, now=NOW)

    assert people.history("ods.person", 1)[0].batch == batch


def test_a_column_the_table_lacks_is_refused_by_name(people):
    wider = rows((4, "丁", 1)).append_column("电话", pa.array(["138"]))

    with pytest.raises(SchemaMismatchError, match="没有列“电话”"):
        people.append("ods.person", wider)


def test_a_column_may_be_added_and_old_rows_are_null_there(people):
    wider = rows((4, "丁", 1)).append_column("电话", pa.array(["138"]))

    people.append("ods.person", wider, fit=Fit(new="add"))

    assert [row["电话"] for row in content(people)] == [None, None, None, "138"]


def test_a_column_that_was_added_without_rows_reads_as_null(people):
    empty = rows((4, "丁", 1)).append_column("t", pa.array([LOCAL])).slice(1)

    people.append("ods.person", empty, fit=Fit(new="add"))

    assert {row["t"] for row in content(people)} == {None}


def test_a_missing_column_is_refused_unless_null_is_allowed(people):
    narrow = rows((4, "丁", 1)).drop_columns(["age"])

    with pytest.raises(SchemaMismatchError, match="缺少列“age”"):
        people.append("ods.person", narrow)
    people.append("ods.person", narrow, fit=Fit(missing="null"))

    assert content(people)[-1] == {"id": 4, "姓名": "丁", "age": None}


def test_an_overwrite_never_drops_a_column_that_is_not_named(people):
    narrow = rows((4, "丁", 1)).drop_columns(["age"])

    with pytest.raises(SchemaMismatchError, match="会失去列“age”"):
        people.overwrite("ods.person", narrow)
    people.overwrite("ods.person", narrow, fit=Fit(dropped=("age",)))

    assert content(people) == [{"id": 4, "姓名": "丁"}]


def test_an_overwrite_may_change_types_and_bring_local_times(people):
    table = pa.table({"id": ["a"], "姓名": ["x"], "age": [LOCAL]})

    people.overwrite("ods.person", table)

    assert content(people) == [{"id": "a", "姓名": "x", "age": LOCAL}]


def test_a_wider_type_is_refused_and_a_narrower_one_taken(people):
    schema = pa.schema([("id", pa.int8()), ("姓名", pa.string()), ("age", pa.int64())])

    with pytest.raises(SchemaMismatchError, match="“age”为 int64，表中为 int32"):
        people.append("ods.person", rows((4, "丁", 1), schema=schema))


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (pa.uint64(), 2**64 - 1, Decimal(2**64 - 1)),
        (pa.uint32(), 2**32 - 1, 2**32 - 1),
        (pa.decimal128(38, 10), Decimal("1234567890123456789012345678.0123456789"), None),
        (pa.decimal256(50, 2), Decimal("1" * 48 + ".25"), "1" * 48 + ".25"),
        (pa.timestamp("ns"), LOCAL + timedelta(microseconds=1), None),
        (pa.timestamp("us", "Asia/Shanghai"), datetime(2026, 1, 1, tzinfo=UTC), None),
        (pa.time64("us"), clock(8, 30), "08:30:00"),
        (pa.dictionary(pa.int8(), pa.string()), "男", None),
        (pa.list_(pa.string()), ["a", None], None),
        (pa.struct([("市", pa.string())]), {"市": "衢州"}, None),
        (pa.binary(), b"\x00\xff", None),
        (pa.string(), "a\x00b", None),
        (pa.date32(), date(9999, 12, 31), None),
        (pa.bool_(), True, None),
    ],
)
def test_types_are_kept_without_loss(lake, *, kind, value, stored):
    table = pa.table({"v": pa.array([value, None], kind)})
    lake.create("ods.t", table.schema)

    lake.append("ods.t", table)

    found = [row["v"] for row in content(lake, "ods.t")]
    assert (stored or value) in found
    assert None in found


def test_real_nanoseconds_are_refused_by_column(lake):
    table = pa.table({"时刻": pa.array([1], pa.timestamp("ns"))})
    lake.create("ods.t", table.schema)

    with pytest.raises(WrongTypeError, match="列“时刻”含纳秒级时间"):
        lake.append("ods.t", table)

    assert content(lake, "ods.t") == []


def test_column_names_that_differ_by_case_alone_are_refused(lake):
    with pytest.raises(SchemaMismatchError, match="大小写"):
        lake.create("ods.t", pa.schema([("Id", pa.int64()), ("ID", pa.int64())]))


@pytest.mark.parametrize("name", ["person", "xyz.person", "ods.", "ods.a/b", "ods...", "ods.a b"])
def test_a_name_that_is_no_table_name_is_refused(lake, name):
    with pytest.raises(InvalidNameError, match="表名"):
        lake.create(name, PEOPLE)


def test_unknown_tables_and_versions_are_named(people):
    with pytest.raises(UnknownTableError, match=r"ods\.none"):
        people.snapshot("ods.none")
    with pytest.raises(VersionGoneError, match="版本 99"):
        people.snapshot("ods.person", 99)


def test_a_table_is_created_once(people):
    with pytest.raises(TableExistsError):
        people.create("ods.person", PEOPLE)


def test_another_writer_makes_the_table_busy(tmp_path):
    lock = file_lock(tmp_path, timeout=0.1)

    with lock("ods.person"), pytest.raises(TableBusyError, match="正被另一个任务写入"):
        lock("ods.person").__enter__()


def test_the_caller_may_supply_the_lock(tmp_path):
    taken = []

    class Recorded:
        def __init__(self, name):
            taken.append(name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    lake = Lake(tmp_path, lock=Recorded)
    lake.create("ods.person", PEOPLE)

    lake.append("ods.person", rows((1, "a", 1)))

    assert taken == ["ods.person", "ods.person"]


def test_a_stream_that_fails_leaves_no_rows_and_its_own_error(people):
    def stream():
        yield rows((4, "丁", 1)).to_batches()[0]
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError, match="gone"):
        people.append("ods.person", pa.RecordBatchReader.from_batches(PEOPLE, stream()))

    assert ids(people) == [1, 2, 3]
    assert len(list((people.root / "ods" / "person").glob("part-*"))) == 1


def _append_one(root, number):
    Lake(root).append("ods.person", rows((number, "x", 1)))


def test_many_processes_append_without_losing_a_row(people):
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_append_one, args=(people.root, 100 + number)) for number in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(ids(people)) == 7


def test_writers_without_a_lock_try_again_where_another_was_faster(tmp_path):
    lake = Lake(tmp_path, lock=lambda _name: nullcontext(), limits=Limits(threads=1))
    lake.create("ods.person", PEOPLE, keys=["id"])
    with ThreadPoolExecutor(3) as pool:
        tables = [rows((number, "x", 1)) for number in range(3)]
        list(pool.map(lambda table: lake.upsert("ods.person", table, now=NOW), tables))

    assert ids(lake) == [0, 1, 2]


def test_compaction_joins_small_files_and_changes_no_row(people):
    for number in range(4, 8):
        people.append("ods.person", rows((number, "x", 1)))

    joined = people.compact("ods.person", now=NOW)

    assert joined == 5
    assert len(people.snapshot("ods.person").files) == 1
    assert ids(people) == [1, 2, 3, 4, 5, 6, 7]


def test_a_large_append_stays_within_memory(lake):
    schema = pa.schema([("id", pa.int64()), ("姓名", pa.string()), ("age", pa.int32())])
    lake.create("ods.person", schema)
    batch = pa.record_batch([range(50_000), ["某某某"] * 50_000, [1] * 50_000], schema=schema)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    lake.append("ods.person", pa.RecordBatchReader.from_batches(schema, iter([batch] * 100)))

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert DeltaTable(lake.root / "ods" / "person").count() == 5_000_000
    assert grown < 600_000


ROWS = st.dictionaries(st.integers(0, 8), st.integers(0, 3), max_size=8)


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(["upsert", "delete", "keep"]), ROWS), max_size=4))
def test_any_sequence_of_writes_equals_the_same_on_a_dictionary(tmp_path_factory, steps):
    lake = Lake(tmp_path_factory.mktemp("lake"), limits=Limits(threads=1))
    lake.create("ods.t", pa.schema([("k", pa.int64()), ("v", pa.int64())]), keys=["k"])
    expected: dict[int, int] = {}
    for operation, step in steps:
        table = pa.table(
            {"k": pa.array(step, pa.int64()), "v": pa.array(step.values(), pa.int64())}
        )
        keys = table.select(["k"])
        apply = {
            "upsert": lambda t=table, s=step: (
                lake.upsert("ods.t", t, now=NOW),
                expected.update(s),
            ),
            "delete": lambda k=keys, s=step: (
                lake.delete("ods.t", keys=k, now=NOW),
                [expected.pop(key, None) for key in s],
            ),
            "keep": lambda k=keys, s=step: (
                lake.keep_only("ods.t", k, at_most=1, now=NOW),
                [expected.pop(key) for key in set(expected) - set(s)],
            ),
        }
        apply[operation]()

    found = {row["k"]: row["v"] for row in content(lake, "ods.t")}

    assert found == expected


def test_limits_and_errors_are_importable_without_django():
    code = "import sys, steward.engine.lake.store; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert DiskFullError.status == 507
