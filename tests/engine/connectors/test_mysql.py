"""MySQL/MariaDB: types without loss, zero dates, snapshots, lost connections, whole writes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pymysql
import pytest

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.errors import BadRowError, SourceLostError, SourceMissingError
from steward.engine.connectors.location import Location
from steward.engine.lake.errors import WrongTypeError

pytestmark = pytest.mark.mariadb

PEOPLE = [
    """
    CREATE TABLE `人口` (
      id bigint unsigned, `姓名` varchar(20) COMMENT '姓名列', amount decimal(12, 2),
      day date, at datetime(6), stamp timestamp(6) NULL, raw varbinary(9), doc json,
      flag bit(1), bits bit(10), small tinyint unsigned, real4 float, real8 double, y year,
      clock time, kind enum('甲', '乙'), body text, blank char(5), huge bigint unsigned,
      PRIMARY KEY (id)) COMMENT '人口基础表' CHARACTER SET utf8mb4
    """,
    """
    INSERT INTO `人口` VALUES (1, '张三', 1.5, '2024-01-02', '2024-01-01 00:00:01.123456',
      '2024-01-01 00:00:00', x'00ff', '{"a": 1}', b'1', b'1000000001', 255, 1.5, 2.25, 2024,
      '838:59:59', '乙', 'a\\0b', 'ab', 18446744073709551615)
    """,
    "INSERT INTO `人口` (id) VALUES (2)",
]


@pytest.fixture
def database(mariadb_server):
    return mariadb_server.create_database()


@pytest.fixture
def execute(database):
    place = Location.parse(database)

    def run(*statements):
        with (
            pymysql.connect(
                host=place.host,
                port=place.port,
                user=place.user,
                password=place.secret.reveal(),
                database=place.path.lstrip("/"),
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SET sql_mode = '', time_zone = '+00:00'")
            for statement in statements:
                cursor.execute(statement)

    return run


@pytest.fixture
def people(database, execute):
    execute(*PEOPLE)
    return f"{database}#人口"


def rows(location, **request):
    with open_connector(location).open(Read(**request)) as stream:
        return stream.reader.read_all().to_pylist()


def test_a_table_is_described_with_types_keys_and_comments(people):
    info = open_connector(people).describe()

    assert (info.name, info.comment, info.keys) == ("人口", "人口基础表", ("id",))
    assert info.columns[1].comment == "姓名列"
    assert info.columns[0].type == pa.uint64()


def test_values_arrive_without_loss(people):
    first = rows(people)[0]

    assert first == {
        "id": 1,
        "姓名": "张三",
        "amount": Decimal("1.50"),
        "day": date(2024, 1, 2),
        "at": datetime.fromisoformat("2024-01-01T00:00:01.123456"),
        "stamp": datetime(2024, 1, 1, tzinfo=UTC),
        "raw": b"\x00\xff",
        "doc": '{"a": 1}',
        "flag": True,
        "bits": 513,
        "small": 255,
        "real4": 1.5,
        "real8": 2.25,
        "y": 2024,
        "clock": "838:59:59",
        "kind": "乙",
        "body": "a\0b",
        "blank": "ab",
        "huge": 2**64 - 1,
    }


def test_missing_values_stay_missing(people):
    assert {name for name, value in rows(people)[1].items() if value is not None} == {"id"}


ZERO = "INSERT INTO `人口` (id, day, at) VALUES (3, '0000-00-00', '2024-00-15 08:00:00')"


def test_days_that_no_calendar_has_are_null_and_counted(people, execute):
    execute(ZERO)

    with open_connector(people).open(Read(columns=("id", "day", "at"))) as stream:
        last = stream.reader.read_all().to_pylist()[-1]

    assert last == {"id": 3, "day": None, "at": None}
    assert stream.warnings == [
        "列“day”有 1 个不存在的日期（如 0000-00-00），已按空值读取",
        "列“at”有 1 个不存在的日期（如 2024-00-15 08:00:00.000000），已按空值读取",
    ]


def test_days_that_no_calendar_has_can_be_kept_as_text(people, execute):
    execute(ZERO)
    location = people.replace("#", "?zero_dates=text#")

    assert rows(location, columns=("day",))[-1] == {"day": "0000-00-00"}


def test_days_that_no_calendar_has_can_be_an_error(people, execute):
    execute(ZERO)

    with pytest.raises(BadRowError, match="第 3 行列“day”，值为“0000-00-00”"):
        rows(people.replace("#", "?zero_dates=error#"))


def test_the_source_counts_its_rows_in_the_same_snapshot(people, execute):
    with open_connector(people).open(Read()) as stream:
        execute("INSERT INTO `人口` (id) VALUES (9)")
        found = stream.reader.read_all().num_rows

    assert (stream.expected, found) == (2, 2)


def test_windows_and_limits_are_pushed_to_the_server(people, execute):
    execute("INSERT INTO `人口` (id) VALUES (3), (4), (5)")
    source = open_connector(people)

    assert rows(people, columns=("id",), window=Window(column="id", after=4)) == [{"id": 5}]
    assert source.limit(Window(column="id", after=1), 2) == 3
    assert source.limit(Window(column="id"), None) == 5


def test_a_dead_connection_in_the_middle_is_said_with_the_rows_so_far(people, execute):
    execute("INSERT INTO `人口` (id, body) SELECT seq + 10, repeat('某', 300) FROM seq_1_to_120000")

    with open_connector(people).open(Read()) as stream:
        next(stream.reader)
        execute(
            "SELECT id INTO @id FROM information_schema.processlist "
            "WHERE db = DATABASE() AND id <> CONNECTION_ID() LIMIT 1",
            "EXECUTE IMMEDIATE CONCAT('KILL ', @id)",
        )
        with pytest.raises(SourceLostError, match=r"连接中断或出错，已读 [1-9]\d* 行"):
            stream.reader.read_all()


def test_a_wrong_password_is_said_without_the_password(people):
    wrong = people.replace(":secret@", ":topsecret@")

    with pytest.raises(SourceLostError) as caught:
        open_connector(wrong).describe()

    assert "topsecret" not in str(caught.value)


def test_an_unknown_table_is_named(database, people):
    with pytest.raises(SourceMissingError, match="没有表“none”"):
        rows(f"{database}#none")


TABLE = pa.table(
    {
        "编号": pa.array([1, 2], pa.int64()),
        "名": ["甲😀", None],
        "额": pa.array([Decimal("1.20"), None], pa.decimal128(30, 2)),
        "时": pa.array([datetime.fromisoformat("2024-01-01T00:00:00.000001"), None]),
        "日": pa.array([date(2024, 1, 1), None]),
        "块": pa.array([b"\x00", None]),
        "大": pa.array([2**64 - 1, None], pa.uint64()),
    }
)


def test_a_written_table_reads_back_equal(database):
    target = open_connector(f"{database}#结果")

    target.write(TABLE.to_reader(), mode="overwrite", keys=("编号",))

    assert rows(f"{database}#结果") == TABLE.to_pylist()


def test_append_overwrite_and_upsert(database):
    target = open_connector(f"{database}#t")
    target.write(pa.table({"k": [1, 2], "v": ["a", "b"]}).to_reader(), mode="append", keys=("k",))

    target.write(pa.table({"k": [2, 3], "v": ["B", "c"]}).to_reader(), mode="upsert", keys=("k",))
    merged = rows(f"{database}#t")
    target.write(pa.table({"k": [9], "v": ["z"]}).to_reader(), mode="overwrite", keys=("k",))

    assert sorted(row["v"] for row in merged) == ["B", "a", "c"]
    assert rows(f"{database}#t") == [{"k": 9, "v": "z"}]


def test_a_value_the_target_cannot_hold_leaves_it_as_it_was(database, execute):
    execute("CREATE TABLE t (k bigint, v varchar(2))", "INSERT INTO t VALUES (1, 'a')")
    target = open_connector(f"{database}#t")

    with pytest.raises(WrongTypeError, match="未写入任何数据"):
        target.write(pa.table({"k": [2], "v": ["太长了吧"]}).to_reader(), mode="overwrite")

    assert rows(f"{database}#t") == [{"k": 1, "v": "a"}]
