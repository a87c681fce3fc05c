"""steward profile: tables for people, JSON, rules that the rule engine reads."""

import argparse
import json

import pytest

from steward.engine.cli import profile
from steward.engine.rules.load import read_rules


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "人口.csv"
    rows = "".join(f"{n:06},{'男女'[n % 2]},13812345678\n" for n in range(100))
    path.write_text("编号,性别,电话\n" + rows, encoding="gb18030")
    return str(path)


def run(*arguments):
    parser = argparse.ArgumentParser()
    profile.add_parser(parser.add_subparsers())
    args = parser.parse_args(["profile", *arguments])
    return args.run(args)


def test_a_table_is_shown_for_people(data, capsys):
    code = run(data)

    out = capsys.readouterr().out
    assert code == 0
    assert "100 行，3 列" in out
    assert "手机号码" in out
    assert "候选关键字：编号" in out


def test_rules_are_written_that_the_rule_engine_reads(data, tmp_path):
    run(data, "--rules", str(tmp_path / "r.yaml"))

    assert {"mobile", "in_dictionary", "unique"} <= {
        rule.kind for rule in read_rules(tmp_path / "r.yaml").rules
    }


def test_json_holds_profile_and_rules(data, capsys):
    run(data, "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["profile"]["columns"][1]["distinct"] == 2
    assert found["rules"]["key"] == ["编号"]


def test_a_file_that_is_not_there_is_one_sentence(tmp_path, capsys):
    code = run(f"{tmp_path}/none.csv")

    assert code == 2
    assert capsys.readouterr().err.startswith("文件不存在")


def test_rows_that_cannot_be_read_are_said(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3\n", encoding="utf-8")

    code = run(str(path), "--keep-bad")

    assert code == 1
    assert "跳过读不懂的 1 行，首个：a.csv 第 3 行" in capsys.readouterr().err
