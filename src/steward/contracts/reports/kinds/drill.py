from datetime import datetime

from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.contracts.reports.parts.asking import minute
from steward.contracts.reports.parts.desk import tickets
from steward.contracts.reports.parts.running import running
from steward.contracts.reports.registry import KINDS, Asked, ReportKind
from steward.contracts.reports.sections import Cell, Column, Section, Table
from steward.contracts.reports.stretches import Choice

DRILL = obligations.MomentKind.DRILL.label


@KINDS.register
class Drill(ReportKind):
    """An emergency drill that both sides agreed on: its plan, what ran and what was reported.

    What went well and what the plan learns from it is written into the document by people.
    """

    code = "drill"
    label = "应急演练报告"
    words = ("演练",)
    order = 65

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        """The agreed drills that have begun, newest first."""
        found = obligations.moments_between(contract.code, contract.start, contract.end)
        return [
            Choice(f"drill-{row.id}", row.title, row.starts_at, row.ends_at)
            for row in reversed(found)
            if row.kind == DRILL and row.starts_at < now
        ]

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return (_plan(asked), running(asked), tickets(asked), _lessons())


def _plan(asked: Asked) -> Section:
    moments = obligations.moments_between(asked.contract.code, asked.start, asked.choice.end)
    rows = tuple(
        (Cell(row.title), Cell(minute(row.starts_at)), Cell(minute(row.ends_at)), Cell(row.note))
        for row in moments
        if row.kind == DRILL
    )
    columns = (
        Column("演练", width=24),
        Column("开始", width=16),
        Column("结束", width=16),
        Column("安排", width=44),
    )
    words = f"演练由双方事先确认，时间为 {minute(asked.start)} 至 {minute(asked.choice.end)}。"
    table = Table(title="演练安排", columns=columns, rows=rows)
    return Section("plan", "演练安排", (words,), tables=(table,))


def _lessons() -> Section:
    return Section(
        "lessons",
        "总结与预案改进",
        ("演练效果、发现的不足和预案的修改由组织者在本文档中填写，再由双方确认。",),
    )
