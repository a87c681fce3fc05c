from collections.abc import Iterator
from datetime import datetime

from steward.contracts.acceptance import api as acceptance
from steward.contracts.packs import api as packs
from steward.contracts.reports.registry import KINDS, Asked, ReportKind
from steward.contracts.reports.sections import Cell, Column, Section, Table
from steward.contracts.reports.stretches import Choice
from steward.kernel.errors import NotFoundError

PAPERS = ("certificate", "review", "request")


@KINDS.register
class Acceptance(ReportKind):
    """The papers of a contract's acceptance: request, review record, certificate."""

    code = "acceptance"
    label = "验收文书"
    words = ("验收报告",)
    order = 95

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        """The papers that there is something to say in, the last of them first."""
        info = acceptance.latest_of(contract.code)
        if info is None:
            return []
        return [
            Choice(f"{info.id}-{kind}", f"{paper.title}（{info.title}）", info.requested_at, now)
            for kind, paper in _papers(info.id)
        ]

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        number, _, kind = asked.choice.key.partition("-")
        paper = acceptance.document(int(number), kind)
        url = f"/acceptance/{number}/"
        pairs = tuple((Cell(name), Cell(value)) for name, value in paper.pairs)
        columns = tuple(Column(title, width=20) for title in paper.head)
        rows = tuple(tuple(Cell(text) for text in row) for row in paper.rows)
        return (
            Section(
                "paper",
                paper.title,
                tables=(
                    Table("基本情况", (Column("项目", width=20), Column("内容", width=60)), pairs,
                          url=url),
                    Table("明细", columns, rows, url=url),
                ),
            ),
            Section("signatures", "签章", tuple(f"{name}：" for name in paper.signatures)),
        )  # fmt: skip


def _papers(acceptance_id: int) -> Iterator[tuple[str, acceptance.Document]]:
    for kind in PAPERS:
        try:
            yield kind, acceptance.document(acceptance_id, kind)
        except NotFoundError:
            continue
