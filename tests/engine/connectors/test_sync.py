"""Moving tables: full, incremental, resumed, exactly once, with deletes, counted and proved."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from steward.engine.connectors.base import Connector, Read, Stream, open_connector
from steward.engine.connectors.errors import SourceLostError, UnsupportedError
from steward.engine.connectors.location import Location
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.sync import (
    CountMismatchError,
    InvalidTaskError,
    Sync,
    Task,
    copy,
)
from steward.engine.lake.duck import open_session
from steward.engine.lake.store import Lake
from steward.engine.lake.writes import TooManyDeletesError
from steward.kernel.errors import StewardError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake", verify=True)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "front.sqlite"
    location = f"{path}#people"
    execute(
        location,
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, seen INTEGER)",
        "INSERT INTO people VALUES (1, '甲', 10), (2, '乙', 20), (3, '丙', 20), (4, '丁', 30)",
    )
    return location


def execute(location, *statements):
    with closing(sqlite3.connect(location.partition("#")[0])) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def sync(source, lake, *, rejects=None, **task):
    task = {"name": "people", "keys": ("id",)} | task
    save = task.pop("save", lambda _state: None)
    return Sync(
        source=open_connector(source, rejects=rejects),
        lake=lake,
        table="ods.people",
        task=Task(**task),
        save=save,
    )


def content(lake):
    with open_session() as session:
        rows = lake.snapshot("ods.people").read(session).read_all().to_pylist()
    return sorted((row["id"], row["name"]) for row in rows)


EVERYONE = [(1, "甲"), (2, "乙"), (3, "丙"), (4, "丁")]
INCREMENTAL = {"mode": "incremental", "cursor": "seen", "chunk": 2}


def test_a_full_run_brings_all_rows_counted_on_both_sides(source, lake):
    report = sync(source, lake).run(now=NOW)

    assert content(lake) == EVERYONE
    assert (report.expected, report.read, report.inserted) == (4, 4, 4)
    assert report.checksums[0].startswith("4:")


def test_a_full_run_again_replaces_the_rows(source, lake):
    sync(source, lake).run(now=NOW)
    execute(source, "DELETE FROM people WHERE id > 1")

    sync(source, lake).run(now=NOW)

    assert content(lake) == [(1, "甲")]


def test_an_incremental_run_brings_only_what_is_new_or_changed(source, lake):
    first = sync(source, lake, **INCREMENTAL).run(now=NOW)
    execute(
        source,
        "UPDATE people SET name = '乙乙', seen = 40 WHERE id = 2",
        "INSERT INTO people VALUES (5, '戊', 41)",
    )

    second = sync(source, lake, **INCREMENTAL).run(now=NOW, state=first.state)

    assert content(lake) == [(1, "甲"), (2, "乙乙"), (3, "丙"), (4, "丁"), (5, "戊")]
    assert (first.inserted, second.inserted, second.updated) == (4, 1, 1)


def test_rows_that_share_the_last_cursor_value_and_came_late_are_seen(source, lake):
    state = sync(source, lake, **INCREMENTAL).run(now=NOW).state
    execute(source, "INSERT INTO people VALUES (5, '戊', 30)")

    sync(source, lake, **INCREMENTAL).run(now=NOW, state=state)

    assert (5, "戊") in content(lake)


def test_a_run_without_news_makes_no_version(source, lake):
    state = sync(source, lake, **INCREMENTAL).run(now=NOW).state
    before = lake.snapshot("ods.people").version

    sync(source, lake, **INCREMENTAL).run(now=NOW, state=state)

    assert lake.snapshot("ods.people").version == before


def test_without_keys_rows_are_appended_once(source, lake):
    task = INCREMENTAL | {"keys": ()}
    state = sync(source, lake, **task).run(now=NOW).state
    execute(source, "INSERT INTO people VALUES (5, '戊', 31)")

    sync(source, lake, **task).run(now=NOW, state=state)

    assert content(lake) == [*EVERYONE, (5, "戊")]


class KilledError(Exception):
    """Stands for the death of the process."""


@pytest.mark.parametrize("keys", [("id",), ()])
def test_a_run_that_dies_before_its_state_is_stored_applies_no_batch_twice(source, lake, keys):
    def die(_state):
        raise KilledError

    with pytest.raises(KilledError):
        sync(source, lake, save=die, **INCREMENTAL | {"keys": keys}).run(now=NOW)
    half = content(lake)

    sync(source, lake, **INCREMENTAL | {"keys": keys}).run(now=NOW, state=None)

    assert half == [(1, "甲"), (2, "乙"), (3, "丙")]
    assert content(lake) == EVERYONE


def test_the_state_is_plain_json(source, lake):
    states = []

    report = sync(source, lake, save=states.append, **INCREMENTAL).run(now=NOW)

    assert json.loads(json.dumps(states))[-1] == report.state
    assert report.state == {"batch": 2, "cursor": {"kind": "int", "value": "30"}}


def test_rows_the_source_deleted_are_deleted(source, lake):
    state = sync(source, lake, **INCREMENTAL).run(now=NOW).state
    execute(source, "DELETE FROM people WHERE id = 3")

    report = sync(source, lake, deletes=True, most_deleted=0.5, **INCREMENTAL).run(
        now=NOW, state=state
    )

    assert report.deleted == 1
    assert content(lake) == [(1, "甲"), (2, "乙"), (4, "丁")]


def test_a_source_that_was_emptied_deletes_nothing(source, lake):
    sync(source, lake, **INCREMENTAL).run(now=NOW)
    execute(source, "DELETE FROM people")

    with pytest.raises(TooManyDeletesError):
        sync(source, lake, deletes=True, **INCREMENTAL).run(now=NOW)

    assert content(lake) == EVERYONE


def test_bad_rows_are_counted_and_the_good_ones_arrive(source, lake):
    execute(source, "INSERT INTO people VALUES (5, '戊', 'bad')")

    report = sync(source, lake, rejects=Rejects(keep=True)).run(now=NOW)

    assert (report.read, report.rejected, report.expected) == (4, 1, 5)
    assert content(lake) == EVERYONE


class Lying(Connector):
    """A source that counts one row more than it delivers."""

    code = "lying"
    label = "测试来源"

    def tables(self):
        return []

    def describe(self):
        raise NotImplementedError

    @contextmanager
    def open(self, _read):
        yield Stream(reader=pa.table({"id": [1], "name": ["x"]}).to_reader(), expected=2)


def test_a_source_that_delivers_less_than_it_counted_writes_nothing(lake):
    lake.create("ods.people", pa.schema([("id", pa.int64()), ("name", pa.string())]))
    run = Sync(
        source=Lying(Location(scheme="", path="x")),
        lake=lake,
        table="ods.people",
        task=Task(name="t"),
    )

    with pytest.raises(CountMismatchError, match="自报 2 行，实读 1 行"):
        run.run(now=NOW)

    assert content(lake) == []


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"mode": "incremental"}, "指明游标列"),
        ({"deletes": True}, "指明关键字列"),
    ],
)
def test_an_incomplete_task_is_refused(task, message):
    with pytest.raises(InvalidTaskError, match=message):
        Task(name="t", **task)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from steward.engine.connectors.base import open_connector
from steward.engine.connectors.sync import Sync, Task
from steward.engine.lake.store import Lake

def die(state):
    if state["batch"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Sync(
    source=open_connector(sys.argv[1]), lake=Lake(Path(sys.argv[2])), table="ods.people",
    task=Task(name="people", mode="incremental", cursor="id", chunk=1000), save=die,
).run(now=datetime(2026, 3, 1, tzinfo=UTC))
"""


def test_a_killed_run_from_postgres_goes_on_and_loses_or_doubles_nothing(postgres_server, tmp_path):
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT n AS id, 'n' || n AS name, n * 0.5::numeric(12, 1) AS v "
            "FROM generate_series(1, 5000) n"
        )
    lake = Lake(tmp_path / "lake", verify=True)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, f"{url}#people", str(lake.root)], check=False
    )
    half = len(content(lake))

    Sync(
        source=open_connector(f"{url}#people"),
        lake=lake,
        table="ods.people",
        task=Task(name="people", mode="incremental", cursor="id", chunk=1000),
    ).run(now=NOW)

    assert (killed.returncode, half) == (-9, 2000)
    assert [row[0] for row in content(lake)] == list(range(1, 5001))


@pytest.mark.parametrize("suffix", ["out.csv", "out.parquet", "out.xlsx", "out.sqlite#t"])
def test_a_table_is_copied_into_files_and_databases(source, tmp_path, suffix):
    target = open_connector(f"{tmp_path}/{suffix}")

    report = copy(open_connector(source), target, Task(name="c"))

    with target.open(Read()) as stream:
        names = stream.reader.read_all()["name"].to_pylist()
    assert (report.read, report.inserted) == (4, 4)
    assert names == ["甲", "乙", "丙", "丁"]


def test_a_copy_cannot_be_incremental(source, tmp_path):
    with pytest.raises(UnsupportedError, match="只支持全量写入"):
        copy(
            open_connector(source),
            open_connector(f"{tmp_path}/out.csv"),
            Task(name="c", mode="incremental", cursor="id"),
        )


def test_cursors_of_time_and_decimal_survive_json(postgres_server, lake):
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT n AS id, 'x' AS name, "
            "timestamptz '2026-01-01 00:00:00.000001+08' + n * interval '1 us' AS at, "
            "n::numeric(20, 3) / 1000 AS d FROM generate_series(1, 9) n"
        )
    states = [
        sync(f"{url}#people", lake, name=column, mode="incremental", cursor=column).run(now=NOW)
        for column in ("at", "d")
    ]
    again = [
        sync(f"{url}#people", lake, name=column, mode="incremental", cursor=column, keys=()).run(
            now=NOW, state=json.loads(json.dumps(report.state))
        )
        for column, report in zip(("at", "d"), states, strict=True)
    ]

    assert [report.read for report in again] == [0, 0]
    assert Decimal(states[1].state["cursor"]["value"]) == Decimal("0.009")


def test_a_source_that_goes_away_leaves_the_table_as_it_was(source, lake):
    sync(source, lake).run(now=NOW)

    with pytest.raises(SourceLostError):
        sync("postgresql://u:p@127.0.0.1:1/db#t", lake).run(now=NOW)

    assert content(lake) == EVERYONE


def test_only_the_rows_that_meet_the_condition_are_kept(source, lake):
    report = sync(source, lake, condition="seen >= 20 AND name <> '丁'").run(now=NOW)

    assert [row[0] for row in content(lake)] == [2, 3]
    assert (report.expected, report.read, report.filtered, report.inserted) == (4, 4, 2, 2)


def test_a_condition_may_use_a_column_that_does_not_travel(source, lake):
    sync(source, lake, condition="seen = 30", columns=("id", "name")).run(now=NOW)

    assert content(lake) == [(4, "丁")]


def test_a_row_that_no_longer_meets_the_condition_goes_with_the_deletes(source, lake):
    mirror = {
        "mode": "incremental", "cursor": "seen", "deletes": True, "most_deleted": 1.0,
        "condition": "name <> '停用'",
    }  # fmt: skip
    sync(source, lake, **mirror).run(now=NOW)
    execute(source, "UPDATE people SET name = '停用', seen = 40 WHERE id = 1")

    sync(source, lake, **mirror).run(now=NOW)

    assert [row[0] for row in content(lake)] == [2, 3, 4]


@pytest.mark.parametrize(
    "case",
    [
        ("seen >=", "过滤条件“seen >=”有误"),
        ("none = 1", "过滤条件“none = 1”有误"),
        ("seen + 1", "整个表达式须是条件"),
        ("seen = 1; DROP TABLE people", "有误"),
        ("seen IN (SELECT 1)", "有误"),
    ],
)
def test_a_wrong_condition_is_named_and_writes_nothing(source, lake, case):
    condition, words = case

    with pytest.raises(StewardError) as error:
        sync(source, lake, condition=condition).run(now=NOW)

    assert words in error.value.message
    assert content(lake) == []


def test_an_increment_that_would_leave_stale_rows_is_refused(source, lake):
    with pytest.raises(InvalidTaskError, match="带过滤条件的增量"):
        sync(source, lake, mode="incremental", cursor="seen", condition="seen > 1")
