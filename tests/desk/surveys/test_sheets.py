from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from steward.desk.surveys.sheets import PeopleSheetError, links_book, read_people, template


def book(*rows: tuple[str, ...]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_good_rows_are_taken_and_bad_ones_named():
    content = book(
        ("姓名", "单位", "电子邮箱"),
        ("李一", "甲局", "Li@example.cn"),
        ("", "甲局", ""),
        ("王二", "", ""),
        ("赵三", "乙局", "不是邮箱"),
    )

    read = read_people(content, "名单.xlsx")

    assert [(p.name, p.unit, p.email) for p in read.people] == [("李一", "甲局", "li@example.cn")]
    assert [text[:6] for text in read.problems] == ["第 3 行缺", "第 4 行缺", "第 5 行的"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding(encoding):
    read = read_people("单位,姓名\n甲局,李一\n".encode(encoding), "名单.csv")

    assert [(p.name, p.unit) for p in read.people] == [("李一", "甲局")]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"not a workbook", "a.xlsx", "不是能打开的"),
        (book(("名字", "单位")), "a.xlsx", "没有“姓名”这一列"),
        (b"", "a.csv", "空的"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(content, name, words):
    with pytest.raises(PeopleSheetError, match=words):
        read_people(content, name)


def test_the_template_is_read_back_empty():
    assert read_people(template(), "people.xlsx").people == []


def test_a_name_never_becomes_a_formula():
    sheet = load_workbook(BytesIO(links_book([("=1+1", "甲局", "https://x/")]))).active

    assert sheet.cell(2, 1).value == "'=1+1"
