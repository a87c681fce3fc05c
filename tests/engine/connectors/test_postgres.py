"""PostgreSQL: types without loss, one snapshot, lost connections, whole writes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.errors import SourceLostError, SourceMissingError
from steward.engine.lake.errors import MissingColumnError, WrongTypeError

LOCAL = datetime.fromisoformat("2024-01-01T00:00:01.123456")
PEOPLE = """
CREATE TABLE "人口" (
  id bigint, "姓名" varchar(20), amount numeric(12, 2), free numeric, day date, at timestamp,
  zoned timestamptz, raw bytea, doc jsonb, uid uuid, list int[], clock time, span interval,
  real8 float8, yes boolean, padded char(5), small smallint, PRIMARY KEY (small, id));
COMMENT ON TABLE "人口" IS '人口基础表';
COMMENT ON COLUMN "人口".amount IS '金额';
INSERT INTO "人口" VALUES (1, '张三', 1.5, 12345678901234567890.123, '2024-01-02',
  '2024-01-01 00:00:01.123456', '2024-01-01 08:00+08', '\\x0001', '{"a": 1}',
  '00000000-0000-0000-0000-000000000001', '{1,2}', '08:00', '1 day', 1.5, true, 'ab', 7);
INSERT INTO "人口" (id, small) VALUES (2, 7);
"""


@pytest.fixture
def database(postgres_server):
    return postgres_server.create_database()


@pytest.fixture
def execute(database):
    def run(statements):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(statements)

    return run


@pytest.fixture
def people(database, execute):
    execute(PEOPLE)
    return f"{database}#人口"


def rows(location, **request):
    with open_connector(location).open(Read(**request)) as stream:
        return stream.reader.read_all().to_pylist()


def test_a_table_is_described_with_types_keys_and_comments(people):
    info = open_connector(people).describe()

    assert (info.name, info.comment, info.keys) == ("public.人口", "人口基础表", ("small", "id"))
    amount = next(column for column in info.columns if column.name == "amount")
    assert (amount.type, amount.source_type, amount.comment) == (
        pa.decimal128(12, 2),
        "numeric(12,2)",
        "金额",
    )
    assert [table.name for table in open_connector(people).tables()] == ["public.人口"]


def test_values_arrive_without_loss(people):
    first = next(row for row in rows(people) if row["id"] == 1)

    assert first == {
        "id": 1,
        "姓名": "张三",
        "amount": Decimal("1.50"),
        "free": "12345678901234567890.123",
        "day": date(2024, 1, 2),
        "at": LOCAL,
        "zoned": datetime(2024, 1, 1, tzinfo=UTC),
        "raw": b"\x00\x01",
        "doc": '{"a": 1}',
        "uid": "00000000-0000-0000-0000-000000000001",
        "list": "{1,2}",
        "clock": "08:00:00",
        "span": "1 day",
        "real8": 1.5,
        "yes": True,
        "padded": "ab   ",
        "small": 7,
    }


def test_missing_values_stay_missing(people):
    second = next(row for row in rows(people) if row["id"] == 2)

    assert {name for name, value in second.items() if value is not None} == {"id", "small"}


def test_the_source_counts_its_rows_in_the_same_snapshot(people, execute):
    with open_connector(people).open(Read()) as stream:
        execute('INSERT INTO "人口" (id, small) VALUES (3, 7)')
        found = stream.reader.read_all().num_rows

    assert (stream.expected, found) == (2, 2)


def test_columns_and_window_are_pushed_to_the_server(people):
    window = Window(column="id", after=1, upto=9)

    assert rows(people, columns=("id",), window=window) == [{"id": 2}]


@pytest.mark.parametrize(
    ("value", "inclusive", "found"),
    [(LOCAL, True, 1), (LOCAL, False, 0), (None, False, 1)],
)
def test_a_window_by_time_is_exact(people, *, value, inclusive, found):
    window = Window(column="at", after=value, inclusive=inclusive)

    assert len(rows(people, columns=("id",), window=window)) == found


def test_the_limit_is_the_cursor_of_the_last_row_of_a_chunk(people, execute):
    execute('INSERT INTO "人口" (id, small) SELECT n, 1 FROM generate_series(3, 9) n')
    source = open_connector(people)

    assert source.limit(Window(column="id"), None) == 9
    assert source.limit(Window(column="id", after=2), 3) == 5
    assert source.limit(Window(column="id", after=9), 3) is None


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("day", "infinity", "列“day”有 infinity"),
        ("zoned", "-infinity", "列“zoned”有 infinity"),
        ("amount", "NaN", "列“amount”有不是 decimal128"),
    ],
)
def test_what_arrow_cannot_hold_is_named_and_can_be_taken_as_text(
    people, execute, *, column, value, message
):
    execute(f"""INSERT INTO "人口" (id, small, {column}) VALUES (3, 7, '{value}')""")  # noqa: S608

    with pytest.raises(WrongTypeError, match=message):
        rows(people)
    texts = rows(people, columns=("id", column), as_text=frozenset({column}))

    assert {"id": 3, column: value} in texts


def test_a_dead_connection_in_the_middle_is_said_with_the_rows_so_far(people, execute):
    execute(
        'INSERT INTO "人口" (id, small, "姓名") SELECT n, 1, repeat(\'某\', 20) FROM generate_series(3, 900000) n'
    )

    with open_connector(people).open(Read()) as stream:
        next(stream.reader)
        execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with pytest.raises(SourceLostError, match=r"连接中断或出错，已读 [1-9]\d* 行"):
            stream.reader.read_all()


def test_a_server_that_is_not_there_is_said_without_the_password():
    source = open_connector("postgresql://u:topsecret@127.0.0.1:1/db#t")

    with pytest.raises(SourceLostError, match="无法访问") as caught:
        source.describe()

    assert "topsecret" not in str(caught.value)
    assert "topsecret" not in repr(source.location)


def test_an_unknown_table_and_column_are_named(people, database):
    with pytest.raises(SourceMissingError, match="没有表“none”"):
        rows(f"{database}#none")
    with pytest.raises(MissingColumnError, match="没有列“电话”"):
        rows(people, columns=("电话",))


TABLE = pa.table(
    {
        "编号": pa.array([1, 2], pa.int64()),
        "名": ["甲", None],
        "额": pa.array([Decimal("1.20"), None], pa.decimal128(30, 2)),
        "时": pa.array([datetime(2024, 1, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        "日": pa.array([date(2024, 1, 1), None]),
        "块": pa.array([b"\x00", None]),
    }
)


def test_a_written_table_reads_back_equal(database):
    target = open_connector(f"{database}#public.结果")

    written = target.write(TABLE.to_reader(), mode="overwrite", keys=("编号",))

    assert written == 2
    assert rows(f"{database}#结果") == TABLE.to_pylist()
    assert target.describe().keys == ("编号",)


def test_append_overwrite_and_upsert(database):
    target = open_connector(f"{database}#t")
    target.write(pa.table({"k": [1, 2], "v": ["a", "b"]}).to_reader(), mode="append", keys=("k",))

    target.write(pa.table({"k": [2, 3], "v": ["B", "c"]}).to_reader(), mode="upsert", keys=("k",))
    merged = rows(f"{database}#t")
    target.write(pa.table({"k": [9], "v": ["z"]}).to_reader(), mode="overwrite", keys=("k",))

    assert sorted(row["v"] for row in merged) == ["B", "a", "c"]
    assert rows(f"{database}#t") == [{"k": 9, "v": "z"}]


def test_text_with_nul_is_named_by_row_and_column_and_nothing_is_written(database):
    target = open_connector(f"{database}#t")
    target.write(pa.table({"k": [1], "v": ["a"]}).to_reader(), mode="append")

    with pytest.raises(WrongTypeError, match="第 2 行列“v”含空字符"):
        target.write(pa.table({"k": [2, 3], "v": ["b", "c\0"]}).to_reader(), mode="overwrite")

    assert rows(f"{database}#t") == [{"k": 1, "v": "a"}]


def test_a_source_that_breaks_off_leaves_the_target_as_it_was(database):
    target = open_connector(f"{database}#t")
    target.write(pa.table({"k": [1]}).to_reader(), mode="append")

    def stream():
        yield pa.record_batch({"k": [2]})
        raise SourceLostError("来源断开")

    broken = pa.RecordBatchReader.from_batches(pa.schema([("k", pa.int64())]), stream())
    with pytest.raises(SourceLostError, match="来源断开"):
        target.write(broken, mode="overwrite")

    assert rows(f"{database}#t") == [{"k": 1}]
