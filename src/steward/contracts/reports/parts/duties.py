"""What the contract demands: duties that came due, those to come, people on site."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from steward.contracts.obligations import api as obligations
from steward.contracts.reports.parts.asking import (
    MOST_ROWS,
    asked_figure,
    deadline,
    in_words,
    minute,
)
from steward.contracts.reports.registry import Asked
from steward.contracts.reports.sections import NO_DATA, Cell, Column, Figure, Section, Table
from steward.kernel.instants import local

FULFILLED = (obligations.Standing.DONE, obligations.Standing.LATE)
ASKED_STANDINGS = (
    ("应履行义务期次", None),
    ("按时履行", obligations.Standing.DONE),
    ("逾期履行", obligations.Standing.LATE),
    ("逾期未履行", obligations.Standing.OVERDUE),
)


@dataclass(slots=True)
class Line:
    """One duty over the stretch."""

    title: str
    area: str
    deliverable: str
    rows: list[obligations.OccurrenceInfo] = field(default_factory=list)

    def count(self, standing: obligations.Standing) -> int:
        return sum(1 for row in self.rows if row.standing == standing)


def duties(asked: Asked) -> Section:
    """The chapter 合同义务: what came due in the stretch, as it stands at the cut-off."""
    rows = obligations.occurrences_between(
        asked.contract.code, asked.start, asked.end, now=asked.as_of
    )
    return Section(
        id="duties",
        title="合同义务履行",
        figures=tuple(
            _figure(asked, name, standing, rows=rows) for name, standing in ASKED_STANDINGS
        ),
        tables=(_table(_lines(rows)), _late_table(rows)),
    )


def _figure(
    asked: Asked,
    name: str,
    standing: obligations.Standing | None,
    *,
    rows: Sequence[obligations.OccurrenceInfo],
) -> Figure:
    url = _address(asked, standing)
    if not rows and not asked.pack.obligations:
        return Figure(name, NO_DATA, None, reason="合同没有铺排义务", url=url)
    chosen = [row for row in rows if standing is None or row.standing == standing]
    count = Decimal(len(chosen))
    return Figure(name, in_words(count, "count"), count, url=url, records=len(rows))


def _address(asked: Asked, standing: obligations.Standing | None) -> str:
    first = f"/obligations/?contract={asked.contract.code}&daily=1"
    days = f"&since={_text(asked.start)}&until={_text(asked.end)}"
    return f"{first}{days}&standing={standing.value if standing else 'all'}"


def _text(instant: datetime) -> str:
    return local(instant).isoformat().replace("+", "%2B")


def _lines(rows: Sequence[obligations.OccurrenceInfo]) -> list[Line]:
    lines: dict[str, Line] = {}
    for row in rows:
        line = lines.setdefault(row.duty, Line(row.title, row.area, row.deliverable))
        line.rows.append(row)
    return list(lines.values())


def _table(lines: Sequence[Line]) -> Table:
    standing = obligations.Standing
    return Table(
        title="按义务统计",
        columns=(
            Column("义务", width=32),
            Column("类别", width=14),
            Column("应履行", "right"),
            Column("按时", "right"),
            Column("逾期履行", "right"),
            Column("未履行", "right"),
            Column("豁免", "right"),
        ),
        rows=tuple(
            (
                Cell(line.title),
                Cell(line.area),
                Cell(str(len(line.rows))),
                *(
                    Cell(str(line.count(which)))
                    for which in (standing.DONE, standing.LATE, standing.OVERDUE, standing.WAIVED)
                ),
            )
            for line in lines
        ),
        empty="本期没有到期的合同义务",
    )


def _late_table(rows: Sequence[obligations.OccurrenceInfo]) -> Table:
    bad = (obligations.Standing.LATE, obligations.Standing.OVERDUE)
    late = [row for row in rows if row.standing in bad]
    return Table(
        title="逾期与未履行明细",
        columns=(
            Column("义务期次", width=40),
            Column("截止", width=18),
            Column("履行", width=18),
            Column("状态", width=14),
        ),
        rows=tuple(
            (
                Cell(f"{row.title} {row.label}", row.url),
                Cell(deadline(row.due_at)),
                Cell(minute(row.fulfilled_at)),
                Cell(row.standing.label),
            )
            for row in late[:MOST_ROWS]
        ),
        empty="本期没有逾期的义务",
        more=max(0, len(late) - MOST_ROWS),
    )


def ahead(asked: Asked) -> Section:
    """The chapter 下期安排: what comes due in as long a time after the stretch."""
    end = asked.choice.end + (asked.choice.end - asked.choice.start)
    rows = obligations.occurrences_between(
        asked.contract.code, asked.choice.end, end, now=asked.as_of
    )
    lines = [line for line in _lines(rows) if line.rows]
    return Section(
        id="ahead",
        title="下期安排",
        tables=(
            Table(
                title="下期到期的合同义务",
                columns=(
                    Column("义务", width=36),
                    Column("期次", "right", 10),
                    Column("首个截止日期", width=20),
                    Column("交付物", width=30),
                ),
                rows=tuple(
                    (
                        Cell(line.title),
                        Cell(str(len(line.rows))),
                        Cell(deadline(line.rows[0].due_at), line.rows[0].url),
                        Cell(line.deliverable),
                    )
                    for line in lines[:MOST_ROWS]
                ),
                empty="下期没有到期的合同义务",
            ),
        ),
    )


def people(asked: Asked) -> Section:
    """The chapter 驻场人员."""
    return Section(
        id="people",
        title="驻场人员",
        figures=(
            asked_figure(asked, "驻场人数不足的工作日", "staffing.understaffed_days"),
            asked_figure(asked, "未经同意的人员更换", "staffing.unapproved_changes"),
        ),
    )
