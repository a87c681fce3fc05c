from datetime import datetime
from decimal import Decimal

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.contracts.reports.parts.asking import in_words
from steward.contracts.reports.registry import KINDS, Asked, ReportKind
from steward.contracts.reports.sections import Cell, Column, Figure, Section, Table
from steward.contracts.reports.stretches import Choice
from steward.kernel.money import format_yuan

MONEY = Column("金额", "right", 18)


@KINDS.register
class Settlement(ReportKind):
    """A settled period's sheet: every figure of its money with what made it."""

    code = "settlement"
    label = "考核结算报告"
    words = ("结算",)
    order = 90

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        """The settlements and their corrections that were kept with a sheet."""
        found = []
        for info in assessment.settlements(contract.code):
            try:
                sheet = assessment.settlement_sheet(contract.code, info.id)
            except assessment.NoSnapshotError:
                continue
            if info.taken_at > now:
                continue
            label = f"第{sheet.period}考核年度（{info.kind_label}）"
            found.append(Choice(str(info.id), label, sheet.start, min(sheet.end, sheet.as_of)))
        return found

    @classmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        sheet = assessment.settlement_sheet(asked.contract.code, int(asked.choice.key))
        scores = (_scores(sheet),) if sheet.maximum else ()
        return (_account(asked, sheet), *scores, _penalties(sheet), _stages(sheet))


def _address(page: str, url: str) -> str:
    """What a line refers to; a place on the sheet itself is one of its page."""
    return f"{page}{url}" if url.startswith("#") else url


def _yuan(value: Decimal | None) -> str:
    return "—" if value is None else format_yuan(value)


def _account(asked: Asked, sheet: assessment.SettlementSheet) -> Section:
    url = f"/contracts/{sheet.contract}/settlements/{asked.choice.key}/"
    figures = (
        ("应付金额", sheet.payable),
        ("已付金额", sheet.paid),
        ("本次应付", sheet.to_pay),
        ("乙方应退", sheet.to_return),
    )
    points = f"{in_words(sheet.points, 'points')} / {in_words(sheet.maximum, 'points')}"
    return Section(
        id="account",
        title="结算结果",
        paragraphs=(
            f"本次结算依据合同包第 {sheet.version} 版，金额的舍入：{sheet.rounding}。",
            f"结算单摘要（SHA-256）：{sheet.digest()}",
        ),
        figures=(
            *(
                (Figure("考核得分", points, sheet.points, reason="结算时的得分", url=url),)
                if sheet.maximum
                else ()
            ),
            *(
                Figure(name, format_yuan(value), value, reason="见推导表", url=url)
                for name, value in figures
            ),
        ),
        tables=(
            Table(
                title="金额推导",
                columns=(
                    Column("项目", width=24), Column("算法", width=40), MONEY,
                    Column("条款", width=18),
                ),
                rows=tuple(
                    (Cell(line.title, _address(url, line.url)), Cell(line.formula),
                     Cell(_yuan(line.amount)),
                     Cell(line.clause))
                    for line in sheet.lines
                ),
            ),
        ),
    )  # fmt: skip


def _scores(sheet: assessment.SettlementSheet) -> Section:
    return Section(
        id="scores",
        title="各项得分",
        tables=(
            Table(
                title="考核评分表",
                columns=(
                    Column("指标", width=28), Column("满分", "right", 10),
                    Column("得分", "right", 10), Column("说明", width=52),
                ),
                rows=tuple(
                    (
                        Cell(line.title, line.url), Cell(in_words(line.full, "points")),
                        Cell(in_words(line.points, "points")),
                        Cell(line.unconfirmed or line.formula),
                    )
                    for line in sheet.scores
                ),
                empty="本合同没有评分表",
            ),
        ),
    )  # fmt: skip


def _penalties(sheet: assessment.SettlementSheet) -> Section:
    return Section(
        id="penalties",
        title="违约与剔除",
        tables=(
            Table(
                title="违约金",
                columns=(
                    Column("发生日期", width=17), Column("违约情形", width=32),
                    Column("支付方", width=11), Column("算法", width=26), MONEY,
                    Column("状态", width=12),
                ),
                rows=tuple(
                    (
                        Cell(f"{line.occurred}"), Cell(line.what, line.url),
                        Cell(line.payer_label), Cell(line.formula), Cell(_yuan(line.amount)),
                        Cell(line.state_label if line.counts else f"{line.state_label}，未计入"),
                    )
                    for line in sheet.penalties
                ),
                empty="没有违约金",
            ),
            Table(
                title="双方剔除的事项",
                columns=(
                    Column("指标", width=22), Column("事项", width=40), Column("理由", width=26),
                    Column("状态", width=12),
                ),
                rows=tuple(
                    (Cell(line.owner_title), Cell(line.label, line.url), Cell(line.reason),
                     Cell(line.state_label))
                    for line in sheet.exclusions
                ),
                empty="没有剔除的事项",
            ),
        ),
    )  # fmt: skip


def _stages(sheet: assessment.SettlementSheet) -> Section:
    return Section(
        id="stages",
        title="付款",
        tables=(
            Table(
                title="分期付款",
                columns=(
                    Column("期次", width=24), MONEY, Column("付款期限", width=16),
                    Column("已付", "right", 18), Column("未付", "right", 18),
                    Column("状态", width=12),
                ),
                rows=tuple(
                    (
                        Cell(line.title), Cell(_yuan(line.amount)),
                        Cell(str(line.last_day or line.due)), Cell(_yuan(line.paid)),
                        Cell(_yuan(line.open)), Cell(line.state_label),
                    )
                    for line in sheet.stages
                ),
            ),
            Table(
                title="付款记录",
                columns=(
                    Column("日期", width=14), Column("期次", width=26), MONEY,
                    Column("凭证", width=22), Column("状态", width=14),
                ),
                rows=tuple(
                    (Cell(f"{line.day}"), Cell(line.stage_title), Cell(_yuan(line.amount)),
                     Cell(line.voucher), Cell(line.state_label))
                    for line in sheet.payments
                ),
                empty="还没有付款记录",
            ),
        ),
    )  # fmt: skip
