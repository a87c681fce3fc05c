from datetime import datetime
from decimal import Decimal

from steward.contracts.packs import api as packs
from steward.contracts.reports.parts.asking import ask, asked_figure, events_table, minute
from steward.contracts.reports.registry import KINDS, Asked, PeriodicKind
from steward.contracts.reports.sections import Cell, Column, Figure, Section, Table
from steward.contracts.reports.stretches import Choice
from steward.data.collection import api as collection

ON_TIME, RATE, SCORE = "collection.on_time", "catalog.collection_rate", "quality.score"


@KINDS.register
class Exchange(PeriodicKind):
    """How data moved in a month: tasks, runs that failed, collection rate, quality."""

    code = "exchange"
    label = "数据交换情况报告"
    rhythm = "monthly"
    words = ("数据交换", "数据对接")
    order = 70

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        """The months of a contract that collects data; none for the others."""
        return super().choices(contract, now=now) if _tasks_of(contract.code) else []

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        return (_figures(asked), _tasks(asked), _failures(asked))


def _figures(asked: Asked) -> Section:
    return Section(
        "exchange",
        "交换与归集",
        figures=(
            _task_count(asked),
            asked_figure(asked, "归集任务按时完成率", ON_TIME),
            asked_figure(asked, "目录归集率", RATE),
            asked_figure(asked, "数据质量得分", SCORE),
        ),
    )


def _tasks_of(contract: str) -> list[collection.TaskInfo]:
    return [row for row in collection.all_tasks() if row.contract == contract]


def _task_count(asked: Asked) -> Figure:
    number = len(_tasks_of(asked.contract.code))
    return Figure(
        "归集任务数",
        str(number),
        Decimal(number),
        url="/data/collection/",
        grade="A",
        records=number,
    )


def _tasks(asked: Asked) -> Section:
    rows = tuple(
        (
            Cell(row.name, f"/data/collection/tasks/{row.id}/"),
            Cell(row.source_table),
            Cell(row.target),
            Cell(minute(row.last_success_at)),
            Cell("—" if row.rows_total is None else str(row.rows_total)),
        )
        for row in _tasks_of(asked.contract.code)
    )
    columns = (
        Column("任务", width=26),
        Column("来源表", width=20),
        Column("目标表", width=20),
        Column("最近成功", width=18),
        Column("现有行数", "right", width=14),
    )
    return Section("tasks", "归集任务", tables=(Table("归集任务", columns, rows),))


def _failures(asked: Asked) -> Section:
    found = ask(asked, ON_TIME)
    empty = "本期没有失败的归集" if found.value is not None else f"没有数据：{found.no_data}"
    table = events_table("失败的归集", found.events, empty=empty, url=found.url)
    return Section("failures", "异常与处理", tables=(table,))
