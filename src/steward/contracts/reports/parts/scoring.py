"""Where the score of the contract stands at the end of a stretch."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.contracts.reports.parts.asking import in_words
from steward.contracts.reports.registry import Asked
from steward.contracts.reports.sections import NO_DATA, Cell, Column, Figure, Section, Table
from steward.kernel.money import format_yuan

SECOND = timedelta(seconds=1)


def score(asked: Asked) -> Section:
    """The chapter 考核得分: the running contract year as known at the end of the stretch."""
    as_of = min(asked.as_of, asked.contract.end - SECOND, asked.end)
    try:
        result = assessment.score(asked.contract.code, as_of=as_of, now=asked.as_of)
    except (assessment.NothingToScoreError, packs.UnknownContractError) as error:
        none = Figure("考核得分", NO_DATA, None, reason=error.message)
        return Section("score", "考核得分", figures=(none,))
    address = f"/contracts/{result.contract}/"
    cut = urlencode({"as_of": as_of.isoformat().replace("+00:00", "Z")})
    if not result.has_table:
        words = "本合同没有评分表，不按分数考核。"
        return Section("score", "考核得分", (words,), figures=(_payable(result, address, cut),))
    open_words = (
        f"尚有 {len(result.unscored)} 项指标没有数据，最终得分在 {_n(result.points)} 至 "
        f"{_n(result.possible)} 分之间。"
        if result.is_partial
        else "各项指标均已评出。"
    )
    return Section(
        id="score",
        title="考核得分",
        paragraphs=(open_words,),
        figures=(
            Figure(
                "考核得分", f"{_n(result.points)} / {_n(result.maximum)}", result.points,
                reason="按合同包评分规则计算", url=f"{address}?{cut}",
            ),
            _payable(result, address, cut),
        ),
        tables=(_groups(result, address, cut), _lost(result, address, cut)),
    )  # fmt: skip


def _n(value: Decimal) -> str:
    return in_words(value, "points")


def _payable(result: assessment.ScoreResult, address: str, cut: str) -> Figure:
    return Figure(
        "应付金额", format_yuan(result.pay.payable), result.pay.payable,
        reason=_reason(result.pay), url=f"{address}payable/?{cut}",
    )  # fmt: skip


def _reason(pay: assessment.Payable) -> str:
    less = f"已减乙方违约金 {format_yuan(pay.deducted)}；" if pay.deducted else ""
    return f"按得分应付 {format_yuan(pay.by_score)}；{less}未计已付款，以结算单为准"


def _groups(result: assessment.ScoreResult, address: str, cut: str) -> Table:
    return Table(
        title="各组得分",
        columns=(
            Column("考核内容", width=50),
            Column("满分", "right"),
            Column("得分", "right"),
            Column("最高可得", "right", 12),
        ),
        rows=tuple(
            (
                Cell(group.title, f"{address}?{cut}"),
                Cell(_n(group.full)),
                Cell(_n(group.points)),
                Cell(_n(group.possible)),
            )
            for group in result.groups
        ),
    )


def _lost(result: assessment.ScoreResult, address: str, cut: str) -> Table:
    lost = [node for node in result.indicators() if node.lost > 0]
    return Table(
        title="失分与未评指标",
        columns=(
            Column("指标", width=26),
            Column("满分", "right"),
            Column("得分", "right"),
            Column("说明", width=50),
        ),
        rows=tuple(
            (
                Cell(node.title, f"{address}indicators/{node.id}/?{cut}"),
                Cell(_n(node.full)),
                Cell(_n(node.points) if node.status == "scored" else "未评"),
                Cell(node.explanation),
            )
            for node in lost
        ),
        empty="没有失分",
    )
