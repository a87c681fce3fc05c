"""Exchange with IRS by files (K12.4): problem orders and problem data out, answers in.

Out: a zip with 工单.csv (one line an order) and 问题数据/<工单号>.xlsx, in the form of `returns`.
In: an .xlsx whose sheet 工单答复 has the columns of ANSWER: 工单号, 答复, 说明, 答复人. An answer 已更正
asks for a check; the other answers are kept with the order. Corrected rows come back in the file
of the order itself. No answer closes an order: a passing check does.
"""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from steward.core.audit import api as audit
from steward.data.quality.choices import OrderState
from steward.data.quality.corrections import InvalidCorrectionError, check_again
from steward.data.quality.models import ProblemOrder, RuleUse
from steward.data.quality.planning import name_of
from steward.data.quality.returns import export_order
from steward.kernel.actors import Actor
from steward.kernel.instants import local

ORDER: Final = (
    "工单号",
    "责任部门编码",
    "责任部门",
    "表名",
    "中文名",
    "问题行数",
    "规则",
    "派发时间",
    "状态",
)
ANSWER: Final = ("工单号", "答复", "说明", "答复人")
ANSWERS: Final = ("已更正", "无法更正", "不是问题")
SHEET: Final = "工单答复"


@dataclass(slots=True)
class Answered:
    """What an answer file said: orders answered, orders to check again, lines refused."""

    answered: int = 0
    rechecks: int = 0
    problems: list[str] = field(default_factory=list)


def export_orders(orders: Sequence[ProblemOrder], *, unmasked: bool) -> tuple[bytes, int]:
    """The zip, and how many rows of problem data are in it."""
    out, total = io.BytesIO(), 0
    listed = io.StringIO()
    writer = csv.writer(listed)
    writer.writerow(ORDER)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for order in orders:
            writer.writerow(_line(order))
            if order.state == OrderState.OPEN:
                content, count = export_order(order, unmasked=unmasked)
                book.writestr(f"问题数据/{order.number}.xlsx", content)
                total += count
        book.writestr("工单.csv", "\ufeff" + listed.getvalue())
    return out.getvalue(), total


def _line(order: ProblemOrder) -> list[str]:
    uses = RuleUse.objects.select_related("rule").filter(table=order.table_id)
    names = {use.code: name_of(use) for use in uses}
    rules = "；".join(f"{names.get(code, code)} {rows}" for code, rows in order.rules.items())
    cells = [
        order.number,
        order.organization.code,
        order.organization.name,
        order.table.name,
        order.table.title,
        str(order.failing_rows),
        rules,
        f"{local(order.opened_at):%Y-%m-%d %H:%M:%S}",
        order.get_state_display(),
    ]
    return [f"'{text}" if text[:1] in "=+-@" else text for text in cells]


def take_answers(
    content: bytes, visible: dict[str, ProblemOrder], *, by: Actor, now: datetime
) -> Answered:
    """Take what IRS answered about visible orders; each refused line is named."""
    found = Answered()
    again: set[int] = set()
    for number, line in enumerate(_lines(content), start=2):
        order = visible.get(line.get("工单号", ""))
        if order is None:
            found.problems.append(f"第 {number} 行：没有工单“{line.get('工单号', '')}”")
        elif line.get("答复") not in ANSWERS:
            allowed = "、".join(ANSWERS)
            found.problems.append(
                f"第 {number} 行：答复“{line.get('答复', '')}”不在 {allowed} 之列"
            )
        elif line["答复"] != ANSWERS[0] and not line.get("说明"):
            found.problems.append(f"第 {number} 行：答复“{line['答复']}”须写明说明")
        else:
            words = f"{line['答复']} {line.get('说明', '')}（{line.get('答复人', '')}）"
            audit.record("quality.irs.answered", order.subject, by=by, now=now,
                         after={"answer": words})  # fmt: skip
            found.answered += 1
            if line["答复"] == ANSWERS[0]:
                again.add(order.table_id)
    for table_id in again:
        check_again(table_id, by=by, now=now)
    found.rechecks = len(again)
    return found


def _lines(content: bytes) -> list[dict[str, str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError):
        raise InvalidCorrectionError("文件不是能读的 Excel（.xlsx），请重新保存") from None
    header = [str(value).strip() for value in rows[0]] if rows else []
    if missing := [name for name in ANSWER[:2] if name not in header]:
        raise InvalidCorrectionError(f"答复文件缺少列“{'”“'.join(missing)}”")
    return [
        {name: str(value).strip() for name, value in zip(header, row, strict=False)}
        for row in rows[1:]
        if any(str(value).strip() for value in row)
    ]
