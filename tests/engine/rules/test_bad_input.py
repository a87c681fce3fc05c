"""Bad input: a Chinese sentence with file, row, column or rule, and nothing half-written."""

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steward.engine.rules import (
    ArrowSource,
    FailuresError,
    FailuresReader,
    FileSource,
    Options,
    RuleSetError,
    SourceError,
    Status,
    TableSource,
    build_rules,
    check,
    open_path,
)
from tests.engine.rules.tables import NOW


def rules(*items, key=("n",)):
    numbered = [{"id": f"r{index}", **item} for index, item in enumerate(items)]
    return build_rules({"name": "坏输入", "key": list(key), "rules": numbered})


BLANK = {"kind": "not_blank", "column": "a"}


def table(**columns):
    return ArrowSource(pa.table({"n": list(range(len(next(iter(columns.values()))))), **columns}))


def test_a_truncated_parquet_file_is_named_and_nothing_is_written(tmp_path):
    whole, cut = tmp_path / "a.parquet", tmp_path / "cut.parquet"
    pq.write_table(pa.table({"n": range(1000), "a": ["x"] * 1000}), whole)
    cut.write_bytes(whole.read_bytes()[:-20])

    with pytest.raises(SourceError, match=r"cut.parquet.*不是完整的 Parquet"):
        check(rules(BLANK), open_path(str(cut)), now=NOW, failures=tmp_path / "f.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "cut.parquet"]


def test_a_parquet_file_broken_inside_leaves_no_half_written_failures(tmp_path):
    broken = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": range(100_000), "a": [f"x{i}" for i in range(100_000)]}), broken)
    content = bytearray(broken.read_bytes())
    content[2000:60_000] = b"\xff" * 58_000
    broken.write_bytes(content)

    with pytest.raises(SourceError, match="可能不完整"):
        check(rules(BLANK), open_path(str(broken)), now=NOW, failures=tmp_path / "f.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("n,a\n1,x\n2\n3,y\n", "第 3 行：应有 2 列，实有 1 列"),
        ("n,a\n1,x\n2,y,z\n", "第 3 行：应有 2 列，实有 3 列"),
        ('n,a\n1,"x\n2,y\n', "引号没有成对"),
        ("n,n\n1,2\n", "重复的列名"),
        ("\n", "第 1 行是空的"),
    ],
)
def test_a_broken_csv_row_is_named(content, reason, tmp_path):
    path = tmp_path / "坏.csv"
    path.write_text(content, "utf-8")

    with pytest.raises(SourceError, match=reason):
        check(rules(BLANK), open_path(str(path)), now=NOW)


def test_the_good_part_is_checked_where_the_user_asks_for_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("n,a\n1,x\n2\n3,\n", "utf-8")

    result = check(rules(BLANK), open_path(str(path), keep_good=True), now=NOW)

    assert (result.rows, result.rule("r0").failing) == (2, 1)
    assert result.notes == ("跳过 1 个坏行（第 3 行），其余照常检查",)


def test_gb18030_is_read_and_mixed_encodings_are_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("n,a\n1,张三\n2,\n".encode("gb18030"))
    same = {"kind": "in_dictionary", "column": "a", "values": ["张三"]}

    result = check(rules(same), open_path(str(path)), now=NOW)
    path.write_bytes("n,a\n1,张三\n".encode("gb18030") + b"2,\xff\xff\n")

    assert result.rule("r0").status is Status.PASSED
    with pytest.raises(SourceError, match="第 3 行的文字编码与前文不同"):
        check(rules(same), open_path(str(path)), now=NOW)


def test_leading_zeros_of_a_csv_stay(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("n,a\n1,007\n", "utf-8")
    same = {"kind": "in_dictionary", "column": "a", "values": ["007"]}

    assert check(rules(same), open_path(str(path)), now=NOW).passed


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"kind": "not_blank", "column": "姓名"}, "没有列“姓名”，现有列：n、a、d"),
        ({"kind": "mobile", "column": "d"}, "列“d”的类型是浮点数，不能按文本检查"),
        ({"kind": "date_range", "column": "n", "min": "2020-01-01"}, "不是日期"),
        ({"kind": "expression", "condition": "a > 1"}, "文本和整数不能放在一起"),
        ({"kind": "exists_in", "columns": ["a"], "table": "t"}, "没有登记参照表“t”"),
        ({"kind": "in_dictionary", "column": "a", "file": "/没有/字典.txt"}, "打不开"),
        ({"kind": "expression", "condition": "n * 90000000000000000 * (n + 999) > 1"}, "不能执行"),
    ],
)
def test_a_rule_that_cannot_run_is_reported_and_the_others_run(rule, reason, tmp_path):
    source = table(a=["x", ""], d=[1.5, 2.5])

    result = check(rules(rule, BLANK), source, now=NOW, failures=tmp_path / "f.parquet")

    assert result.rule("r0").status is Status.ERROR
    assert reason in result.rule("r0").error
    assert (result.rule("r1").failing, result.rows) == (1, 2)


def test_a_rule_that_stops_late_in_the_scan_is_found_and_left_out(tmp_path):
    values = [1] * 5000 + [2**62]
    rule = {"kind": "expression", "condition": "b * b > 0"}
    source = ArrowSource(pa.table({"n": range(5001), "b": values, "a": [""] * 5001}))

    result = check(rules(rule, BLANK), source, now=NOW, failures=tmp_path / "f.parquet")

    assert "不能执行" in result.rule("r0").error
    assert result.rule("r1").failing == 5001
    assert FailuresReader(tmp_path / "f.parquet").count("r1") == 5001


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@127.0.0.1:1/x", "mysql://u:secret@127.0.0.1:1/x"]
)
def test_a_dead_connection_is_one_sentence_without_the_password(url):
    with pytest.raises(SourceError, match="连接断开或被拒绝") as caught:
        check(rules(BLANK), TableSource(url, "t"), now=NOW)

    assert "secret" not in caught.value.message
    assert "secret" not in repr(TableSource(url, "t"))


def test_a_missing_table_and_a_refused_one_are_named(postgres_server):
    url = postgres_server.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE t (n int, a text)")

    with pytest.raises(SourceError, match="没有表“没有”"):
        check(rules(BLANK), TableSource(url, "没有"), now=NOW)
    assert check(rules(BLANK), TableSource(url, "t"), now=NOW).passed


def test_failing_rows_need_a_key_where_the_source_numbers_none(tmp_path):
    with pytest.raises(RuleSetError, match="用 key 指明主键列"):
        check(rules(BLANK, key=()), table(a=["x"]), now=NOW, failures=tmp_path / "f.parquet")


def test_a_wrong_key_is_named():
    with pytest.raises(RuleSetError, match="主键：数据里没有列“编号”"):
        check(rules(BLANK), table(a=["x"]), now=NOW, options=Options(key=("编号",)))


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")

    with pytest.raises(FailuresError, match="不能在"):
        check(rules(BLANK), table(a=["x"]), now=NOW, failures=blocked / "f.parquet")


def test_a_file_that_is_no_failures_file_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1]}), path)

    with pytest.raises(FailuresError, match="不是不合格行文件"):
        FailuresReader(path)
    with pytest.raises(FailuresError, match="打不开"):
        FailuresReader(tmp_path / "没有.parquet")


def test_paths_that_lead_nowhere_or_mix_formats_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("n\n1\n")
    (tmp_path / "b.parquet").write_text("x")

    with pytest.raises(SourceError, match="没有找到数据"):
        open_path(str(tmp_path / "没有.csv"))
    with pytest.raises(SourceError, match="不能一起检查"):
        open_path(str(tmp_path))


def test_rows_without_a_key_are_numbered_in_files(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": ["x", "", "y", " "]}), path)

    check(
        rules(BLANK, key=()), FileSource((str(path),), "parquet"), now=NOW, failures=tmp_path / "f"
    )

    assert [row.key for row in FailuresReader(tmp_path / "f").page()] == [{"_row": 2}, {"_row": 4}]


MIXED = (
    "编号,姓名\n1,张三\n".encode() + "2,李四\n".encode("gb18030") + "3,王五\n4\n5,赵六\n".encode()
)
MIXED_RULES = {
    "name": "x",
    "rules": [{"id": "r", "kind": "regex", "column": "姓名", "pattern": "赵.*"}],
}


def test_a_line_of_another_encoding_is_named_and_not_read_as_other_text(tmp_path):
    path = tmp_path / "混.csv"
    path.write_bytes(MIXED)

    with pytest.raises(SourceError, match=r"“混\.csv”第 3 行的文字编码与前文不同（前文是 UTF-8"):
        check(build_rules(MIXED_RULES), open_path(str(path)), now=NOW)


def test_lines_of_another_encoding_are_left_out_where_asked(tmp_path):
    path = tmp_path / "混.csv"
    path.write_bytes(MIXED)

    found = check(build_rules(MIXED_RULES), open_path(str(path), keep_good=True), now=NOW)

    assert (found.rows, found.rule("r").failing) == (3, 2)
    assert "第 3、5 行" in found.notes[0]
