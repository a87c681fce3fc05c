"""Catalogues as an Excel workbook in the form of the guide: 目录 and 数据项.

The export is the template of the import. A bad row is named with sheet, row, column and reason; a
catalogue with a bad row, or with a bad item, is left out as a whole, the others are loaded.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO

from django.db import models, transaction
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.data.catalog.choices import (
    Cycle,
    Format,
    ItemType,
    Openness,
    ResourceClass,
    Sensitivity,
    Sharing,
    SharingMethod,
)
from steward.data.catalog.editing import (
    CatalogueDraft,
    ItemDraft,
    change_catalogue,
    create_catalogue,
)
from steward.data.catalog.errors import InvalidCatalogueError
from steward.data.catalog.models import CATALOGUE_KIND, Catalogue, InformationSystem
from steward.data.sources import api as sources
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.subjects import Subject

CATALOGUES, ITEMS = "目录", "数据项"
LARGEST = 200_000
CATALOGUE_COLUMNS = (
    "目录代码", "目录名称", "信息系统编码", "提供方", "提供方代码", "分类", "摘要", "格式",
    "共享类型", "共享条件", "共享方式", "开放类型", "开放条件", "更新周期", "发布日期", "数据源编码",
    "源表",
)  # fmt: skip
ITEM_COLUMNS = (
    "目录代码", "目录名称", "项代码", "项名称", "数据类型", "长度", "敏感级别", "主键", "可为空",
    "共享类型",
)  # fmt: skip
_WORDS: dict[str, tuple[str, type[models.TextChoices]]] = {
    "分类": ("resource_class", ResourceClass),
    "格式": ("format", Format),
    "共享类型": ("sharing", Sharing),
    "共享方式": ("sharing_method", SharingMethod),
    "开放类型": ("openness", Openness),
    "更新周期": ("cycle", Cycle),
}
_TEXTS = {"摘要": "summary", "共享条件": "sharing_condition", "开放条件": "openness_condition",
          "源表": "source_table", "提供方代码": "credit_code"}  # fmt: skip
_YES_NO = {"是": True, "否": False, "": None}


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong where; `column` is empty when it is about the whole row."""

    sheet: str
    row: int
    column: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, and everything that it refused."""

    created: int = 0
    changed: int = 0
    problems: list[CellProblem] = field(default_factory=list)


class _CellError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass(frozen=True, slots=True)
class _Row:
    sheet: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def keys(self) -> tuple[str, ...]:
        """By what the rows of both sheets find each other: the code, else the name."""
        return tuple(words for words in (self["目录代码"], self["目录名称"]) if words)


def export_catalogues(rows: Iterable[Catalogue]) -> bytes:
    """The workbook of these catalogues (with system, organization, source, items); none: template."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    first = _sheet(book, CATALOGUES, CATALOGUE_COLUMNS)
    second = _sheet(book, ITEMS, ITEM_COLUMNS)
    codes = {source.id: source.code for source in sources.all_sources()}
    for row in rows:
        _append(first, _catalogue_cells(row, codes))
        for item in row.items.all():
            _append(second, [
                row.code, row.name, item.code, item.name, item.get_type_display(), item.length,
                item.sensitivity, "是" if item.is_key else "否", "是" if item.nullable else "否",
                item.get_sharing_display(),
            ])  # fmt: skip
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _catalogue_cells(row: Catalogue, codes: dict[int, str]) -> list[Any]:
    return [
        row.code, row.name, row.system.code, row.organization.name, row.credit_code,
        row.get_resource_class_display(), row.summary, row.get_format_display(),
        row.get_sharing_display(), row.sharing_condition, row.get_sharing_method_display(),
        row.get_openness_display(), row.openness_condition, row.get_cycle_display(),
        row.published_on, codes.get(row.source_id or 0, ""), row.source_table,
    ]  # fmt: skip


def problems_workbook(report: ImportReport) -> bytes:
    """The refused rows with their reasons, to be put right and sent again."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    sheet = _sheet(book, "未导入的行", ("工作表", "行", "列", "原因"))
    for one in report.problems:
        _append(sheet, [one.sheet, one.row, one.column, one.reason])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _append(sheet: Worksheet, cells: list[Any]) -> None:
    """Write a row as plain values: a text that begins with = stays a text, never a formula."""
    sheet.append(cells)
    for index, value in enumerate(cells, start=1):
        if isinstance(value, str) and value.startswith("="):
            sheet.cell(sheet.max_row, index).data_type = "s"


def _sheet(book: Workbook, title: str, columns: tuple[str, ...]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(columns))
    for index, words in enumerate(columns, start=1):
        cell = sheet.cell(1, index)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0FE")
        sheet.column_dimensions[get_column_letter(index)].width = max(12, len(words) * 2.6)
    sheet.freeze_panes = "A2"
    return sheet


def import_catalogues(file: BinaryIO, *, name: str, by: Actor, now: datetime) -> ImportReport:
    """Load a workbook: known codes are changed (only what differs), others begin as drafts.

    InvalidCatalogueError when the file is no workbook of this form; nothing was changed then.
    """
    sheets = _read(file)
    report = ImportReport()
    heads = _rows(CATALOGUES, sheets[CATALOGUES], ("目录名称", "信息系统编码"))
    items: dict[str, list[_Row]] = defaultdict(list)
    known = {key for row in heads for key in row.keys}
    for row in _rows(ITEMS, sheets.get(ITEMS, []), ("项代码",)) if ITEMS in sheets else []:
        key = next((words for words in row.keys if words in known), "")
        if key:
            items[key].append(row)
        else:
            words = f"“目录”表里没有目录“{'、'.join(row.keys) or '（空）'}”"
            report.problems.append(CellProblem(ITEMS, row.number, "目录代码", words))
    repeated = _repeated(heads)
    for head in heads:
        if head.number in repeated:
            words = f"与第 {repeated[head.number]} 行是同一个目录"
            report.problems.append(CellProblem(CATALOGUES, head.number, "目录代码", words))
            continue
        mine = [row for key in head.keys for row in items.get(key, [])]
        _load(head, sorted(mine, key=lambda row: row.number), report, by=by, now=now)
    report.problems.sort(key=lambda one: (one.sheet, one.row))
    subject = Subject(CATALOGUE_KIND, "", name)
    after = {"good": report.created + report.changed, "bad": len(report.problems)}
    audit.record("catalog.imported", subject, by=by, now=now, after=after)
    return report


def _repeated(heads: list[_Row]) -> dict[int, int]:
    first: dict[str, int] = {}
    found = {}
    for head in heads:
        key = head["目录代码"] or head["目录名称"]
        if key in first:
            found[head.number] = first[key]
        first.setdefault(key, head.number)
    return found


def _read(file: BinaryIO) -> dict[str, list[list[Any]]]:
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, ValueError, OSError):
        raise InvalidCatalogueError("打不开这个文件：请上传 .xlsx 或 .xls 格式的表格") from None
    if CATALOGUES not in sheets:
        raise InvalidCatalogueError("没有名为“目录”的工作表；可先导出一份作为模板")
    if sum(len(rows) for rows in sheets.values()) > LARGEST:
        raise InvalidCatalogueError(f"一次最多导入 {LARGEST} 行，请分成几个文件")
    return sheets


def _rows(title: str, table: list[list[Any]], needed: tuple[str, ...]) -> list[_Row]:
    header = [_text(cell) for cell in table[0]] if table else []
    if missing := [column for column in needed if column not in header]:
        raise InvalidCatalogueError(f"工作表“{title}”缺少列：{'、'.join(missing)}")
    rows = (
        _Row(title, number, dict(zip(header, map(_text, cells), strict=False)))
        for number, cells in enumerate(table[1:], start=2)
    )
    return [row for row in rows if any(row.cells.values())]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, date):
        value = value.isoformat()
    return "" if value is None else str(value).strip()


def _load(head: _Row, rows: list[_Row], report: ImportReport, *, by: Actor, now: datetime) -> None:
    bad: list[CellProblem] = []
    draft = _try(head, bad, _draft)
    items = tuple(_try(row, bad, _item) for row in rows)
    whole = [item for item in items if item is not None]
    bad += _same_codes(rows)
    if bad or draft is None:
        report.problems += bad
        return
    try:
        created = _store(head, draft, tuple(whole), by=by, now=now)
    except StewardError as error:
        report.problems.append(CellProblem(head.sheet, head.number, "", error.message))
        return
    report.created += created
    report.changed += not created


def _try(row: _Row, bad: list[CellProblem], read: Any) -> Any:
    try:
        return read(row)
    except _CellError as error:
        bad.append(CellProblem(row.sheet, row.number, error.column, error.reason))
        return None


def _same_codes(rows: list[_Row]) -> list[CellProblem]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        code = row["项代码"]
        if code in seen:
            words = f"项代码“{code}”与第 {seen[code]} 行重复"
            found.append(CellProblem(ITEMS, row.number, "项代码", words))
        seen.setdefault(code, row.number)
    return found


@transaction.atomic
def _store(
    head: _Row, draft: CatalogueDraft, items: tuple[ItemDraft, ...], *, by: Actor, now: datetime
) -> bool:
    known = Catalogue.objects.filter(code=head["目录代码"]).first() if head["目录代码"] else None
    if known is None:
        create_catalogue(draft, items, by=by, now=now)
        return True
    types = dict(known.items.values_list("code", "source_type"))
    kept = tuple(_with_source_type(item, types.get(item.code, "")) for item in items)
    change_catalogue(known.pk, draft, kept or None, by=by, now=now)
    return False


def _with_source_type(item: ItemDraft, source_type: str) -> ItemDraft:
    values = {name: getattr(item, name) for name in ItemDraft.__slots__}
    return ItemDraft(**(values | {"source_type": source_type}))


def _draft(row: _Row) -> CatalogueDraft:
    if not row["目录名称"]:
        raise _CellError("目录名称", "未填写")
    system = InformationSystem.objects.filter(code=row["信息系统编码"]).first()
    if system is None:
        words = f"没有编码为“{row['信息系统编码']}”的信息系统，请先登记"
        raise _CellError("信息系统编码", words)
    values: dict[str, Any] = {name: row[column] for column, name in _TEXTS.items()}
    for column, (name, choices) in _WORDS.items():
        values[name] = _choice(row, column, choices)
    values["resource_class"] = values["resource_class"] or ResourceClass.DEPARTMENT
    values["format"] = values["format"] or Format.DATABASE
    return CatalogueDraft(
        system_id=system.pk,
        name=row["目录名称"],
        code=row["目录代码"],
        organization_id=_body(row),
        source_id=_source(row),
        **values,
    )


def _item(row: _Row) -> ItemDraft:
    if not row["项代码"]:
        raise _CellError("项代码", "未填写")
    length = row["长度"]
    if length and not length.isdecimal():
        raise _CellError("长度", f"应为整数，现在是“{length}”")
    return ItemDraft(
        code=row["项代码"],
        name=row["项名称"],
        type=_choice(row, "数据类型", ItemType),
        length=int(length) if length else None,
        sensitivity=_choice(row, "敏感级别", Sensitivity),
        is_key=bool(_yes_no(row, "主键")),
        nullable=_yes_no(row, "可为空") is not False,
        sharing=_choice(row, "共享类型", Sharing),
    )


def _choice(row: _Row, column: str, choices: type[models.TextChoices]) -> str:
    words = row[column]
    table = {str(label): str(value) for value, label in choices.choices}
    table |= {value: value for value in choices.values}
    if words and words not in table:
        labels = "、".join(str(label) for _, label in choices.choices)
        raise _CellError(column, f"“{words}”不在字典里，只能是{labels}")
    return table.get(words, "")


def _yes_no(row: _Row, column: str) -> bool | None:
    if row[column] not in _YES_NO:
        raise _CellError(column, f"只能填是或否，现在是“{row[column]}”")
    return _YES_NO[row[column]]


def _body(row: _Row) -> int | None:
    words = row["提供方"]
    if not words:
        return None
    found = organizations.find(words) or next(
        (body for body in organizations.search(words, limit=5) if body.name == words), None
    )
    if found is None:
        raise _CellError("提供方", f"没有编码或名称为“{words}”的单位")
    return found.id


def _source(row: _Row) -> int | None:
    if not row["数据源编码"]:
        return None
    found = sources.find(row["数据源编码"])
    if found is None:
        raise _CellError("数据源编码", f"没有编码为“{row['数据源编码']}”的数据源")
    return found.id
