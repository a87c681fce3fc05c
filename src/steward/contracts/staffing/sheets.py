"""The team list (团队人员一览表) and the statement of a change as Excel files."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from steward.contracts.staffing.queries.changes import ChangeInfo
from steward.contracts.staffing.queries.team import MemberInfo
from steward.kernel.instants import local

HEADINGS = ("序号", "姓名", "岗位", "资质", "驻场", "关键人员", "进场日期", "离场日期", "离场原因")
WIDTHS = (6, 14, 20, 40, 8, 10, 14, 14, 14)


def team_sheet(title: str, members: Sequence[MemberInfo], *, at: datetime) -> bytes:
    """The list of a team as it stood at an instant; personal data is not part of it."""
    book, sheet = _book("团队人员一览表")
    sheet.append([f"{_safe(title)} 项目团队人员一览表"])
    sheet.append([f"截至 {local(at):%Y-%m-%d %H:%M}，共 {len(members)} 人"])
    sheet.append(list(HEADINGS))
    for number, member in enumerate(members, start=1):
        sheet.append(
            [
                number,
                *(
                    _safe(text)
                    for text in (
                        member.name,
                        member.position_title,
                        member.qualification,
                        "是" if member.is_on_site else "否",
                        "是" if member.is_key else "否",
                        member.joined_date.isoformat(),
                        member.left_date.isoformat() if member.left_date else "",
                        member.left_reason,
                    )
                ),
            ]
        )
    _dress(sheet, WIDTHS, heading=3)
    return _bytes(book)


def statement_sheet(title: str, change: ChangeInfo) -> bytes:
    """The statement of one change (人员变更情况说明), a line for each thing the client asks."""
    book, sheet = _book("人员变更情况说明")
    sheet.append([f"{_safe(title)} 项目团队人员变更情况说明"])
    sheet.append([f"{change.number} · {change.state_label}"])
    lines = (
        ("离开人员", f"{change.leaving} {change.leaving_position}".strip() or "无"),
        ("接替人员", f"{change.incoming} {change.incoming_position}".strip() or "无"),
        ("接替人员资质", change.incoming_qualification),
        ("原因", f"{change.reason_kind}：{change.reason}"),
        ("交接安排", change.handover_plan),
        ("生效日期", change.effective_date.isoformat()),
        ("是否须甲方同意", "是" if change.needs_approval else "否"),
        ("提出", f"{change.requested_by} {local(change.requested_at):%Y-%m-%d %H:%M}"),
        ("甲方意见", f"{local(change.decided_at):%Y-%m-%d %H:%M}" if change.decided_at else ""),
    )
    for label, text in lines:
        sheet.append([label, _safe(text)])
    _dress(sheet, (20, 80), heading=1)
    return _bytes(book)


def _book(name: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    return book, sheet


def _dress(sheet: Worksheet, widths: Sequence[int], *, heading: int) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in {1, heading}:
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for line in sheet.iter_rows(min_row=heading + 1):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if heading > 1:
        sheet.freeze_panes = f"A{heading + 1}"


def _bytes(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _safe(text: str) -> str:
    """A text that a spreadsheet never reads as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
