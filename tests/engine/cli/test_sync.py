"""steward sync: exit codes, state on disk, bad rows apart, errors on stderr."""

import argparse
import json
import sqlite3
from contextlib import closing

import pytest

from steward.engine.cli import sync
from steward.engine.connectors.base import Read, open_connector


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT, seen INTEGER)")
        connection.execute("INSERT INTO p VALUES (1, '甲', 1), (2, '乙', 2)")
    return f"{path}#p"


@pytest.fixture
def lake(tmp_path):
    return f"lake://{tmp_path}/lake#ods.p"


def run(*arguments):
    parser = argparse.ArgumentParser()
    sync.add_parser(parser.add_subparsers())
    args = parser.parse_args(["sync", *arguments])
    return args.run(args)


def values(location):
    with open_connector(location).open(Read()) as stream:
        return sorted(stream.reader.read_all()["v"].to_pylist())


def test_a_table_is_moved_into_the_lake(source, lake, capsys):
    code = run(source, lake, "--key", "id")

    assert code == 0
    assert values(lake) == ["乙", "甲"]
    assert "新增" in capsys.readouterr().out


def test_an_incremental_run_goes_on_from_its_state(source, lake, tmp_path, *, capsys):
    state = tmp_path / "p.state.json"
    options = ["--key", "id", "--mode", "incremental", "--cursor", "seen", "--state", str(state)]
    run(source, lake, *options)
    with closing(sqlite3.connect(source.partition("#")[0])) as connection, connection:
        connection.execute("INSERT INTO p VALUES (3, '丙', 3)")
    capsys.readouterr()

    code = run(source, lake, *options, "--json")

    found = json.loads(capsys.readouterr().out)
    assert (code, found["inserted"]) == (0, 1)
    assert json.loads(state.read_text(encoding="utf-8"))["cursor"]["value"] == "3"


def test_bad_rows_are_put_apart_and_the_exit_code_says_so(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("k,v\n1,甲\n2\n", encoding="utf-8")

    code = run(f"{tmp_path}/a.csv", f"{tmp_path}/b.parquet", "--rejects", str(tmp_path / "bad.csv"))

    assert code == 1
    assert values(f"{tmp_path}/b.parquet") == ["甲"]
    assert "a.csv,3" in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ("lake:///{}/lake#p", [], "表名“p”无效"),
        ("{}/x.unknown", [], "不认识的数据位置"),
        ("{}/x.csv", ["--mode", "incremental", "--cursor", "seen"], "只支持全量写入"),
        ("lake:///{}/lake#ods.p", ["--mode", "incremental"], "指明游标列"),
        ("lake:///{}/lake#ods.p", ["--columns", "none"], "没有列“none”"),
        ("lake:///{}/lake#ods.p", ["--state", "{}/a.sqlite"], "进度文件"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(source, tmp_path, *, capsys, target, options, message):
    filled = [option.replace("{}", str(tmp_path)) for option in options]

    code = run(source, target.replace("{}", str(tmp_path)), *filled)

    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_a_secret_in_a_location_is_not_shown(capsys, lake):
    code = run("postgresql://u:topsecret@127.0.0.1:1/db#t", lake)

    assert code == 2
    assert "topsecret" not in capsys.readouterr().err
