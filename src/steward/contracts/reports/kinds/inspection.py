from datetime import datetime, timedelta
from decimal import Decimal

from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.contracts.reports.parts.asking import ask, asked_figure, events_table
from steward.contracts.reports.parts.running import running
from steward.contracts.reports.registry import KINDS, Asked, ReportKind
from steward.contracts.reports.sections import NO_DATA, Figure, Section
from steward.contracts.reports.stretches import Choice, stretches

LATEST = timedelta(days=62)


@KINDS.register
class Inspection(ReportKind):
    """What the platform saw in the stretch of an inspection duty.

    Only what monitoring measured and the desk recorded: it supports the record of people's own
    inspection and never stands for it, so it fulfils a duty only where the duty accepts it.
    """

    code = "inspection"
    label = "巡检报告"
    words = ("巡检报告",)
    order = 40

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        """The inspection duties that have opened, save daily ones; without any, the months."""
        daily = _daily_duties(contract)
        found = [
            Choice(f"{row.duty}-{row.id}", f"{row.title} {row.label}", row.opens_at, row.due_at)
            for row in obligations.occurrences_between(
                contract.code, contract.start, contract.end + LATEST, now=now,
                areas=("inspection",),
            )
            if row.opens_at < now and row.duty not in daily
        ]  # fmt: skip
        if found:
            return found[::-1]
        return [c for c in stretches("monthly", contract) if c.start < now][::-1]

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return (_scope(asked), running(asked), _open_issues(asked))


def _daily_duties(contract: packs.ContractInfo) -> frozenset[str]:
    duties = [
        duty
        for version in packs.versions_of(contract.code)
        for duty in packs.pack_of(contract.code, version.number).obligations
    ]
    return frozenset(duty.id for duty in duties if duty.rhythm.kind == "daily")


def _scope(asked: Asked) -> Section:
    words = (
        f"本报告由平台按监测与工单记录汇总，范围为{asked.choice.label}；"
        "人员到场检查的记录由巡检人另行提交，不由本报告代替。"
    )
    found = ask(asked, "monitoring.availability", {"core_only": False})
    return Section(
        "scope",
        "巡检范围",
        (words,),
        figures=(
            Figure(
                "纳入监测项数",
                str(found.population) if found.value is not None else NO_DATA,
                Decimal(found.population) if found.value is not None else None,
                reason=found.no_data,
                url=found.url,
            ),
        ),
    )


def _open_issues(asked: Asked) -> Section:
    unfinished = ask(asked, "desk.unfinished")
    return Section(
        "issues",
        "发现的问题",
        figures=(
            asked_figure(asked, "本期工单数", "desk.tickets"),
            asked_figure(asked, "尚未解决", "desk.unfinished"),
        ),
        tables=(
            events_table(
                "尚未解决的问题",
                unfinished.events,
                empty="本期发现的问题都已解决",
                url=unfinished.url,
            ),
        ),
    )
