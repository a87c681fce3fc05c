"""Sample data that an uploaded template is tried with."""

from datetime import UTC, datetime
from decimal import Decimal

from steward.contracts.reports.sections import (
    Cell,
    Chart,
    Column,
    Content,
    Figure,
    Section,
    Series,
    Table,
)

START, END = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)
NAMES = (
    "系统可用性", "宕机时间", "中断次数", "工单数", "时限达标率", "时限超时次数", "未完成工单数",
    "工单评价满意占比", "已执行变更数", "缺少记录的变更数", "应履行义务期次", "按时履行", "逾期履行",
    "逾期未履行", "驻场人数不足的工作日", "未经同意的人员更换", "考核得分", "按得分应付", "满意度调查",
    "纳入监测项数", "本期工单数", "尚未解决", "应付金额", "已付金额", "本次应付", "乙方应退",
)  # fmt: skip


def content(kind: str, label: str) -> Content:
    """A report of a kind in which every key figure has a value."""
    figures = tuple(Figure(name, "1", Decimal(1)) for name in NAMES)
    table = Table("样例表", (Column("项目"), Column("数量", "right")), ((Cell("样例"), Cell("1")),))
    chart = Chart(
        "样例图", "bar", "张", ("一月",), (Series("数量", (Decimal(1),)),), "样例数据一项"
    )
    section = Section("sample", "样例章节", ("样例文字。",), figures, (table,), (chart,))
    return Content(
        kind=kind, kind_label=label, key="2026-03", label="2026年3月", contract="sample",
        contract_title="样例项目", client="样例甲方", supplier="样例乙方", start=START, end=END,
        as_of=END, sections=(section,),
    )  # fmt: skip
