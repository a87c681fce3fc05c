import argparse
import json

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steward.engine.cli import check
from tests.servers import postgres_server  # noqa: F401

RULES = """
name: 人口
key: [n]
rules:
  - {id: 姓名, kind: not_blank, column: name, name: 姓名已填, message: "第{n}人没有姓名"}
  - {id: 街道, kind: exists_in, columns: [street], table: streets}
"""


@pytest.fixture
def place(tmp_path):
    (tmp_path / "规则.yaml").write_text(RULES, "utf-8")
    pq.write_table(
        pa.table({"n": [1, 2, 3], "name": ["张三", "", "李四"], "street": ["A", "B", "A"]}),
        tmp_path / "人口.parquet",
    )
    (tmp_path / "街道.csv").write_text("street\nA\nB\n", "utf-8")
    return tmp_path


def steward(*words):
    parser = argparse.ArgumentParser(prog="steward")
    check.add_parser(parser.add_subparsers())
    args = parser.parse_args(["check", *map(str, words)])
    return args.run(args)


def run(place, *more):
    return steward(
        place / "规则.yaml",
        place / "人口.parquet",
        "--table",
        f"streets={place / '街道.csv'}",
        *more,
    )


def test_findings_are_shown_as_a_table_and_exit_one(place, capsys):
    code = run(place, "--failures", place / "f.parquet", "--now", "2026-11-20T10:00")

    out, err = capsys.readouterr()
    assert code == 1
    assert "3 行，2 条规则：不合格 1 条，未能检查 0 条，不合格行 1" in out
    assert "姓名已填" in out
    assert "33.33%" in out
    assert "n=2  第2人没有姓名" in out
    assert "检查时刻 2026-11-20 10:00:00" in out
    assert err == ""


def test_json_is_the_whole_result(place, capsys):
    code = run(place, "--json")

    data = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(rule["id"], rule["failing"]) for rule in data["rules"]] == [("姓名", 1), ("街道", 0)]


def test_a_clean_table_exits_zero(place):
    pq.write_table(pa.table({"n": [1], "name": ["张三"], "street": ["A"]}), place / "人口.parquet")

    assert run(place) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda place: (place / "规则.yaml").write_text("rules: ["), "YAML"),
        (lambda place: (place / "人口.parquet").write_bytes(b"PAR1"), "不是完整的 Parquet"),
        (lambda place: (place / "人口.parquet").unlink(), "没有找到数据"),
    ],
)
def test_what_cannot_run_exits_two_with_a_sentence(place, capsys, *, change, reason):
    change(place)

    code = run(place)

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert reason in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words", [["--now", "昨天"], ["--table", "x"], ["--previous", "没有.json"]]
)
def test_wrong_options_exit_two(words, place, capsys):
    assert run(place, *words) == 2
    assert capsys.readouterr().err.strip() != ""


def test_a_table_of_a_database_is_checked_in_place(place, capsys, postgres_server):  # noqa: F811
    url = postgres_server.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE people (n int, name text, street text)")
        connection.execute("CREATE TABLE streets (street text)")
        connection.execute("INSERT INTO people VALUES (1, '张三', 'A'), (2, ' ', 'B')")

    code = steward(
        place / "规则.yaml", "people", "--engine", url, "--table", "streets=streets", "--json"
    )

    data = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [rule["failing"] for rule in data["rules"]] == [1, 2]
