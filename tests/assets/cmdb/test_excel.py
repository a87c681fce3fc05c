from io import BytesIO

import pytest
from openpyxl import load_workbook

from steward.assets.cmdb.excel import WorkbookError, export_items, import_workbook
from steward.assets.cmdb.models import Item, Relation
from tests.factories.cmdb import ItemFactory, RelationFactory, SystemFactory
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def workbook(**sheets: list[list[object]]) -> BytesIO:
    """The empty template with rows added under the headers that they name by position."""
    book = load_workbook(BytesIO(export_items([], [])))
    for title, rows in sheets.items():
        for row in rows:
            book[title].append(row)
    buffer = BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def load(buffer: BytesIO):
    return import_workbook(buffer, name="资产.xlsx", by=SYSTEM, now=NOW)


def server(code: str, address: str = "10.0.0.1", system: str = "") -> list[object]:
    return [
        code,
        f"服务器 {code}",
        "huaian-2025",
        "",
        system,
        "在用",
        "核心",
        "",
        address,
        "麒麟",
        8.0,
    ]


def test_good_rows_load_and_a_bad_one_is_reported_with_its_place():
    report = load(workbook(服务器=[server("S1"), server("S2", "坏 地址"), server("S3")]))

    assert report.created == 2
    assert [(p.sheet, p.row, p.code) for p in report.problems] == [("服务器", 3, "S2")]
    assert "应为 IP 地址或主机名" in report.problems[0].reason


def test_numbers_that_excel_keeps_as_floats_are_whole():
    load(workbook(服务器=[server("S1")]))

    assert Item.objects.get(code="S1").attributes["cpu"] == 8


def test_systems_load_before_what_belongs_to_them():
    report = load(workbook(服务器=[server("S1", system="SYS")], 系统=[["SYS", "公文系统"]]))

    assert report.problems == []
    assert Item.objects.get(code="S1").system.name == "公文系统"


def test_an_unknown_system_is_named():
    report = load(workbook(服务器=[server("S1", system="没有")]))

    assert "没有编码为“没有”的系统" in report.problems[0].reason


def test_loading_what_was_exported_changes_nothing():
    system = SystemFactory.create()
    items = [system, *ItemFactory.create_batch(2, system=system)]
    relation = RelationFactory.create(source=items[1], target=items[2])
    before = list(Item.objects.order_by("pk").values())

    load(BytesIO(export_items(items, [relation])))

    assert list(Item.objects.order_by("pk").values()) == before
    assert Relation.objects.count() == 1


def test_a_relation_to_something_unknown_is_reported():
    report = load(workbook(服务器=[server("S1")], 关系=[["S1", "调用", "S9"], ["S1", "吃", "S1"]]))

    assert [p.reason for p in report.problems] == [
        "没有编码为“S9”的配置项",
        "配置项不能与自己建立关系",
    ]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_words(content):
    with pytest.raises(WorkbookError, match="打不开这个文件"):
        load(BytesIO(content))


def test_a_workbook_without_known_sheets_is_refused():
    book = load_workbook(BytesIO(export_items([], [])))
    for name in book.sheetnames[1:]:
        del book[name]
    book.worksheets[0].title = "随便"
    buffer = BytesIO()
    book.save(buffer)
    buffer.seek(0)

    with pytest.raises(WorkbookError, match="没有可识别的工作表"):
        load(buffer)


def test_a_sheet_without_its_key_columns_does_not_stop_the_others():
    book = load_workbook(workbook(系统=[["SYS", "公文系统"]]))
    book["服务器"]["A1"] = "代号"
    buffer = BytesIO()
    book.save(buffer)
    buffer.seek(0)

    report = load(buffer)

    assert report.created == 1
    assert "缺少列：编码" in report.problems[0].reason
