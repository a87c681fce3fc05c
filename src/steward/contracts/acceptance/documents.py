"""The papers of an acceptance as data: request, review record, certificate."""

from steward.contracts.acceptance.choices import ActKind, Stage
from steward.contracts.acceptance.models import Acceptance, AcceptanceAct
from steward.contracts.acceptance.queries import Document, checklist, section_of
from steward.contracts.packs import api as packs
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local, local_date
from steward.kernel.money import format_yuan

TITLES = {"request": "验收申请书", "review": "验收评审记录", "certificate": "验收报告"}
Pairs = list[tuple[str, str]]
Rows = list[tuple[str, ...]]
Parts = tuple[Pairs, tuple[str, ...], Rows]


def document(row: Acceptance, kind: str) -> Document:
    """One paper; NotFoundError for an unknown kind, or while there is nothing to certify."""
    if kind not in TITLES:
        raise NotFoundError("没有这种验收文书")
    acts = list(row.acts.all())
    makers = {"request": _request, "review": _review, "certificate": _certificate}
    pairs, head, rows = makers[kind](row, acts)
    contract = packs.get(row.contract)
    pack = packs.pack_of(row.contract, row.version)
    return Document(
        title=TITLES[kind],
        contract_title=contract.title,
        client=pack.party("client").name,
        supplier=pack.party("supplier").name,
        pairs=tuple(pairs),
        head=head,
        rows=tuple(rows),
        signatures=("甲方（盖章）", "乙方（盖章）") if kind != "request" else ("乙方（盖章）",),
    )


def kinds_of(row: Acceptance) -> list[tuple[str, str]]:
    """The papers that there is something to say in."""
    found = [("request", TITLES["request"])]
    if row.acts.filter(kind=ActKind.ORGANISE).exists():
        found.append(("review", TITLES["review"]))
    if row.stage in (Stage.PASSED, Stage.DEEMED):
        found.append(("certificate", TITLES["certificate"]))
    return found


def _of(acts: list[AcceptanceAct], *kinds: str) -> list[AcceptanceAct]:
    return [act for act in acts if act.kind in kinds]


def _basics(row: Acceptance) -> Pairs:
    contract = packs.get(row.contract)
    last = contract.end_date.fromordinal(contract.end_date.toordinal() - 1)
    return [
        ("合同", f"{contract.title}（{row.contract}，第 {row.version} 版）"),
        ("合同金额", format_yuan(contract.amount)),
        ("服务期", f"{contract.start_date} 至 {last}"),
    ]


def _request(row: Acceptance, acts: list[AcceptanceAct]) -> Parts:
    asked = _of(acts, ActKind.REQUEST, ActKind.RECTIFIED)[-1]
    section = section_of(row.contract, row.version)
    pairs = [
        *_basics(row),
        ("提出", f"{asked.by}，{local(asked.recorded_at):%Y-%m-%d %H:%M}"),
        ("第几次提请", str(row.attempt)),
        ("依据", f"{section.request.clause.ref}：{section.request.clause.quote}"),
        ("说明", asked.text or "—"),
    ]
    items = checklist(row, now=asked.recorded_at)
    rows: Rows = [(i.title, "有" if i.ready else "缺", i.words, i.clause) for i in items]
    return pairs, ("成果", "状态", "说明", "条款"), rows


def _review(row: Acceptance, acts: list[AcceptanceAct]) -> Parts:
    meetings = _of(acts, ActKind.ORGANISE)
    if not meetings:
        raise NotFoundError("还没有组织验收")
    meeting = meetings[-1]
    pairs = [
        *_basics(row),
        ("验收日期", str(meeting.details.get("meeting_date", ""))),
        ("地点", str(meeting.details.get("place", "")) or "—"),
        ("评审组", "、".join(meeting.details.get("panel", [])) or "—"),
    ]
    rows: Rows = []
    for act in _of(acts, ActKind.RECTIFY, ActKind.RECTIFIED, ActKind.PASS):
        items = "；".join(act.details.get("items", []))
        deadline = act.details.get("deadline", "")
        words = "　".join(part for part in (act.text, items) if part)
        rows.append((f"{local_date(act.recorded_at)}", act.get_kind_display(), words, deadline))
    return pairs, ("日期", "结论", "意见与整改事项", "整改期限"), rows


def _certificate(row: Acceptance, acts: list[AcceptanceAct]) -> Parts:
    if row.stage not in (Stage.PASSED, Stage.DEEMED):
        raise NotFoundError("验收还没有合格")
    last = _of(acts, ActKind.PASS, ActKind.DEEM)[-1]
    pairs = [
        *_basics(row),
        ("结论", row.get_stage_display()),
        ("生效时间", f"{local(row.deemed_at or last.recorded_at):%Y-%m-%d %H:%M}"),
        ("意见" if row.stage == Stage.PASSED else "依据", last.text),
    ]
    items = checklist(row, now=last.recorded_at)
    rows: Rows = [(i.title, "有" if i.ready else "缺", i.words, i.clause) for i in items]
    return pairs, ("成果", "状态", "说明", "条款"), rows
