"""How the systems ran: availability, downtime, outages."""

from datetime import timedelta
from decimal import Decimal

from steward.contracts.reports.parts.asking import ask, duration, figure, minute
from steward.contracts.reports.registry import Asked
from steward.contracts.reports.sections import Cell, Chart, Column, Section, Series, Table
from steward.core.evidence import api as evidence
from steward.kernel.instants import local
from steward.kernel.periods import Period, clip, day_of, days_in, months_in

AVAILABILITY, DOWNTIME = "monitoring.availability", "monitoring.downtime"
OUTAGES = "monitoring.outages"
MOST_ROWS = 60
LONG = timedelta(days=62)


def running(asked: Asked) -> Section:
    """The chapter 系统运行."""
    available = ask(asked, AVAILABILITY)
    down = ask(asked, DOWNTIME)
    outages = ask(asked, OUTAGES)
    return Section(
        id="running",
        title="系统运行情况",
        paragraphs=(_words(available, outages),),
        figures=(
            figure("系统可用性", AVAILABILITY, available),
            figure("宕机时间", DOWNTIME, down),
            figure("中断次数", OUTAGES, outages),
        ),
        tables=(outages_table(outages),),
        charts=(availability_chart(asked),),
    )


def _words(available: evidence.MetricResult, outages: evidence.MetricResult) -> str:
    if available.value is None:
        return f"本期没有可用性数据：{available.no_data}。没有数据不等于没有中断。"
    excused = sum(1 for event in outages.events if event.excluded)
    words = f"本期系统可用性为 {available.value * 100:.2f}%"
    if outages.value is not None:
        words += f"，计入的中断 {outages.value} 次"
    return f"{words}，另有 {excused} 次按约定不计。" if excused else f"{words}。"


def outages_table(outages: evidence.MetricResult) -> Table:
    """Every outage with its length and whether it counts."""
    rows = outages.events
    return Table(
        title="中断明细",
        columns=(
            Column("开始时间", width=16),
            Column("系统与现象", width=40),
            Column("时长", "right", 12),
            Column("是否计入", width=20),
        ),
        rows=tuple(
            (
                Cell(minute(event.occurred_at)),
                Cell(event.label, event.url),
                Cell(duration(event.amount)),
                Cell(f"不计：{event.excluded}" if event.excluded else "计入"),
            )
            for event in rows[:MOST_ROWS]
        ),
        empty="本期没有中断" if outages.value is not None else f"无数据：{outages.no_data}",
        more=max(0, len(rows) - MOST_ROWS),
        url=outages.url,
    )


def availability_chart(asked: Asked) -> Chart:
    """Availability by day, for long stretches by month; a part without data is a gap."""
    pieces = _pieces(asked)
    by_month = asked.end - asked.start > LONG
    form = "%Y-%m" if by_month else "%m-%d"
    values = tuple(_percent(ask(asked, AVAILABILITY, period=piece)) for piece in pieces)
    known = [value for value in values if value is not None]
    words = (
        f"共 {len(pieces)} 个点，{len(known)} 个有数据，最低 {min(known):.2f}%"
        if known
        else "本期没有可用性数据"
    )
    return Chart(
        title="系统可用性按月走势" if by_month else "系统可用性按日走势",
        shape="line",
        unit="%",
        labels=tuple(f"{local(piece.start):{form}}" for piece in pieces),
        series=(Series("系统可用性", values),),
        words=words,
    )


def _pieces(asked: Asked) -> list[Period]:
    if asked.end <= asked.start:
        return []
    whole = Period(asked.start, asked.end)
    if whole.duration > LONG:
        return clip(months_in(whole), whole)
    return clip([day_of(day) for day in days_in(whole)], whole)


def _percent(found: evidence.MetricResult) -> Decimal | None:
    return None if found.value is None else found.value * 100
