"""The list of people to ask, out of Excel or CSV; and the list of links, into Excel."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Font
from python_calamine import CalamineError, CalamineWorkbook

from steward.kernel.errors import InvalidError

COLUMNS = {"姓名": "name", "单位": "unit", "电子邮箱": "email", "邮箱": "email", "部门": "unit"}
MOST_ROWS = 20_000
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[A-Za-z0-9-]{2,}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PeopleSheetError(InvalidError):
    """The file as a whole cannot be read; nobody was added."""

    code = "surveys.sheet"


@dataclass(frozen=True, slots=True)
class NewRecipient:
    """Somebody to be asked; `place` says where in a file they stood."""

    name: str
    unit: str
    email: str = ""
    user_id: int | None = None
    place: str = ""


@dataclass(slots=True)
class ReadPeople:
    """The good rows, and a sentence for each that is not."""

    people: list[NewRecipient] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_people(content: bytes, name: str) -> ReadPeople:
    """People of a workbook's first sheet or of a CSV (UTF-8 or GB 18030).

    The first row names the columns 姓名, 单位 and, where mail is to be sent, 电子邮箱. A bad row is
    told with its number and the others are taken; PeopleSheetError when the file is no such list.
    """
    rows = _csv(content) if name.lower().endswith((".csv", ".txt")) else _workbook(content, name)
    if not rows:
        raise PeopleSheetError(f"文件“{name}”是空的")
    fields = [COLUMNS.get(cell.strip().replace(" ", ""), "") for cell in rows[0]]
    for words, needed in (("姓名", "name"), ("单位", "unit")):
        if needed not in fields:
            raise PeopleSheetError(f"文件“{name}”第 1 行没有“{words}”这一列，请按模板填写")
    if len(rows) - 1 > MOST_ROWS:
        raise PeopleSheetError(f"文件“{name}”有 {len(rows) - 1} 行，最多 {MOST_ROWS} 行")
    read = ReadPeople()
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            _take(read, dict(zip(fields, row, strict=False)), number)
    return read


def _take(read: ReadPeople, row: dict[str, str], number: int) -> None:
    name, unit = row.get("name", "").strip(), row.get("unit", "").strip()
    email = row.get("email", "").strip().lower()
    if not name or not unit:
        read.problems.append(f"第 {number} 行缺{'单位' if name else '姓名'}")
    elif len(name) > 60 or len(unit) > 120 or len(email) > 254:
        read.problems.append(f"第 {number} 行的姓名、单位或邮箱过长")
    elif email and not _EMAIL.fullmatch(email):
        read.problems.append(f"第 {number} 行的邮箱“{email[:40]}”不像邮箱地址")
    else:
        read.people.append(NewRecipient(name, unit, email, place=f"第 {number} 行 "))


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(StringIO(text)))
        except csv.Error as error:
            raise PeopleSheetError(f"CSV 文件读不懂：{error}") from error
    raise PeopleSheetError("CSV 文件的编码不是 UTF-8，也不是 GB 18030")


def _workbook(content: bytes, name: str) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        rows: Iterable[Sequence[object]] = book.get_sheet_by_index(0).to_python()
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise PeopleSheetError(f"文件“{name}”不是能打开的 Excel 工作簿") from error
    return [[str(cell) for cell in row] for row in rows]


def template() -> bytes:
    """An empty list to fill in."""
    return _book("调查对象", ["姓名", "单位", "电子邮箱"], [])


def links_book(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Name, unit and link of everybody who is to be asked by hand."""
    return _book("调查链接", ["姓名", "单位", "个人链接（只此一次，请勿转发他人）"], rows)


def _book(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = title
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    for letter, width in zip("ABC", (16, 32, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _safe(text: str) -> str:
    """A cell that a spreadsheet never takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
