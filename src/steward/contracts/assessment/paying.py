"""Services: payments of the client, and the conditions that its stages wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from steward.contracts.assessment.ledger import PAYMENT_KIND, STAGE_KIND, payments
from steward.contracts.assessment.models import (
    About,
    PaymentRecord,
    Side,
    StageFact,
    StageNeed,
)
from steward.contracts.assessment.queries import score
from steward.contracts.assessment.writing import (
    Frame,
    ProposalRefusedError,
    announce,
    attach,
    frame_of,
)
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.canonical import decimal_text
from steward.kernel.instants import local_date
from steward.kernel.money import round_money
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment for a stage, in yuan, with the number of its voucher."""

    contract: str
    stage: str
    day: date
    amount: Decimal
    voucher: str
    note: str = ""


@transaction.atomic
def record_payment(new: NewPayment, *, side: str, by: Actor, now: datetime) -> int:
    """Put a payment on record; it counts as paid when the other side confirms it."""
    frame = frame_of(new.contract, side=side, by=by, now=now)
    stage = stage_of(frame.pack, new.stage)
    _check_payment(frame, new)
    subject = Subject(packs.SUBJECT_KIND, frame.contract.code, stage.title)
    payload = {
        "stage": new.stage,
        "day": new.day.isoformat(),
        "amount": decimal_text(new.amount),
        "voucher": new.voucher.strip(),
    }
    row = PaymentRecord.objects.create(
        **frame.columns(),
        evidence_id=frame.keep("assessment.payment", subject, payload),
        stage=new.stage,
        paid_date=new.day,
        amount=new.amount,
        voucher=new.voucher.strip(),
        note=new.note.strip(),
    )
    about = Subject(PAYMENT_KIND, str(row.pk), stage.title)
    announce(frame, About.PAYMENT, about, words=f"付款 {new.amount} 元（{stage.title}）")
    return row.pk


def _check_payment(frame: Frame, new: NewPayment) -> None:
    if new.amount <= 0 or new.amount != round_money(new.amount):
        raise ProposalRefusedError(f"付款金额须大于 0 并精确到分，现为 {new.amount}")
    if new.amount > frame.pack.amount:
        raise ProposalRefusedError(
            f"付款金额 {new.amount} 超过合同金额 {frame.pack.amount}，请核对"
        )
    if not new.voucher.strip():
        raise ProposalRefusedError("请填写付款凭证号")
    if not frame.pack.period.start <= new.day <= local_date(frame.now):
        raise ProposalRefusedError(f"付款日期 {new.day} 应在合同开始之后、今天之前")
    for row in payments(new.contract, as_of=frame.now, voucher=new.voucher.strip()):
        if row.proposal.is_open or row.proposal.in_force:
            raise ProposalRefusedError(f"凭证号“{new.voucher.strip()}”已登记过")


def stage_of(pack: packs.Pack, stage_id: str) -> packs.Stage:
    """A stage of the pack; ProposalRefusedError names those that there are."""
    for stage in pack.payment.stages:
        if stage.id == stage_id:
            return stage
    known = "、".join(f"{s.id}（{s.title}）" for s in pack.payment.stages)
    raise ProposalRefusedError(f"合同没有编号为“{stage_id}”的付款期，合同写明的：{known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStageFact:
    """That a condition of a stage is fulfilled: on which day, by which document."""

    contract: str
    stage: str
    need: str
    day: date
    reference: str
    note: str = ""
    file_ids: Sequence[int] = ()


@transaction.atomic
def record_stage_fact(new: NewStageFact, *, side: str, by: Actor, now: datetime) -> int:
    """Record an invoice received, work confirmed, acceptance passed or funds arrived.

    The client states these; the acceptance app may state the acceptance for it. A confirmation
    keeps the score of the day beside it, where the contract has an assessment table.
    """
    frame = frame_of(new.contract, side=side, by=by, now=now, platform=by.user_id is None)
    stage = stage_of(frame.pack, new.stage)
    if side != Side.CLIENT:
        raise ProposalRefusedError("付款条件由甲方登记（收票、确认、验收、资金到位）")
    needs = (*stage.needs, *(("acceptance",) if stage.due == "acceptance" else ()))
    if new.need not in needs:
        raise ProposalRefusedError(f"“{stage.title}”没有“{new.need}”这个付款条件")
    if not new.reference.strip():
        raise ProposalRefusedError("请填写文号或票号")
    if not frame.pack.period.start <= new.day <= local_date(now):
        raise ProposalRefusedError(f"日期 {new.day} 应在合同开始之后、今天之前")
    points = None
    if new.need in ("confirmation", "acceptance") and frame.pack.assessment is not None:
        points = score(new.contract, as_of=now, now=now).points
    subject = Subject(packs.SUBJECT_KIND, frame.contract.code, stage.title)
    payload = {
        "stage": new.stage,
        "need": new.need,
        "day": new.day.isoformat(),
        "reference": new.reference.strip(),
        "points": "" if points is None else decimal_text(points),
    }
    row = StageFact.objects.create(
        **frame.columns(),
        evidence_id=frame.keep("assessment.stage_fact", subject, payload),
        stage=new.stage,
        need=new.need,
        on_date=new.day,
        reference=new.reference.strip(),
        note=new.note.strip(),
        points=points,
    )
    about = Subject(STAGE_KIND, f"{new.contract}/{new.stage}", stage.title)
    attach(frame, about, new.file_ids)
    words = {"need": StageNeed(new.need).label, "day": new.day}
    audit.record("assessment.stage.fulfilled", about, by=by, now=now, after=words)
    return row.pk
