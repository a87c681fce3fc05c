"""Problem rows out to Excel and back (K12.2, K12.4): foreign rows, changed keys, stale rows and
wrong types are each named with their line; good rows are kept."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from python_calamine import CalamineError, CalamineWorkbook

from steward.data.collection import api as collection
from steward.data.quality.corrections import Edit, InvalidCorrectionError, cell_fault
from steward.data.quality.levels import masked
from steward.data.quality.models import ProblemOrder
from steward.data.quality.rows import BadRow, FailingRows, Wanted
from steward.data.quality.tokens import is_sealed, seal_of

SHEET, HELP = "问题数据", "说明"
ROW, SEAL = "行号（勿改）", "校验（勿改）"
AFTER = ("违反的规则", "整改建议")
MOST_ROWS = 50_000
MOST_BYTES = 30 * 2**20
_BAD = PatternFill("solid", fgColor="FFE4E1")
_GUIDE = (
    "只改“问题数据”表里的数据列，改成正确的值；清空表示该列应为空。",
    "前两列是行号和校验，不要改动；不要增加行。主键列不能改。",
    "带 * 的值已脱敏：不改就保持原样，要改就写完整的新值。",
    "改好后在问题数据工单页“Excel 回填”上传；有问题的行会逐行说明，其余照常采纳。",
)


@dataclass(slots=True)
class Returned:
    """What came back: edits to take, and every refused row in words with its line."""

    edits: list[Edit] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    rows: int = 0


def wanted_of(order: ProblemOrder) -> Wanted:
    """The rows of an order."""
    return Wanted(rules=tuple(order.rules), organization_id=order.organization_id)


def export_order(order: ProblemOrder, *, unmasked: bool) -> tuple[bytes, int]:
    """The order's rows as an Excel file, and how many; at most MOST_ROWS, worst told first."""
    rows = FailingRows(order.run)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.freeze_panes = "C2"
    columns = rows.columns
    sheet.append([_cell(sheet, name, bold=True) for name in (ROW, SEAL, *columns, *AFTER)])
    count = 0
    portion: list[BadRow] = []
    for row in rows.each(wanted_of(order), most=MOST_ROWS):
        portion.append(row)
        if len(portion) == 500:
            count += _append(sheet, (order, rows), portion, unmasked=unmasked)
            portion = []
    count += _append(sheet, (order, rows), portion, unmasked=unmasked)
    guide = book.create_sheet(HELP)
    for line in (f"工单 {order.number}：{order}", order.table.guidance, *_GUIDE):
        guide.append([_cell(guide, line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), count


def _append(
    sheet: Any, place: tuple[ProblemOrder, FailingRows], portion: list[BadRow], *, unmasked: bool
) -> int:
    order, rows = place
    for line in rows.lines(portion, unmasked=unmasked):
        values = [cell.text for cell in line.cells]
        seal = seal_of(line.token, order.pk, list(line.row.values.values()), unmasked=unmasked)
        cells = [_cell(sheet, line.token), _cell(sheet, seal)]
        cells += [
            _cell(sheet, text, bad=cell.bad) for text, cell in zip(values, line.cells, strict=True)
        ]
        cells += [
            _cell(sheet, "、".join(name for _, name in line.rules)),
            _cell(sheet, "；".join(line.advice)),
        ]
        sheet.append(cells)
    return len(portion)


def _cell(sheet: Any, text: str | None, *, bold: bool = False, bad: bool = False) -> Any:
    """A text cell: never a formula, never turned into a number."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.number_format = "@"
    if text is not None:
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    if bad:
        cell.fill = _BAD
    return cell


def read_return(order: ProblemOrder, content: bytes) -> Returned:
    """What an Excel file says about an order. InvalidCorrectionError where it is none at all."""
    header, lines = _sheet(content)
    columns = FailingRows(order.run).columns
    if missing := [name for name in (ROW, SEAL, *columns) if name not in header]:
        raise InvalidCorrectionError(
            f"文件缺少列“{'”“'.join(missing)}”，请用本工单导出的文件填写", field="file"
        )
    named = [
        (number, dict(zip(header, line, strict=False)))
        for number, line in enumerate(lines, start=2)
        if any(value not in (None, "") for value in line)
    ]
    tokens = {_text(line.get(ROW)) or "" for _, line in named}
    rows = FailingRows(order.run)
    there = rows.find(wanted_of(order), tokens - {""})
    reader = _Reader(order, rows, there)
    for number, line in named:
        reader.read(number, line)
    return reader.found


def _sheet(content: bytes) -> tuple[list[str], list[list[Any]]]:
    if len(content) > MOST_BYTES:
        raise InvalidCorrectionError("文件超过 30 MB，请分批回填", field="file")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError):
        raise InvalidCorrectionError(
            "文件不是能读的 Excel（.xlsx），请重新保存", field="file"
        ) from None
    if not rows:
        raise InvalidCorrectionError("文件是空的", field="file")
    if len(rows) > MOST_ROWS + 1:
        raise InvalidCorrectionError(f"超过 {MOST_ROWS} 行，请分批回填", field="file")
    return [str(value).strip() for value in rows[0]], rows[1:]


def _text(value: object) -> str | None:
    """A cell as text; a number that Excel made of digits is digits again."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class _Reader:
    def __init__(self, order: ProblemOrder, rows: FailingRows, there: Mapping[str, BadRow]) -> None:
        self.order = order
        self.there = there
        self.columns = rows.columns
        shown = masked([row.values for row in there.values()], rows.levels)
        self.masked = dict(zip(there, shown, strict=True))
        self.schema: pa.Schema = collection.lake().describe(order.table.name).schema
        self.seen: set[str] = set()
        self.found = Returned()

    def read(self, number: int, line: Mapping[str, Any]) -> None:
        """One line; refused whole or taken whole."""
        self.found.rows += 1
        words, edits = self._judge(line)
        if words:
            self.found.problems.append(f"第 {number} 行：{words}")
        else:
            self.found.edits += edits

    def _judge(self, line: Mapping[str, Any]) -> tuple[str, list[Edit]]:
        token, seal = _text(line.get(ROW)) or "", _text(line.get(SEAL)) or ""
        if not token:
            return "没有行号，不能增加行", []
        row = self.there.get(token)
        if row is None:
            return "不是本工单的行（或已经改好），未采纳", []
        if token in self.seen:
            return "同一行出现两次，只采纳第一次", []
        self.seen.add(token)
        held = list(row.values.values())
        if not is_sealed(seal, token, self.order.pk, values=held):
            return "校验不符：校验列被改动，或数据在导出后已变化，请重新导出", []
        unmasked = seal.startswith("Y")
        return self._edits(row, line, row.values if unmasked else self.masked[token])

    def _edits(
        self, row: BadRow, line: Mapping[str, Any], handed: Mapping[str, str | None]
    ) -> tuple[str, list[Edit]]:
        """What differs from the row as it was handed out, masked or not."""
        table, unmasked = self.order.table, handed is row.values
        edits = []
        for name in self.columns:
            given, before = _text(line.get(name)), handed[name]
            if given == before or (given is None and before == ""):
                continue
            if name in table.keys:
                return f"主键“{name}”被改动", []
            if not unmasked and given is not None and "*" in given:
                return f"“{name}”是脱敏值，要改请写完整的新值", []
            if words := cell_fault(table, name, given, kind=self.schema.field(name).type):
                return f"“{name}”的值{words}", []
            edits.append(Edit(row.key, name, row.values[name], given))
        return "", edits
