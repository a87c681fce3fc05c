"""Items and relations as an Excel workbook: one sheet per kind, one for relations.

The exported workbook is the import template. A wrong row is reported with its sheet, row number
and reason; the others load.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

from django.db import transaction
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from steward.assets.cmdb.choices import Importance, ItemStatus, RelationType
from steward.assets.cmdb.models import Item, Relation
from steward.assets.cmdb.registry import KINDS, ItemKind
from steward.assets.cmdb.services import ItemDraft, create_item, relate, update_item
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError, StewardError
from steward.kernel.subjects import Subject

RELATIONS = "关系"
COMMON = ["编码", "名称", "合同", "使用单位编码", "所属系统编码", "状态", "重要程度", "备注"]
RELATION_COLUMNS = ["配置项编码", "关系", "关联配置项编码"]
LARGEST = 50_000


class WorkbookError(InvalidError):
    """The file as a whole cannot be read; nothing was changed."""

    code = "cmdb.workbook"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was not loaded: where, what it said, why."""

    sheet: str
    row: int
    code: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did."""

    created: int = 0
    updated: int = 0
    related: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def good(self) -> int:
        return self.created + self.updated + self.related


def export_items(items: list[Item], relations: list[Relation]) -> bytes:
    """The workbook of these items; an empty list gives the empty template."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for kind in sorted(KINDS, key=lambda k: k.order):
        attributes = kind.attributes()
        sheet = _sheet(book, kind.label, [*COMMON, *(a.label for a in attributes)])
        for item in (i for i in items if i.kind == kind.code):
            sheet.append([*_common_cells(item), *(item.attributes.get(a.code) for a in attributes)])
    sheet = _sheet(book, RELATIONS, RELATION_COLUMNS)
    for relation in relations:
        sheet.append([relation.source.code, relation.get_type_display(), relation.target.code])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def problems_workbook(report: ImportReport) -> bytes:
    """The rows that were not loaded, with their reasons, to be corrected and sent again."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    sheet = _sheet(book, "未导入的行", ["工作表", "行号", "编码", "原因"])
    for problem in report.problems:
        sheet.append([problem.sheet, problem.row, problem.code, problem.reason])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(book: Workbook, title: str, columns: list[str]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(columns)
    for index, words in enumerate(columns, start=1):
        cell = sheet.cell(1, index)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0FE")
        sheet.column_dimensions[get_column_letter(index)].width = max(12, len(words) * 2.4)
    sheet.freeze_panes = "A2"
    return sheet


def _common_cells(item: Item) -> list[Any]:
    return [
        item.code,
        item.name,
        item.contract,
        item.organization.code if item.organization else "",
        item.system.code if item.system else "",
        item.get_status_display(),
        item.get_importance_display(),
        item.note,
    ]


def import_workbook(file: BinaryIO, *, name: str, by: Actor, now: datetime) -> ImportReport:
    """Load a workbook; each good row is kept, each bad one reported.

    WorkbookError when the file is no workbook or no sheet of it is known.
    """
    sheets = _read(file)
    report = ImportReport()
    for kind in sorted(KINDS, key=lambda k: k.order):
        if kind.label in sheets:
            _import_kind(kind, sheets[kind.label], report, by=by, now=now)
    if RELATIONS in sheets:
        _import_relations(sheets[RELATIONS], report, by=by, now=now)
    audit.record("cmdb.imported", Subject("cmdb.import", "", name), by=by, now=now,
                 after={"good": report.good, "bad": len(report.problems)})  # fmt: skip
    return report


def _read(file: BinaryIO) -> dict[str, list[list[Any]]]:
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, ValueError, OSError):
        raise WorkbookError("打不开这个文件：请上传 .xlsx 或 .xls 格式的表格") from None
    known = {kind.label for kind in KINDS} | {RELATIONS}
    if not known & sheets.keys():
        raise WorkbookError(
            f"没有可识别的工作表：工作表名称应为{'、'.join(sorted(known))}；可先导出一份作为模板"
        )
    if sum(len(rows) for rows in sheets.values()) > LARGEST:
        raise WorkbookError(f"一次最多导入 {LARGEST} 行，请分成几个文件")
    return sheets


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: dict[str, Any]

    def text(self, column: str) -> str:
        value = self.cells.get(column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()


def _rows(title: str, table: list[list[Any]], required: list[str]) -> Iterator[_Row]:
    header = [str(cell).strip() for cell in table[0]] if table else []
    missing = [column for column in required if column not in header]
    if missing:
        raise WorkbookError(f"工作表“{title}”缺少列：{'、'.join(missing)}")
    for number, cells in enumerate(table[1:], start=2):
        row = _Row(number, dict(zip(header, cells, strict=False)))
        if any(row.text(column) for column in header):
            yield row


def _import_kind(
    kind: type[ItemKind],
    table: list[list[Any]],
    report: ImportReport,
    *,
    by: Actor,
    now: datetime,
) -> None:
    try:
        rows = list(_rows(kind.label, table, ["编码", "名称"]))
    except WorkbookError as error:
        report.problems.append(RowProblem(kind.label, 1, "", error.message))
        return
    for row in rows:
        try:
            with transaction.atomic():
                _import_item(kind, row, report, by=by, now=now)
        except StewardError as error:
            report.problems.append(
                RowProblem(kind.label, row.number, row.text("编码"), error.message)
            )


def _import_item(
    kind: type[ItemKind], row: _Row, report: ImportReport, *, by: Actor, now: datetime
) -> None:
    draft = ItemDraft(
        code=row.text("编码"),
        name=row.text("名称"),
        kind=kind.code,
        contract=row.text("合同"),
        organization_id=_organization(row.text("使用单位编码")),
        system_id=_system(row.text("所属系统编码")),
        status=_choice("状态", row.text("状态"), ItemStatus, default=ItemStatus.RUNNING),
        importance=_choice(
            "重要程度", row.text("重要程度"), Importance, default=Importance.GENERAL
        ),
        attributes={a.code: row.cells.get(a.label) for a in kind.attributes()},
        note=row.text("备注"),
    )
    existing = Item.objects.filter(code=draft.code).first()
    if existing is None:
        create_item(draft, by=by, now=now)
        report.created += 1
    else:
        update_item(existing, draft, by=by, now=now)
        report.updated += 1


def _import_relations(
    table: list[list[Any]], report: ImportReport, *, by: Actor, now: datetime
) -> None:
    words = {str(label): value for value, label in RelationType.choices}
    try:
        rows = list(_rows(RELATIONS, table, RELATION_COLUMNS))
    except WorkbookError as error:
        report.problems.append(RowProblem(RELATIONS, 1, "", error.message))
        return
    for row in rows:
        try:
            with transaction.atomic():
                source, target = (_item(row.text(RELATION_COLUMNS[i])) for i in (0, 2))
                kind = words.get(row.text("关系"), row.text("关系"))
                relate(source, target, type=kind, by=by, now=now)
                report.related += 1
        except StewardError as error:
            report.problems.append(
                RowProblem(RELATIONS, row.number, row.text("配置项编码"), error.message)
            )


def _item(code: str) -> Item:
    item = Item.objects.filter(code=code).first()
    if item is None:
        raise InvalidError(f"没有编码为“{code}”的配置项")
    return item


def _system(code: str) -> int | None:
    if not code:
        return None
    item = Item.objects.filter(code=code, kind="system").first()
    if item is None:
        raise InvalidError(f"没有编码为“{code}”的系统；请先登记系统，再登记它的组成部分")
    return item.pk


def _organization(code: str) -> int | None:
    if not code:
        return None
    found = organizations.find(code)
    if found is None:
        raise InvalidError(f"没有编码为“{code}”的单位；请核对组织机构")
    return found.id


def _choice(
    label: str, words: str, choices: type[ItemStatus] | type[Importance], *, default: str
) -> str:
    if not words:
        return default
    table = {str(text): value for value, text in choices.choices}
    if words not in table:
        raise InvalidError(f"“{label}”只能是{'、'.join(table)}，现在是“{words}”")
    return str(table[words])
