from datetime import date

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from openpyxl import Workbook

from steward.engine.rules import (
    ArrowSource,
    CheckResult,
    Dimension,
    FailuresReader,
    Options,
    build_rules,
    check,
    open_delta,
    open_path,
)
from tests.engine.rules.tables import NOW

RULES = build_rules(
    {
        "name": "人口",
        "key": ["n"],
        "rules": [
            {
                "id": "blank",
                "kind": "not_blank",
                "column": "name",
                "message": "第{n}行{name}：{column}",
            },
            {"id": "short", "kind": "length", "column": "name", "min": 2, "remedy": "改{name}"},
            {"id": "phone", "kind": "mobile", "column": "phone"},
            {"id": "once", "kind": "unique", "columns": ["phone"]},
            {"id": "rows", "kind": "row_count_between", "min": 1},
        ],
    }
)
DATA = pa.table(
    {
        "n": [1, 2, 3, 4, 5],
        "name": ["张三", "李", None, "王五", "赵"],
        "phone": ["13800000000", "138", "138", "13900000000", "13700000000"],
    }
)


@pytest.fixture
def failures(tmp_path):
    path = tmp_path / "failures.parquet"
    check(RULES, ArrowSource(DATA), now=NOW, failures=path)
    return FailuresReader(path)


def test_counts_are_exact_and_each_row_counts_once(tmp_path):
    result = check(RULES, ArrowSource(DATA), now=NOW, failures=tmp_path / "f.parquet")

    assert {rule.id: rule.failing for rule in result.rules} == {
        "blank": 1, "short": 2, "phone": 2, "once": 2, "rows": None,
    }  # fmt: skip
    assert (result.rows, result.failing_rows, result.passed) == (5, 3, False)
    assert result.dimensions[Dimension.CONFORMITY] == 3
    assert result.dimensions[Dimension.UNIQUENESS] == 2


def test_a_row_tells_every_rule_it_breaks(failures):
    rows = failures.page("phone")

    assert [(row.key["n"], row.rules) for row in rows] == [
        (2, ("short", "phone", "once")),
        (3, ("blank", "phone", "once")),
    ]


def test_a_message_is_filled_with_the_values_of_the_row(failures):
    (blank,) = failures.page("blank")
    short = failures.page("short")

    assert blank.message == "第3行空值：name（空值）"
    assert [row.remedy for row in short] == ["改李", "改赵"]
    assert failures.page("once")[0].message == "phone（138）重复"


def test_failing_rows_are_read_page_by_page(failures):
    pages = [failures.page(offset=offset, limit=2) for offset in (0, 2, 4)]

    assert [[row.key["n"] for row in page] for page in pages] == [[2, 3], [5], []]
    assert (failures.count(), failures.count("short")) == (3, 2)


def test_more_than_62_rules_use_a_second_mask(tmp_path):
    many = [{"id": f"r{i}", "kind": "length", "column": "name", "min": i % 3} for i in range(130)]
    rules = build_rules({"name": "多", "key": ["n"], "rules": many})

    result = check(rules, ArrowSource(DATA), now=NOW, failures=tmp_path / "f.parquet")
    reader = FailuresReader(tmp_path / "f.parquet")

    expected = [2 if i % 3 == 2 else 0 for i in range(130)]
    assert [rule.failing for rule in result.rules] == expected
    assert reader.count("r128") == 2
    assert len(reader.page("r128")[0].rules) == sum(1 for count in expected if count)


def test_a_result_survives_json(tmp_path):
    result = check(RULES, ArrowSource(DATA), now=NOW, failures=tmp_path / "f.parquet")

    assert CheckResult.from_json(result.to_json()) == result


def test_change_and_drift_compare_with_the_last_run():
    rules = build_rules(
        {
            "name": "变动",
            "rules": [
                {"id": "change", "kind": "row_count_change", "max_decrease": "0.2"},
                {"id": "drift", "kind": "distribution_drift", "column": "phone"},
            ],
        }
    )
    first = check(rules, ArrowSource(DATA), now=NOW)

    same = check(rules, ArrowSource(DATA), now=NOW, previous=first)
    less = check(rules, ArrowSource(DATA.slice(0, 3)), now=NOW, previous=first)

    assert (first.passed, same.passed) == (True, True)
    assert [rule.status.value for rule in less.rules] == ["failed", "failed"]
    assert less.rule("change").observed == {"rows": 3, "previous_rows": 5}


def test_a_change_under_a_condition_compares_the_rows_that_meet_it():
    rules = build_rules(
        {"name": "变动", "rules": [{"id": "r", "kind": "row_count_change", "when": "a = 'x'"}]}
    )
    before = check(rules, ArrowSource(pa.table({"a": ["x", "x", "y"]})), now=NOW)

    found = check(
        rules, ArrowSource(pa.table({"a": ["x", "y", "y", "y"]})), now=NOW, previous=before
    )

    assert found.rule("r").status.value == "failed"
    assert found.rule("r").observed == {"rows": 1, "previous_rows": 2}


def test_a_delta_table_is_read_at_its_version(tmp_path):
    write_deltalake(tmp_path / "t", DATA)
    write_deltalake(tmp_path / "t", DATA.slice(0, 1), mode="append")

    now_rows = check(RULES, open_path(str(tmp_path / "t")), now=NOW).rows
    first_rows = check(RULES, open_delta(str(tmp_path / "t"), 0), now=NOW).rows

    assert (now_rows, first_rows) == (6, 5)


def test_progress_is_told():
    told = []

    check(RULES, ArrowSource(DATA), now=NOW, options=Options(progress=told.append))

    assert told[0] == "打开数据"
    assert told[-1].startswith("扫描数据")


def test_an_empty_table_passes(tmp_path):
    rules = build_rules(
        {"name": "空", "key": ["n"], "rules": [{"id": "a", "kind": "mobile", "column": "phone"}]}
    )

    result = check(rules, ArrowSource(DATA.slice(0, 0)), now=NOW, failures=tmp_path / "f.parquet")

    assert (result.passed, result.rows, result.failing_rows) == (True, 0, 0)
    assert FailuresReader(tmp_path / "f.parquet").page() == []


def test_the_first_sheet_of_a_workbook_is_read_as_text(tmp_path):
    book = Workbook()
    for row in (
        ["n", "name", "phone", "born"],
        [1, "张三", 13800000000, date(2020, 2, 29)],
        [2, None, "138", "x"],
    ):
        book.active.append(row)
    book.save(tmp_path / "人口.xlsx")
    rules = build_rules(
        {
            "name": "表格",
            "key": ["n"],
            "rules": [
                {"id": "phone", "kind": "mobile", "column": "phone"},
                {"id": "born", "kind": "date_parses", "column": "born"},
                {"id": "name", "kind": "not_null", "column": "name"},
            ],
        }
    )

    check(rules, open_path(str(tmp_path / "人口.xlsx")), now=NOW, failures=tmp_path / "f.parquet")

    (row,) = FailuresReader(tmp_path / "f.parquet").page()
    assert (row.key["n"], row.rules) == ("2", ("phone", "born", "name"))


def test_several_files_number_their_rows_by_file(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("name\n张三\n \n", "utf-8")
    rules = build_rules(
        {"name": "多", "rules": [{"id": "r", "kind": "not_blank", "column": "name"}]}
    )

    result = check(rules, open_path(str(tmp_path / "*.csv")), now=NOW)

    assert (result.rows, result.rule("r").failing) == (4, 2)


def located(location):
    """`lake:///root#ods.t` as the path of the table."""
    root, _, name = location.removeprefix("lake://").partition("#")
    return f"{root}/{name.replace('.', '/')}"


def test_rows_that_another_program_deleted_by_a_vector_are_not_checked(foreign):
    rules = build_rules(
        {"name": "x", "rules": [{"id": "r", "kind": "number_range", "column": "k", "max": 2}]}
    )

    found = check(rules, open_path(located(foreign)), now=NOW)

    assert (found.rows, found.rule("r").failing) == (2, 1)


def test_renamed_columns_are_checked_by_their_new_names(mapped):
    rules = build_rules(
        {
            "name": "x",
            "rules": [
                {"id": "r", "kind": "length", "column": "姓名", "min": 2},
                {"id": "u", "kind": "unique", "columns": ["编号"]},
            ],
        }
    )

    found = check(rules, open_path(located(mapped)), now=NOW)

    assert [rule.failing for rule in found.rules] == [2, 0]


@pytest.mark.parametrize(
    ("rule", "blamed"),
    [
        ({"kind": "exists_in", "columns": ["ref"]}, [2, 5, 6]),
        ({"kind": "exists_in", "columns": ["ref"], "when": "n > 2"}, [5, 6]),
        ({"kind": "not_exists_in", "columns": ["ref"]}, [1, 4]),
        ({"kind": "not_exists_in", "columns": ["ref"], "when": "n > 2"}, [4]),
    ],
)
@pytest.mark.parametrize("size", [10, 100_050])
def test_a_large_table_of_reference_blames_the_same_rows_as_a_small_one(
    rule, blamed, *, size, tmp_path
):
    data = pa.table({"n": [1, 2, 3, 4, 5, 6], "ref": ["k1", "x", None, "k1", "", "x"]})
    known = ArrowSource(pa.table({"ref": [f"k{number}" for number in range(size)]}))
    rules = build_rules(
        {"name": "引用", "key": ["n"], "rules": [{"id": "r", "table": "大表"} | rule]}
    )
    failures = tmp_path / "f.parquet"

    result = check(
        rules, ArrowSource(data), now=NOW, failures=failures, options=Options({"大表": known})
    )

    assert result.rule("r").failing == len(blamed)
    assert sorted(row.key["n"] for row in FailuresReader(failures).page()) == blamed
