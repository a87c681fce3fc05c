"""What the desk did: tickets, clocks, what is unfinished, changes."""

from decimal import Decimal

from steward.contracts.reports.parts.asking import (
    MOST_ROWS,
    ask,
    asked_figure,
    events_table,
    figure,
    in_words,
    minute,
)
from steward.contracts.reports.registry import Asked
from steward.contracts.reports.sections import (
    Cell,
    Chart,
    Column,
    Figure,
    Section,
    Series,
    Table,
)
from steward.desk.changes import api as changes
from steward.desk.tickets import api as desk

TICKETS, BREACHES = "desk.tickets", "desk.clock_breaches"
COMPLIANCE, UNFINISHED = "desk.clock_compliance", "desk.unfinished"
RATING = "desk.ticket_satisfaction"


def tickets(asked: Asked) -> Section:
    """The chapter 工单与时限."""
    whole, late = ask(asked, TICKETS), ask(asked, BREACHES)
    unfinished = ask(asked, UNFINISHED)
    by_kind = _by_kind(asked)
    return Section(
        id="tickets",
        title="工单与时限",
        figures=(
            figure("工单数", TICKETS, whole),
            asked_figure(asked, "时限达标率", COMPLIANCE),
            figure("时限超时次数", BREACHES, late),
            figure("未完成工单数", UNFINISHED, unfinished),
            asked_figure(asked, "工单评价满意占比", RATING),
        ),
        tables=(
            _kinds_table(by_kind),
            events_table(
                "时限超时明细",
                late.events,
                empty="本期没有超时" if late.value is not None else f"无数据：{late.no_data}",
                url=late.url,
            ),
            events_table(
                "未完成的工单", unfinished.events, empty="本期工单都已完成", url=unfinished.url
            ),
        ),
        charts=(_kinds_chart(by_kind),),
    )


def _by_kind(asked: Asked) -> list[tuple[str, Figure, Figure, Figure]]:
    """The kinds that the contract names, and the others that occurred: together all tickets."""
    named = [kind.code for kind in asked.pack.ticket_kinds]
    found = []
    for code in dict.fromkeys([*named, *desk.KINDS]):
        only = {"ticket_kinds": [code]}
        count = asked_figure(asked, "工单数", TICKETS, params=only)
        if code not in named and not count.records:
            continue
        found.append(
            (
                desk.kind_label(code),
                count,
                asked_figure(asked, "超时", BREACHES, params=only),
                asked_figure(asked, "达标率", COMPLIANCE, params=only),
            )
        )
    return found


def _cell(known: Figure) -> Cell:
    return Cell(known.text, known.url)


def _kinds_table(by_kind: list[tuple[str, Figure, Figure, Figure]]) -> Table:
    return Table(
        title="按类型统计",
        columns=(
            Column("工单类型", width=30),
            Column("数量", "right", 14),
            Column("超时次数", "right", 14),
            Column("时限达标率", "right", 18),
        ),
        rows=tuple(
            (Cell(label), _cell(count), _cell(late), _cell(met))
            for label, count, late, met in by_kind
        ),
    )


def _kinds_chart(by_kind: list[tuple[str, Figure, Figure, Figure]]) -> Chart:
    most = max(by_kind, key=lambda row: row[1].value or Decimal(0), default=None)
    words = f"最多的是{most[0]}（{most[1].text}）" if most and most[1].value else "本期没有工单"
    return Chart(
        title="各类工单数量与超时次数",
        shape="bar",
        unit="张",
        labels=tuple(label for label, *_ in by_kind),
        series=(
            Series("工单数", tuple(count.value for _, count, _, _ in by_kind)),
            Series("超时次数", tuple(late.value for _, _, late, _ in by_kind)),
        ),
        words=words,
    )


def changed(asked: Asked) -> Section:
    """The chapter 变更."""
    rows = changes.executed_between(
        asked.contract.code, asked.start, asked.end, as_of=max(asked.as_of, asked.end)
    )
    missing = "desk.changes_without_record"
    return Section(
        id="changes",
        title="变更",
        figures=(
            Figure(
                "已执行变更数", in_words(Decimal(len(rows)), "count"), Decimal(len(rows)),
                url=ask(asked, missing).url, grade="A", records=len(rows),
            ),
            asked_figure(asked, "缺少记录的变更数", missing),
        ),
        tables=(
            Table(
                title="已执行的变更",
                columns=(
                    Column("执行时间", width=16),
                    Column("变更", width=46),
                    Column("缺少的记录", width=26),
                ),
                rows=tuple(
                    (
                        Cell(minute(row.at)),
                        Cell(f"{row.number} {row.title}", f"/changes/{row.id}/"),
                        Cell(row.missing or "齐全"),
                    )
                    for row in rows[:MOST_ROWS]
                ),
                empty="本期没有执行变更",
                more=max(0, len(rows) - MOST_ROWS),
            ),
        ),
    )  # fmt: skip
