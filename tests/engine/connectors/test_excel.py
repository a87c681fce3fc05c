"""Excel: types of cells, headers, lost digits, and sheets that hold no formula."""

from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import BadRowError, SourceMissingError, UnsupportedError
from steward.engine.connectors.rejects import Rejects
from steward.engine.lake.errors import DamagedFileError, MissingColumnError, WrongTypeError


@pytest.fixture
def book(tmp_path):
    def make(*rows, sheet="表一"):
        path = tmp_path / "a.xlsx"
        workbook = openpyxl.Workbook()
        workbook.active.title = sheet
        for row in rows:
            workbook.active.append(row)
        workbook.save(path)
        return path

    return make


def rows(location):
    with open_connector(str(location)).open(Read()) as stream:
        return stream.reader.read_all().to_pylist(), stream.warnings


def test_columns_have_the_type_of_their_cells(book):
    path = book(
        ["数", "小数", "文字", "日期", "混合", "是"],
        [1, 1.5, "甲", date(2024, 1, 2), "001", True],
        [2, 2, None, None, 5, False],
    )

    assert rows(path)[0] == [
        {"数": 1, "小数": 1.5, "文字": "甲", "日期": date(2024, 1, 2), "混合": "001", "是": True},
        {"数": 2, "小数": 2.0, "文字": None, "日期": None, "混合": "5", "是": False},
    ]


def test_numbers_that_lost_their_last_digits_are_a_warning(book):
    _, warnings = rows(book(["身份证号"], [None], [330801199001011234]))

    assert len(warnings) == 1
    assert warnings[0].startswith("列“身份证号”有 1 个超过 15 位的数字（首个在第 3 行）")


def test_the_header_may_be_in_another_row(book):
    path = book(["某单位统计表"], ["编号", "名"], [1, "甲"])

    assert rows(f"excel://{path}?header=2")[0] == [{"编号": 1, "名": "甲"}]


def test_blank_rows_are_left_out(book):
    assert rows(book(["a"], ["x"], [None], ["y"]))[0] == [{"a": "x"}, {"a": "y"}]


def test_sheets_are_listed_and_an_unknown_one_is_named(book):
    path = book(["a"], [1])

    assert [table.name for table in open_connector(str(path)).tables()] == ["表一"]
    with pytest.raises(SourceMissingError, match="没有工作表“表二”；已有：表一"):
        rows(f"{path}#表二")


@pytest.mark.parametrize(
    ("header", "message"), [(["a", "a"], "表头重复：a"), (["a", None, "b"], "有空列名")]
)
def test_a_header_that_cannot_be_used_is_refused(book, header, message):
    with pytest.raises(DamagedFileError, match=message):
        rows(book(header, [1, 2, 3]))


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")

    with pytest.raises(DamagedFileError, match="不是 Excel 文件"):
        rows(tmp_path / "a.xlsx")


def test_what_is_written_is_text_where_excel_would_change_it(tmp_path):
    table = pa.table(
        {
            "式": ["=1+1", "正常"],
            "长": pa.array([330801199001011234, 5], pa.int64()),
            "额": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "时": pa.array([datetime(2024, 1, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        }
    )

    open_connector(f"{tmp_path}/b.xlsx#结果").write(table.to_reader(), mode="overwrite")

    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["结果"]
    assert [cell.data_type for cell in sheet[2]][:2] == ["s", "s"]
    assert [cell.value for cell in sheet[2]] == [
        "=1+1",
        "330801199001011234",
        1.5,
        datetime.fromisoformat("2024-01-01T08:00"),
    ]


def test_control_characters_are_named_by_row_and_column(tmp_path):
    with pytest.raises(WrongTypeError, match="第 2 行列“a”含 Excel 不能保存的控制字符"):
        open_connector(f"{tmp_path}/b.xlsx").write(
            pa.table({"a": ["x\x01"]}).to_reader(), mode="overwrite"
        )

    assert list(tmp_path.iterdir()) == []


def test_a_workbook_is_not_appended_to(tmp_path):
    with pytest.raises(UnsupportedError, match="只支持整体覆盖"):
        open_connector(f"{tmp_path}/b.xlsx").write(pa.table({"a": [1]}).to_reader(), mode="append")


TYPED = "type.编号=text&type.数=int&type.量=float&type.日=date&type.时=timestamp&type.是=bool"


def test_declared_types_do_not_depend_on_what_a_file_happens_to_hold(book):
    path = book(
        ["编号", "数", "量", "日", "时", "是"], [12, 3.0, 2, "2026-01-02", date(2026, 1, 2), True]
    )

    found, _ = rows(f"excel://{path}?{TYPED}")

    assert found == [
        {"编号": "12", "数": 3, "量": 2.0, "日": date(2026, 1, 2), "时": datetime(2026, 1, 2),  # noqa: DTZ001
         "是": True},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("int", 1.5, "不是整数"),
        ("int", "多", "不是整数"),
        ("float", "x", "不是数字"),
        ("date", "2026/1/2", "不是日期"),
        ("date", datetime(2026, 1, 2, 3), "不是日期"),  # noqa: DTZ001
        ("timestamp", 5, "不是时间"),
        ("bool", "是", "不是是或否"),
    ],
)
def test_a_cell_that_is_not_of_its_declared_type_is_named(book, kind, *, value, words):
    path = book(["a", "列"], ["x", None], [None, value])

    with pytest.raises(BadRowError, match=f"a.xlsx 第 3 行列“列”.*{words}"):
        rows(f"excel://{path}?type.列={kind}")


def test_rows_of_another_type_are_set_aside_and_counted(book):
    path = book(["列"], [1], ["x"], [3])
    rejects = Rejects(keep=True)

    with open_connector(f"excel://{path}?type.列=int", rejects=rejects).open(Read()) as stream:
        found = stream.reader.read_all().to_pylist()

    assert (found, rejects.count, stream.expected) == ([{"列": 1}, {"列": 3}], 1, 3)


def test_a_type_of_a_column_that_is_not_there_is_refused(book):
    with pytest.raises(MissingColumnError, match="没有列"):
        rows(f"excel://{book(['a'], [1])}?type.b=int")
