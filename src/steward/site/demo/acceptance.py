"""A contract that has run out: settled, reviewed by a panel, mended, accepted and paid."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from steward.contracts.acceptance import api as acceptance
from steward.contracts.assessment import api as assessment
from steward.contracts.bundle import api as bundle
from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.core.files import api as files
from steward.kernel.actors import Actor
from steward.kernel.instants import local, local_date
from steward.site.demo.paying import Sides, meet, pay
from steward.site.demo.people import DEMO

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MORNING = HOUR * 10
PANEL = ["评审专家甲，市信息化专家库", "评审专家乙，某高校", "评审专家丙，某设计院"]
PLACE = "甲方第二会议室"
FINDINGS = [
    "培训记录缺第三季度签到表，应补充",
    "前置库归档说明未写明恢复步骤，应补充并演练一次",
]
PAPERS = {
    "results": (
        "服务成果汇编.txt",
        "季度服务报告、接口文档、实施清单校验规则、培训记录，共 4 册。",
    ),
    "data-results": (
        "数据成果移交清单.txt",
        "前置库表结构 42 张、归档数据 3 批、字典 118 项，逐项核对一致。",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the course: how many days after the term, by whom, what was said."""

    day: int
    kind: str
    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    hours: int = 0


def _course(end: datetime) -> tuple[Step, ...]:
    """Both rounds of the review; its dates lie on working days."""
    first, second = (local_date(_working(end + DAY * n)) for n in (20, 43))
    meeting = {"place": PLACE, "panel": PANEL}
    return (
        Step(8, "accept", "材料齐全，同意受理。"),
        Step(9, "prepare", "成立验收小组，通知专家。"),
        Step(13, "prepared", "评审材料已发给各位专家。"),
        Step(20, "organise", "召开专家评审会。", meeting | {"meeting_date": first.isoformat()}),
        Step(
            20, "rectify", "服务内容完整，材料有两处须补充，补充后复核。",
            {"items": FINDINGS, "deadline": local_date(end + DAY * 36).isoformat()}, hours=3,
        ),
        Step(33, "rectified", "签到表已补齐；归档说明已补写恢复步骤，并于本周演练一次，恢复用时 18 分钟。"),
        Step(34, "accept", "整改材料齐全。"),
        Step(35, "prepare", "请原评审组复核。"),
        Step(38, "prepared", "复核材料已送达。"),
        Step(43, "organise", "复核会。", meeting | {"meeting_date": second.isoformat()}),
        Step(
            43, "pass", "整改到位，服务符合合同约定，同意通过验收。",
            {"opinions": ["整改两项均已完成", "建议下一年度把恢复演练列入季度计划"]}, hours=3,
        ),
    )  # fmt: skip


def load_acceptance(code: str, sides: Sides, *, now: datetime) -> None:
    """Settle the year, live the acceptance through, pay the rest, keep reports and the bundle."""
    contract = packs.get(code)
    end = contract.end
    assessment.settle_period(code, by=sides.client, now=_working(end + DAY * 5) + MORNING)
    passed = _review(code, sides, end=end)
    stage = assessment.pack_now(code, now).payment.stages[-1].id
    meet(
        code, stage, "acceptance", reference="专家评审意见（验收合格）", by=sides.client, at=passed
    )
    pay(code, stage, voucher="GK-0617-0108", sides=sides, at=_working(passed + DAY * 4) + HOUR)
    for kind in ("settlement", "acceptance", "annual"):
        choice = reports.KINDS.get(kind).choices(contract, now=now)[0]
        wanted = reports.Wanted(code, kind, choice.key)
        reports.make_report(wanted, by=DEMO, now=_working(passed + DAY * 6) + MORNING)
    bundle.build_bundle(code, by=sides.client, now=now)


def _review(code: str, sides: Sides, *, end: datetime) -> datetime:
    """From the request to the passing; returns when it passed."""
    at = _working(end + DAY * 6) + MORNING
    text = "合同期内全部工作已完成，提请验收。"
    made = acceptance.request_acceptance(
        code, text=text, dated=local_date(at), by=sides.supplier, now=at
    )
    for purpose, (name, words) in PAPERS.items():
        _paper(made.id, (name, words), purpose=purpose, by=sides.supplier, at=at + HOUR)
    for step in _course(end):
        by = sides.supplier if step.kind == "rectified" else sides.client
        at = _working(end + DAY * step.day) + MORNING + HOUR * step.hours
        if step.kind == "rectify":
            words = "评审组意见：服务内容完整，材料有两处须补充。"
            _paper(made.id, ("专家评审意见.txt", words), purpose="review", by=by, at=at)
        new = acceptance.NewAct(step.kind, step.text, local_date(at), step.details)
        acceptance.record_act(made.id, new, by=by, now=at)
    return at


def _paper(
    acceptance_id: int, paper: tuple[str, str], *, purpose: str, by: Actor, at: datetime
) -> None:
    name, words = paper
    kept = files.store(f"{words}\n{local(at):%Y-%m-%d}\n".encode(), name, by=by, now=at)
    acceptance.add_paper(acceptance_id, kept.id, purpose=purpose, by=by, now=at)


def _working(at: datetime) -> datetime:
    """The instant, or the same time of the Monday after where it lies on a weekend."""
    return at + DAY * max(0, 7 - local(at).weekday()) if local(at).weekday() > 4 else at
