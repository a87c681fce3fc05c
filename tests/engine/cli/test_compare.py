"""steward compare: exit codes, tables for people, JSON, errors on stderr."""

import argparse
import json
import subprocess
import sys

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steward.engine.cli import compare
from steward.engine.lake.store import Lake
from tests.servers import postgres_server  # noqa: F401

LEFT = "id,名,额\n1,甲,1.00\n2,乙,2\n3,丙,3\n"
RIGHT = "id,名,额\n1,甲 ,1\n2,乙乙,2\n4,丁,4\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "l.csv").write_text(LEFT, encoding="utf-8")
    (tmp_path / "r.csv").write_bytes(RIGHT.encode("gb18030"))
    return [str(tmp_path / "l.csv"), str(tmp_path / "r.csv")]


def run(*arguments):
    parser = argparse.ArgumentParser()
    compare.add_parser(parser.add_subparsers())
    args = parser.parse_args(["compare", *arguments])
    return args.run(args)


def test_differences_are_shown_and_the_exit_code_is_one(files, capsys):
    code = run(*files, "--key", "id", "--normalise", "trim", "--column-normalise", "额=number")

    out = capsys.readouterr().out
    assert code == 1
    assert "两侧不同" in out
    assert "待补充" in out
    assert out.endswith("结论：两侧有差异\n")


def test_equal_data_has_exit_code_zero(files):
    assert run(files[0], files[0], "--key", "id") == 0


def test_json_holds_exact_counts(files, capsys):
    run(*files, "--key", "id", "--normalise", "trim", "--tolerance", "额=0.001", "--json")

    found = json.loads(capsys.readouterr().out)
    assert (found["same"], found["different"], found["columns"]) == (1, 1, {"名": 1, "额": 0})
    assert found["left"]["only"] == 1


def test_details_are_written_where_asked(files, tmp_path):
    run(*files, "--key", "id", "--output", str(tmp_path / "差异"))

    rows = pq.read_table(tmp_path / "差异" / "differences.parquet").to_pylist()
    assert {row["id"]: row["_status"] for row in rows} == {
        "1": "different",
        "2": "different",
        "3": "only_left",
        "4": "only_right",
    }


def test_classes_of_a_file_are_used(files, tmp_path, capsys):
    path = tmp_path / "c.yaml"
    path.write_text(
        "- {category: 待核实, statuses: [different], columns: [名]}\n", encoding="utf-8"
    )

    run(*files, "--key", "id", "--ignore", "额", "--classes", str(path), "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["categories"] == {"needs_verification": 2, "unclassified": 2}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--key", "编号"], "左侧数据中没有列“编号”"),
        (["--key", "id", "--tolerance", "额=x"], "容差“x”不是数字"),
        (["--key", "id", "--tolerance", "额"], "应写作 列=值"),
        (["--key", "id", "--normalise", "none"], "没有名为“none”的规范化方法"),
        (["--key", "id", "--classes", "none.yaml"], "打不开"),
    ],
)
def test_a_request_that_cannot_be_carried_out_is_one_sentence(files, capsys, *, arguments, message):
    code = run(*files, *arguments)

    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_broken_rows_stop_it_unless_they_may_be_left_out(files, tmp_path, capsys):
    (tmp_path / "r.csv").write_text("id,名,额\n1,甲,1\n2\n", encoding="utf-8")

    stopped = run(*files, "--key", "id")
    error = capsys.readouterr().err
    kept = run(*files, "--key", "id", "--keep-bad")

    assert (stopped, kept) == (2, 1)
    assert "r.csv 第 3 行" in error
    assert "跳过读不懂的 1 行" in capsys.readouterr().err


@pytest.fixture
def registers(tmp_path):
    rows = [
        (n, f"王小{letter}", f"13800{n:06}", f"荷花路{n}号")
        for n, letter in enumerate("甲乙丙丁戊")
    ]
    ours, theirs = (tmp_path / name for name in ("户籍.csv", "参保.csv"))
    with ours.open("w", encoding="utf-8") as file:
        file.write("姓名,手机号,住址\n")
        file.writelines(f"{name},{phone},{home}\n" for _, name, phone, home in rows)
    with theirs.open("w", encoding="utf-8") as file:
        file.write("xm,sjh,dz\n")
        file.writelines(f"{name},+86{phone},柯城区{home}\n" for _, name, phone, home in rows[1:])
    return [str(ours), str(theirs)]


def test_registers_without_a_key_are_matched_by_probability(registers, tmp_path, capsys):
    code = run(*registers, "--match", "people", "--output", str(tmp_path / "差异"))

    out, err = capsys.readouterr()
    assert code == 1
    assert "配对所用字段：姓名（姓名=xm）、电话（手机号=sjh）、地址（住址=dz）" in out
    assert "配对（概率 0.95 以上）" in out
    assert "内置的权重" in err
    pairs = pq.read_table(tmp_path / "差异" / "pairs.parquet").to_pylist()
    assert sorted(row["left_姓名"][-1] for row in pairs if row["_class"] == "match") == sorted(
        "乙丙丁戊"
    )


def test_the_json_of_a_matching_holds_pairs_and_weights(registers, capsys):
    run(*registers, "--match", "people", "--json")

    found = json.loads(capsys.readouterr().out)
    assert found["matching"]["pairs"]["match"] == 4
    assert found["left"]["only"] == 1
    assert found["matching"]["fields"]["电话"][0]["level"] == "相同"


@pytest.mark.parametrize("more", [[], ["--key", "姓名", "--match", "people"]])
def test_a_key_or_a_matching_is_asked_for(registers, more, capsys):
    code = run(*registers, *more)

    assert code == 2
    assert "没有关键字时改用 --match" in capsys.readouterr().err


def test_splink_is_loaded_only_when_it_matches():
    script = "import sys; import steward.engine.cli.compare\nsys.exit('splink' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_database_is_compared_with_a_table_of_the_lake(postgres_server, tmp_path, capsys):  # noqa: F811
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE p AS SELECT n AS id, n * 1.5::numeric(8, 2) AS v "
            "FROM generate_series(1, 1000) n"
        )
    lake = Lake(tmp_path / "lake")
    table = pa.table({"id": list(range(2, 1002)), "v": [n * 1.5 for n in range(2, 1002)]})
    lake.create("ods.p", table.schema)
    lake.append("ods.p", table)

    run(f"{url}#p", f"lake://{lake.root}#ods.p", "--key", "id", "--json")

    found = json.loads(capsys.readouterr().out)
    assert (found["same"], found["different"]) == (999, 0)
    assert (found["left"]["only"], found["right"]["only"]) == (1, 1)
