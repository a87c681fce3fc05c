"""Services: an event that shall not count is proposed, with a document (clocks rule 19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.contracts.assessment.gathering import ENTRY_KIND
from steward.contracts.assessment.ledger import EXCLUSION_KIND, exclusions
from steward.contracts.assessment.left_out import COUNTING
from steward.contracts.assessment.models import About, Exclusion, ExclusionGround
from steward.contracts.assessment.queries import score
from steward.contracts.assessment.result import IndicatorNode
from steward.contracts.assessment.writing import (
    Frame,
    ProposalRefusedError,
    announce,
    attach,
    frame_of,
)
from steward.contracts.packs import api as packs
from steward.core.files import api as files
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExclusion:
    """An event of an indicator that shall not count, with at least one document."""

    contract: str
    owner: str
    event_key: str
    ground: str
    reason: str
    file_ids: Sequence[int] = ()


@transaction.atomic
def propose_exclusion(new: NewExclusion, *, side: str, by: Actor, now: datetime) -> int:
    """Ask that an event does not count; it counts until the other side agrees (clocks rule 19)."""
    frame = frame_of(new.contract, side=side, by=by, now=now)
    label = _event_label(frame, new)
    if new.ground not in ExclusionGround.values:
        raise ProposalRefusedError(f"没有“{new.ground}”这种剔除理由")
    if not new.reason.strip():
        raise ProposalRefusedError("请写明剔除的理由，供对方核对")
    if not new.file_ids:
        raise ProposalRefusedError("剔除须附依据文件（证明、批准单或往来函件）")
    for known in exclusions(new.contract, as_of=now, event_key=new.event_key):
        if known.proposal.is_open or known.proposal.in_force:
            raise ProposalRefusedError(f"“{label}”已有剔除申请（{known.proposal.state_label}）")
    subject = Subject(packs.SUBJECT_KIND, frame.contract.code, label)
    payload = {
        "owner": new.owner,
        "event": new.event_key,
        "ground": new.ground,
        "reason": new.reason.strip(),
        "files": [files.get(file_id).sha256 for file_id in new.file_ids],
    }
    row = Exclusion.objects.create(
        **frame.columns(),
        evidence_id=frame.keep("assessment.exclusion", subject, payload),
        owner=new.owner,
        event_key=new.event_key,
        event_label=label[:300],
        ground=new.ground,
        reason=new.reason.strip(),
    )
    about = Subject(EXCLUSION_KIND, str(row.pk), label[:60])
    attach(frame, about, new.file_ids)
    announce(frame, About.EXCLUSION, about, words=f"剔除“{label}”")
    return row.pk


def _event_label(frame: Frame, new: NewExclusion) -> str:
    """The words of an event that costs points now; others need no exclusion, or have another way."""
    result = score(new.contract, as_of=frame.now, now=frame.now)
    node = result.indicator(new.owner) or next(
        (v for v in result.vetoes if v.id == new.owner), None
    )
    if node is None:
        raise ProposalRefusedError(f"考核表里没有编号为“{new.owner}”的指标")
    if new.event_key and any(row.key == new.event_key for row in node.excluded):
        raise ProposalRefusedError("这件事已经不计入考核，不用再剔除")
    if isinstance(node, IndicatorNode) and node.rule not in COUNTING:
        raise ProposalRefusedError(
            f"“{node.title}”不按事项扣分（{node.rule_label}），没有可剔除的事项"
        )
    event = next((row for row in node.events if row.key == new.event_key), None)
    if event is None:
        raise ProposalRefusedError(f"“{node.title}”没有这件计入的事项，请刷新页面后重试")
    if event.subject_kind == "desk.clock":
        raise ProposalRefusedError("时限超时请在工单页提出“计时调整”，双方确认后自动不计")
    if event.subject_kind == ENTRY_KIND:
        raise ProposalRefusedError("核定的次数请在核定记录里提出异议，不用申请剔除")
    if event.subject_kind.startswith("monitoring."):
        raise ProposalRefusedError("停机时间请在“维护与除外”登记时段，双方确认后自动不计")
    return event.label
