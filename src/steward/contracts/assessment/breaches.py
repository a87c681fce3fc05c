"""Services: a breach of either side is put on record, by a side or by the platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from steward.contracts.assessment.ledger import CASE_KIND
from steward.contracts.assessment.models import About, BreachCase, Side
from steward.contracts.assessment.writing import (
    Frame,
    ProposalRefusedError,
    announce,
    attach,
    frame_of,
)
from steward.contracts.packs import api as packs
from steward.kernel.actors import Actor
from steward.kernel.canonical import decimal_text
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBreach:
    """What one side puts on record; `penalty` is one of the pack, dates are local.

    `occurred`: the day it happened, for lateness the last day in time. `noticed`: when correction
    was demanded. `base`: the amount that is late. `links`: tickets, obligations, evidence as
    {kind, key, label}. `file_ids`: documents that are already stored.
    """

    contract: str
    penalty: str
    what: str
    occurred: date
    noticed: date | None = None
    base: Decimal | None = None
    stage: str = ""
    links: Sequence[dict[str, str]] = ()
    file_ids: Sequence[int] = ()


def penalty_of(pack: packs.Pack, penalty_id: str) -> packs.Penalty:
    """A penalty of the pack; ProposalRefusedError names those that there are."""
    for penalty in pack.penalties:
        if penalty.id == penalty_id:
            return penalty
    known = "、".join(f"{p.id}（{p.title}）" for p in pack.penalties) or "没有"
    raise ProposalRefusedError(f"合同没有编号为“{penalty_id}”的违约条款，合同写明的：{known}")


@transaction.atomic
def propose_breach(new: NewBreach, *, side: str, by: Actor, now: datetime) -> int:
    """Put a breach on record; it costs nothing before the other side confirms or it is decided."""
    frame = frame_of(new.contract, side=side, by=by, now=now, on=new.occurred)
    return _propose_breach(frame, new)


@transaction.atomic
def propose_late_payment(new: NewBreach, *, now: datetime) -> int | None:
    """The platform's own proposal for a late payment, once for a stage; None when it exists."""
    same = BreachCase.objects.filter(contract=new.contract, penalty=new.penalty, stage=new.stage)
    if same.exists():
        return None
    by = Actor.system("付款提醒")
    frame = frame_of(
        new.contract, side=Side.SUPPLIER, by=by, now=now, on=new.occurred, platform=True
    )
    return _propose_breach(frame, new)


def _propose_breach(frame: Frame, new: NewBreach) -> int:
    penalty = penalty_of(frame.pack, new.penalty)
    _check_breach(frame, new, penalty)
    subject = Subject(packs.SUBJECT_KIND, frame.contract.code, penalty.title)
    payload = {
        "penalty": new.penalty,
        "what": new.what,
        "occurred": new.occurred.isoformat(),
        "noticed": new.noticed.isoformat() if new.noticed else "",
        "base": decimal_text(new.base) if new.base is not None else "",
        "stage": new.stage,
        "links": [dict(link) for link in new.links],
    }
    row = BreachCase.objects.create(
        **frame.columns(),
        evidence_id=frame.keep("assessment.breach", subject, payload),
        penalty=new.penalty,
        payer=penalty.payer,
        what=new.what.strip(),
        occurred_date=new.occurred,
        noticed_date=new.noticed,
        base=new.base,
        stage=new.stage,
        links=[dict(link) for link in new.links],
        by_platform=frame.platform,
    )
    about = Subject(CASE_KIND, str(row.pk), penalty.title)
    attach(frame, about, new.file_ids)
    announce(frame, About.BREACH, about, words=f"{penalty.title}：{new.what.strip()}")
    return row.pk


def _check_breach(frame: Frame, new: NewBreach, penalty: packs.Penalty) -> None:
    if not new.what.strip():
        raise ProposalRefusedError("请写明经过：什么时候、哪件事、违反了哪一条")
    today = local_date(frame.now)
    if not frame.pack.period.start <= new.occurred <= today:
        raise ProposalRefusedError(
            f"发生日期 {new.occurred} 应在合同开始 {frame.pack.period.start} 至今天 {today} 之间"
        )
    if penalty.cure_days and new.noticed is None:
        raise ProposalRefusedError(
            f"“{penalty.title}”有 {penalty.cure_days} 天改正期，请填写要求改正的日期"
        )
    if new.noticed is not None and not new.occurred <= new.noticed <= today:
        raise ProposalRefusedError(
            f"要求改正的日期 {new.noticed} 应在发生日期 {new.occurred} 至今天 {today} 之间"
        )
    if penalty.base == "due" and new.base is None:
        raise ProposalRefusedError(f"“{penalty.title}”按逾期未付的金额计算，请填写这个金额")
    if new.base is not None and not 0 < new.base <= frame.pack.amount:
        raise ProposalRefusedError(f"金额 {new.base} 应大于 0 且不超过合同金额 {frame.pack.amount}")
