"""Important moments: registered by one side, confirmed by the other, their duties laid out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from steward.contracts.obligations.choices import Decision, MomentKind, Side
from steward.contracts.obligations.errors import (
    MomentInvalidError,
    TwoSidesError,
    UnknownMomentError,
)
from steward.contracts.obligations.events import MomentCancelled, MomentConfirmed
from steward.contracts.obligations.models import Moment
from steward.contracts.obligations.services.laying import Laid, lay_out_contract
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject

KIND = "obligations.moment"
LONGEST = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class NewMoment:
    """A guard period [starts_at, ends_at) with what it is for and what it asks for."""

    contract: str
    title: str
    kind: MomentKind
    starts_at: datetime
    ends_at: datetime
    note: str = ""


def subject_of_moment(row: Moment) -> Subject:
    return Subject(KIND, str(row.pk), row.title)


@transaction.atomic
def register_moment(new: NewMoment, *, side: Side, by: Actor, now: datetime) -> int:
    """Enter a moment; it binds nobody until the other side confirms it.

    MomentInvalidError for a nameless, empty, over-long one, or one outside the contract's term.
    """
    contract = packs.get(new.contract)
    if not new.title.strip():
        raise MomentInvalidError("请写明重要时刻的名称")
    if new.ends_at <= new.starts_at:
        raise MomentInvalidError("结束须晚于开始")
    if new.ends_at - new.starts_at > LONGEST:
        raise MomentInvalidError(f"一个保障期不超过 {LONGEST.days} 天，请分段登记")
    if not contract.start <= new.starts_at < contract.end:
        raise MomentInvalidError(
            f"开始时间须在合同期内（{contract.start_date} 至 {contract.end_date}，不含结束日）"
        )
    row = Moment.objects.create(
        contract=new.contract, title=new.title.strip()[:120], kind=new.kind,
        starts_at=new.starts_at, ends_at=new.ends_at, note=new.note.strip(), side=side,
        registered_by_id=by.user_id, registered_by=by.label, registered_at=now,
    )  # fmt: skip
    audit.record(
        "obligations.moment.registered", subject_of_moment(row), by=by, now=now,
        after={"starts_at": row.starts_at, "ends_at": row.ends_at, "side": side.label},
    )  # fmt: skip
    return row.pk


def _locked(moment_id: int) -> Moment:
    row = Moment.objects.select_for_update().filter(pk=moment_id).first()
    if row is None:
        raise UnknownMomentError(f"没有编号为 {moment_id} 的重要时刻")
    return row


@transaction.atomic
def decide_moment(
    moment_id: int, *, agree: bool, side: Side, note: str = "", by: Actor, now: datetime
) -> Laid | None:
    """The other side agrees or refuses; agreed, its duties are laid out at once."""
    row = _locked(moment_id)
    if row.state != Decision.PROPOSED:
        raise TwoSidesError(f"“{row.title}”{row.get_state_display()}，不能再决定")
    if side == row.side:
        raise TwoSidesError(f"由{row.get_side_display()}登记的重要时刻须由另一方确认")
    if by.user_id is not None and by.user_id == row.registered_by_id:
        raise TwoSidesError("登记重要时刻的人不能自己确认")
    row.state = Decision.AGREED if agree else Decision.REFUSED
    row.decided_by, row.decided_at, row.decision_note = by.label, now, note.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    audit.record(
        "obligations.moment.decided", subject_of_moment(row), by=by, now=now,
        after={"verdict": row.get_state_display()}, reason=note,
    )  # fmt: skip
    if not agree:
        return None
    jobs.publish(
        MomentConfirmed(
            contract=row.contract, moment_id=row.pk, starts_at=row.starts_at, ends_at=row.ends_at
        ),
        now=now,
    )
    return lay_out_contract(row.contract, reason=f"确认重要时刻“{row.title}”", by=by, now=now)


@transaction.atomic
def cancel_moment(moment_id: int, *, reason: str, by: Actor, now: datetime) -> Laid | None:
    """It does not take place: a moment that has not begun goes, and its open duties with it."""
    row = _locked(moment_id)
    if row.state not in (Decision.PROPOSED, Decision.AGREED):
        raise TwoSidesError(f"“{row.title}”{row.get_state_display()}，不能取消")
    if not reason.strip():
        raise MomentInvalidError("请写明取消的原因")
    if row.state == Decision.AGREED and row.starts_at <= now:
        raise TwoSidesError("保障期已经开始，不能取消；个别义务可以由双方豁免")
    was_agreed = row.state == Decision.AGREED
    row.state, row.cancelled_at, row.decision_note = Decision.CANCELLED, now, reason.strip()
    row.save(update_fields=["state", "cancelled_at", "decision_note"])
    audit.record(
        "obligations.moment.cancelled", subject_of_moment(row), by=by, now=now, reason=reason
    )
    if not was_agreed:
        return None
    jobs.publish(MomentCancelled(contract=row.contract, moment_id=row.pk), now=now)
    return lay_out_contract(row.contract, reason=f"取消重要时刻“{row.title}”", by=by, now=now)
