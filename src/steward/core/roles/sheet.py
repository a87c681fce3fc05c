"""The review as an Excel file."""

from collections.abc import Iterable
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from steward.core.roles.review import ReviewRow
from steward.kernel.instants import local

HEADINGS = (
    "姓名", "登录名", "机构", "岗位", "角色", "数据范围", "授予时间", "授予人", "原因", "到期时间",
    "申请", "最近登录", "最近复核", "复核人", "需要关注",
)  # fmt: skip
WIDTHS = (12, 16, 28, 16, 16, 22, 18, 14, 30, 18, 20, 18, 18, 14, 40)


def workbook(rows: Iterable[ReviewRow]) -> tuple[bytes, int]:
    """The file and the number of rows in it; texts never become formulas."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "授权复核"
    sheet.append(list(HEADINGS))
    count = 0
    for row in rows:
        sheet.append([_safe(value) for value in _cells(row)])
        count += 1
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.cell(1, number).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue(), count


def _cells(row: ReviewRow) -> list[str]:
    grant = row.grant
    moments = (grant.granted_at, grant.expires_at, row.last_login, row.reviewed_at)
    granted, expires, seen, reviewed = (
        "" if at is None else local(at).strftime("%Y-%m-%d %H:%M") for at in moments
    )
    request = f"{grant.request_kind}:{grant.request_key}" if grant.request_key else ""
    return [
        grant.user_name, row.username, grant.organization_name, row.post_title, grant.role_name,
        grant.reach_label, granted, row.granted_by, row.reason, expires, request, seen, reviewed,
        row.reviewed_by, "；".join(row.flags),
    ]  # fmt: skip


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
