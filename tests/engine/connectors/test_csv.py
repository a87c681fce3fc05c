"""CSV: encodings, broken rows with their lines, types asked for, and whole files written."""

import codecs
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.connectors.base import Read, Window, open_connector
from steward.engine.connectors.errors import BadRowError, SourceMissingError, UnsupportedError
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.text import detect
from steward.engine.lake.errors import DamagedFileError, MissingColumnError, WrongTypeError

TEXT = "编号,姓名\n001,张三\n002,李四\n"


@pytest.fixture
def file(tmp_path):
    def make(content, encoding="utf-8", name="人口.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make


def read(path, *, options="", rejects=None, **request):
    text = f"csv://{path}?{options}" if options else str(path)
    with open_connector(text, rejects=rejects).open(Read(**request)) as stream:
        return stream.reader.read_all().to_pylist()


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"],
)
def test_the_encoding_is_found(file, encoding):
    assert read(file(TEXT, encoding)) == [
        {"编号": "001", "姓名": "张三"},
        {"编号": "002", "姓名": "李四"},
    ]


def test_rare_characters_of_gb18030_are_read(file):
    assert read(file("名\n𠮷\n㐂\n", "gb18030")) == [{"名": "𠮷"}, {"名": "㐂"}]


def test_an_encoding_that_shows_only_late_in_the_file_is_found(file):
    text = "id,名\n" + "1,a\n" * 300_000 + "2,乙\n"

    assert detect(file(text, "gb18030")) == "gb18030"


def test_lines_of_another_encoding_are_kept_apart_with_their_number(file):
    content = "编号,姓名\n1,张三\n".encode() + "2,李四\n".encode("gb18030") + "3,王五\n".encode()
    rejects = Rejects(keep=True)

    rows = read(file(content), rejects=rejects)

    assert [row["编号"] for row in rows] == ["1", "3"]
    assert str(rejects.first[0]) == (
        "人口.csv 第 3 行，值为“2,李四”：文字编码不是 UTF-8，像是 GB18030"
    )


def test_without_leave_to_keep_them_apart_the_first_bad_row_is_an_error(file):
    with pytest.raises(BadRowError, match=r"人口\.csv 第 3 行.*应有 2 列，实有 3 列"):
        read(file("编号,姓名\n1,a\n2,b,c\n"))


@pytest.mark.parametrize(
    ("body", "good", "bad"),
    [
        ("1,a\n2\n3,c\n", ["1", "3"], [(3, "应有 2 列，实有 1 列")]),
        ('1,a\n2,"b\n3,c\n4,d\n', ["1", "3", "4"], [(3, "引号没有成对")]),
        ('1,a\n2,"b"x\n3,c\n', ["1", "3"], [(3, "引号位置有误")]),
        ('1,"a\nb"\n2\n', ["1"], [(4, "应有 2 列，实有 1 列")]),
        ("1,a\n\n2,b\n", ["1", "2"], []),
        ('1,a\n2,"b\n' + "3,c\n" * 500, ["1"] + ["3"] * 500, [(3, "引号没有成对")]),
    ],
)
def test_a_broken_row_costs_only_itself(file, *, body, good, bad):
    rejects = Rejects(keep=True)

    rows = read(file("编号,姓名\n" + body), rejects=rejects)

    assert [row["编号"] for row in rows] == good
    assert [(reject.row, reject.reason) for reject in rejects.first] == bad


def test_bad_rows_are_written_to_a_file_of_their_own(file, tmp_path):
    path = tmp_path / "bad" / "rows.csv"
    with Rejects(keep=True, path=path) as rejects:
        read(file("编号,姓名\n1\n"), rejects=rejects)

    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "文件,行,列,值,原因",
        '人口.csv,2,,1,"应有 2 列，实有 1 列"',
    ] or "应有 2 列，实有 1 列" in path.read_text(encoding="utf-8-sig")


def test_a_value_of_the_wrong_type_is_named_with_row_and_column(file):
    path = file("编号,日期\n1,2024-01-02\n2,去年\n")
    rejects = Rejects(keep=True)

    rows = read(path, options="type.日期=date&type.编号=int", rejects=rejects)

    assert rows == [{"编号": 1, "日期": date(2024, 1, 2)}]
    assert (rejects.first[0].row, rejects.first[0].column) == (3, "日期")


def test_values_stay_text_and_empty_is_no_value(file):
    assert read(file("a,b\n001,\n")) == [{"a": "001", "b": None}]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(file, delimiter):
    assert read(file(f"a{delimiter}b\n1{delimiter}2,3\n")) == [{"a": "1", "b": "2,3"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "空文件"), ("a,a\n1,2\n", "表头重复：a"), ("a,\n1,2\n", "空列名")],
)
def test_a_file_without_a_usable_header_is_refused(file, content, message):
    with pytest.raises(DamagedFileError, match=message):
        read(file(content))


def test_a_missing_file_and_a_missing_column_are_named(file, tmp_path):
    with pytest.raises(SourceMissingError, match="文件不存在"):
        read(tmp_path / "none.csv")
    with pytest.raises(MissingColumnError, match="没有列“电话”"):
        read(file(TEXT), columns=("电话",))


def test_a_window_picks_rows_by_cursor(file):
    path = file("k,v\n1,a\n2,b\n3,c\n")

    rows = read(path, window=Window(column="k", after="1", upto="2"))

    assert rows == [{"k": "2", "v": "b"}]
    assert open_connector(str(path)).limit(Window(column="k"), None) == "3"


def test_a_cursor_value_of_the_wrong_type_is_named(file):
    with pytest.raises(WrongTypeError, match="游标值“x”"):
        read(file("k\n1\n"), options="type.k=int", window=Window(column="k", after="x"))


def test_a_written_file_has_a_mark_for_excel_and_reads_back(tmp_path):
    target = open_connector(str(tmp_path / "out.csv"))
    table = pa.table({"名": ["张三", '有"引号"，\n换行'], "数": ["1", None]})

    written = target.write(table.to_reader(), mode="overwrite")
    target.write(table.to_reader(), mode="append")

    assert written == 2
    assert (tmp_path / "out.csv").read_bytes().startswith(codecs.BOM_UTF8)
    assert read(tmp_path / "out.csv") == table.to_pylist() * 2


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    target = open_connector(str(tmp_path / "out.csv"))
    target.write(pa.table({"a": ["1"]}).to_reader(), mode="overwrite")

    def stream():
        yield pa.record_batch({"a": ["2"]})
        raise ConnectionResetError

    broken = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.string())]), stream())
    with pytest.raises(ConnectionResetError):
        target.write(broken, mode="overwrite")

    assert read(tmp_path / "out.csv") == [{"a": "1"}]
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_an_upsert_into_a_file_is_refused(tmp_path):
    with pytest.raises(UnsupportedError, match="不支持按关键字更新"):
        open_connector(str(tmp_path / "a.csv")).write(
            pa.table({"a": [1]}).to_reader(), mode="upsert", keys=("a",)
        )


VALUES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\ufeff"), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.tuples(VALUES, VALUES), max_size=5),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_what_is_written_is_read_whatever_the_text(tmp_path_factory, *, values, encoding):
    folder = tmp_path_factory.mktemp("csv")
    rows = [{"编号": f"序{n}{a}", "乙": b or None} for n, (a, b) in enumerate(values)]
    schema = pa.schema([("编号", pa.string()), ("乙", pa.string())])
    target = open_connector(str(folder / "a.csv"))
    target.write(pa.Table.from_pylist(rows, schema=schema).to_reader(), mode="overwrite")
    text = (folder / "a.csv").read_bytes().decode("utf-8-sig")
    (folder / "b.csv").write_bytes(text.encode(encoding))

    assert read(folder / "b.csv") == rows
