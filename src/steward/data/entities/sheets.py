"""Lineage as an Excel file, out and back in; one bad line never loses the good ones."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from python_calamine import CalamineError, CalamineWorkbook

from steward.data.entities.queries import LineageInfo, lineage_of
from steward.data.entities.services import (
    InvalidLineageError,
    LineageDraft,
    check_line,
    set_lines,
)
from steward.kernel.actors import Actor

HEADINGS = {
    "target_table": "目标表",
    "target_field": "目标字段",
    "source_system": "来源系统",
    "source_table": "来源表",
    "source_field": "来源字段",
    "transformation": "转换",
    "authority": "优先级",
}
MOST_LINES = 20_000
MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended; `problems` name the line of the sheet and what is wrong with it."""

    changed: int
    unchanged: int
    problems: tuple[str, ...]


def export_lineage(table: str) -> bytes:
    """The lineage of a table as .xlsx, in the form that `import_lineage` takes."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise TypeError("a new workbook has a sheet")
    sheet.title = "字段血缘"
    sheet.append([*HEADINGS.values(), "起始版本"])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in lineage_of(table):
        sheet.append([_cell(line, name) for name in (*HEADINGS, "since_version")])
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGH", (16, 20, 16, 18, 20, 36, 8, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(line: LineageInfo, name: str) -> str | int:
    value: str | int = getattr(line, name)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def import_lineage(content: bytes, *, reason: str, by: Actor, now: datetime) -> Imported:
    """Add and change lines as a sheet says; lines that are not in it stay.

    InvalidLineageError when the file is no such sheet.
    """
    return _take(_lines(content), reason=reason, by=by, now=now)


def load_standard(*, by: Actor, now: datetime) -> Imported:
    """The lineage of the population store that comes with the platform."""
    text = (files("steward.data.entities") / "standard_lineage.csv").read_text("utf-8")
    rows: list[dict[str, Any]] = list(csv.DictReader(text.splitlines()))
    return _take(list(enumerate(rows, start=2)), reason="载入标准血缘", by=by, now=now)


def _take(
    lines: Sequence[tuple[int, dict[str, Any]]], *, reason: str, by: Actor, now: datetime
) -> Imported:
    drafts, problems = {}, []
    for number, values in lines:
        try:
            draft = _draft(values)
            check_line(draft)
        except InvalidLineageError as error:
            problems.append(f"第 {number} 行：{error.message}")
            continue
        place = tuple(getattr(draft, name) for name in list(HEADINGS)[:5])
        if place in drafts:
            problems.append(f"第 {number} 行：与前面的一行重复")
            continue
        drafts[place] = draft
    changed = set_lines(list(drafts.values()), reason=reason, by=by, now=now)
    return Imported(changed, len(drafts) - changed, tuple(problems))


def _lines(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    if len(content) > MOST_BYTES:
        raise InvalidLineageError(f"文件超过 {MOST_BYTES // 1_000_000} MB")
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError):
        raise InvalidLineageError("打不开这个文件，请上传由“导出”得到的 .xlsx 文件") from None
    head = [str(value).strip() for value in rows[0]] if rows else []
    if missing := [label for label in HEADINGS.values() if label not in head]:
        raise InvalidLineageError(f"表头缺少“{missing[0]}”，请用导出的文件修改")
    if len(rows) > MOST_LINES:
        raise InvalidLineageError(f"至多 {MOST_LINES} 行")
    places = {name: head.index(label) for name, label in HEADINGS.items()}
    return [
        (number, {name: row[place] for name, place in places.items()})
        for number, row in enumerate(rows[1:], start=2)
        if any(str(value).strip() for value in row)
    ]


def _draft(values: dict[str, Any]) -> LineageDraft:
    texts = {name: str(values[name]).strip().removeprefix("'") for name in list(HEADINGS)[:6]}
    try:
        authority = int(float(values["authority"]))
    except (TypeError, ValueError):
        raise InvalidLineageError(f"优先级“{values['authority']}”不是整数") from None
    return LineageDraft(authority=authority, **texts)
