"""One ticket as a report: facts, clocks, course, documents."""

from steward.contracts.reports.parts.asking import minute
from steward.contracts.reports.registry import Asked
from steward.contracts.reports.sections import Cell, Column, Section, Table
from steward.core.files import api as files
from steward.desk.tickets import api as desk
from steward.kernel.clock import format_duration

PAIR = (Column("项目", width=20), Column("内容", width=60))


def ticket_sections(asked: Asked) -> tuple[Section, ...]:
    """The chapters 基本情况, 时限, 处置经过, 分析与改进 of the ticket that was chosen."""
    ticket = desk.get_ticket(int(asked.choice.key))
    return (_facts(asked, ticket), _clocks(ticket), _course(asked, ticket), _papers(ticket))


def _facts(asked: Asked, ticket: desk.TicketInfo) -> Section:
    url = f"/desk/{ticket.id}/"
    about = ticket.about.label if ticket.about else "—"
    lasted = "—"
    if ticket.resolved_at is not None:
        lasted = format_duration(ticket.resolved_at - ticket.occurred_at)
    pairs = (
        ("工单", f"{ticket.number} {ticket.title}"),
        ("类型与级别", f"{ticket.kind_label}，{ticket.severity_label}"),
        ("涉及对象", about),
        ("发生时间", minute(ticket.occurred_at)),
        ("受理时间", minute(ticket.opened_at)),
        ("解决时间", minute(ticket.resolved_at)),
        ("办结时间", minute(ticket.closed_at)),
        ("发生至解决", lasted),
        ("重新打开", f"{ticket.reopen_count} 次"),
        ("当前状态", ticket.state_label),
    )
    rows = tuple((Cell(name), Cell(value, url if name == "工单" else "")) for name, value in pairs)
    words = (
        f"截至 {minute(asked.as_of)}，本单尚未解决，报告为阶段性报告。"
        if ticket.resolved_at is None
        else f"本单于 {minute(ticket.resolved_at)} 解决，历时 {lasted}。"
    )
    return Section("facts", "基本情况", (words,), tables=(Table("工单要素", PAIR, rows),))


def _clocks(ticket: desk.TicketInfo) -> Section:
    rows = tuple(
        (
            Cell(clock.label, clock.url),
            Cell(clock.clause),
            Cell(minute(clock.due_at)),
            Cell(minute(clock.stopped_at)),
            Cell(_standing(clock)),
        )
        for clock in desk.clocks_of_ticket(ticket.id)
    )
    return Section(
        id="clocks",
        title="合同时限",
        tables=(
            Table(
                title="时限执行情况",
                columns=(
                    Column("时限", width=18), Column("条款", width=26), Column("应于", width=16),
                    Column("停表", width=16), Column("结果", width=14),
                ),
                rows=rows,
                empty="本单没有合同时限",
            ),
        ),
    )  # fmt: skip


def _standing(clock: desk.ClockInfo) -> str:
    return f"{clock.state_label}（已免责）" if clock.is_excused else clock.state_label


def _course(asked: Asked, ticket: desk.TicketInfo) -> Section:
    lines = desk.timeline_of(ticket.id, as_of=asked.as_of)
    return Section(
        id="course",
        title="处置经过",
        paragraphs=("按发生时间排列，服务台的内部备注不列入。",),
        tables=(
            Table(
                title="处置记录",
                columns=(
                    Column("时间", width=22), Column("经办", width=18), Column("类别", width=9),
                    Column("经过", width=52),
                ),
                rows=tuple(_happening(line) for line in lines),
                empty="没有处置记录",
                url=f"/desk/{ticket.id}/",
            ),
        ),
    )  # fmt: skip


def _happening(line: desk.TimelineLine) -> tuple[Cell, ...]:
    """When, who, what: with the reason it names, and what it did to the clocks."""
    later = f"（{minute(line.recorded_at)} 补记）" if _is_written_later(line) else ""
    reason = f"（{line.reason}）" if line.reason else ""
    told = [f"{line.text}{reason}", *line.clocks]
    return (
        Cell(f"{minute(line.at)}{later}"),
        Cell(line.actor),
        Cell(line.kind_label),
        Cell("\n".join(told)),
    )


def _is_written_later(line: desk.TimelineLine) -> bool:
    return minute(line.recorded_at) != minute(line.at)


def _papers(ticket: desk.TicketInfo) -> Section:
    kept = files.of_subject(ticket.subject)
    return Section(
        id="papers",
        title="复盘与附件",
        paragraphs=(
            "复盘结论、改进措施见处置记录中的说明和下列附件。"
            if kept
            else "工单上没有复盘报告或其他附件。",
        ),
        tables=(
            Table(
                title="附件",
                columns=(
                    Column("文件", width=36), Column("大小", "right", 12),
                    Column("提交", width=24), Column("SHA-256", width=24),
                ),
                rows=tuple(
                    (
                        Cell(info.name, info.url), Cell(info.size_words),
                        Cell(f"{info.stored_by} {minute(info.stored_at)}"),
                        Cell(f"{info.sha256[:16]}…"),
                    )
                    for info in kept
                ),
                empty="没有附件",
            ),
        ),
    )  # fmt: skip
