"""Hand-back: every item returned or destroyed with proof, confirmed, and signed by both sides."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from steward.contracts.confidentiality.choices import GrantState, ItemKind, ItemState, Side
from steward.contracts.confidentiality.errors import (
    ConfidentialityStateError,
    InvalidConfidentialityError,
    UnknownGrantError,
)
from steward.contracts.confidentiality.events import HandbackClosed
from steward.contracts.confidentiality.models import Grant, HandbackItem, HandbackList
from steward.contracts.confidentiality.queries.handback import (
    HandbackInfo,
    handback,
    open_of,
)
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """Something given into the supplier's hands."""

    contract: str
    kind: str
    name: str
    given_date: date
    quantity: str = ""
    holder_id: int | None = None


def _list(contract: str) -> HandbackList:
    """The list's row, locked; made when it does not exist."""
    packs.get(contract)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"handback:{contract}"])
    row, _ = HandbackList.objects.select_for_update().get_or_create(contract=contract)
    return row


def _require_unsigned(listed: HandbackList) -> None:
    if listed.supplier_signed_at is not None or listed.client_signed_at is not None:
        raise ConfidentialityStateError("移交清单已有一方签认，不能再改动")


@transaction.atomic
def register_item(new: NewItem, *, by: Actor, now: datetime) -> int:
    """Put something on the list; until one side has signed."""
    _require_unsigned(_list(new.contract))
    if new.kind not in ItemKind.values:
        raise InvalidConfidentialityError(f"没有名为“{new.kind}”的类别", field="kind")
    if not new.name.strip():
        raise InvalidConfidentialityError("请填写名称", field="name")
    if new.given_date > local_date(now):
        raise InvalidConfidentialityError("交付日期不能在将来", field="given_date")
    if new.holder_id is not None:
        holder = staffing.get_members([new.holder_id]).get(new.holder_id)
        if holder is None or holder.contract != new.contract:
            raise InvalidConfidentialityError("请选择本合同团队的人员", field="holder")
    known = HandbackItem.objects.filter(
        contract=new.contract, kind=new.kind, name=new.name.strip(), given_date=new.given_date
    )
    if known.exists():
        raise ConfidentialityStateError(f"“{new.name.strip()}”{new.given_date} 已登记")
    row = HandbackItem.objects.create(
        contract=new.contract,
        kind=new.kind,
        name=new.name.strip(),
        quantity=new.quantity.strip(),
        holder_id=new.holder_id,
        given_date=new.given_date,
        recorded_at=now,
        recorded_by=by.label[:100],
    )
    audit.record("confidentiality.item_registered", row.subject, by=by, now=now)
    return row.pk


def _item(item_id: int) -> HandbackItem:
    row = HandbackItem.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if row is None:
        raise UnknownGrantError("没有这项移交事项")
    return row


@transaction.atomic
def settle_item(
    item_id: int, *, to: str, note: str, proof_id: int | None, by: Actor, now: datetime
) -> None:
    """The supplier returned or destroyed an item; destruction needs its proof as a file."""
    row = _item(item_id)
    if to not in (ItemState.RETURNED, ItemState.DESTROYED):
        raise InvalidConfidentialityError("请选择归还或销毁", field="to")
    if row.state != ItemState.HELD:
        raise ConfidentialityStateError(f"“{row.name}”{row.get_state_display()}，不能再处置")
    if not note.strip():
        raise InvalidConfidentialityError("请填写交还经过或销毁方式", field="note")
    if to == ItemState.DESTROYED and proof_id is None:
        raise InvalidConfidentialityError("销毁须上传证明文件", field="proof")
    row.state, row.settled_at, row.settled_by = to, now, by.label[:100]
    row.settle_note, row.proof_id, row.refusal = note.strip()[:300], proof_id, ""
    row.save()
    if proof_id is not None:
        files.attach(proof_id, row.subject, by=by, now=now, purpose="移交证明")
    audit.record(
        "confidentiality.item_settled", row.subject, by=by, now=now, reason=row.settle_note,
        after={"state": row.get_state_display()},
    )  # fmt: skip


@transaction.atomic
def confirm_item(item_id: int, *, accept: bool, reason: str = "", by: Actor, now: datetime) -> None:
    """The client confirms what the supplier did with an item, or sends it back with a reason."""
    row = _item(item_id)
    if row.state == ItemState.HELD or row.confirmed_at is not None:
        words = "还没有归还或销毁" if row.state == ItemState.HELD else "已经确认"
        raise ConfidentialityStateError(f"“{row.name}”{words}")
    if accept:
        row.confirmed_at, row.confirmed_by = now, by.label[:100]
    else:
        if not reason.strip():
            raise InvalidConfidentialityError("退回须说明原因，乙方会看到", field="reason")
        row.state, row.settled_at, row.settled_by = ItemState.HELD, None, ""
        row.proof_id, row.refusal = None, reason.strip()[:300]
    row.save()
    audit.record(
        "confidentiality.item_confirmed", row.subject, by=by, now=now, reason=reason.strip(),
        after={"verdict": "确认" if accept else "退回"},
    )  # fmt: skip


@transaction.atomic
def sign_handback(contract: str, *, side: str, by: Actor, now: datetime) -> HandbackInfo:
    """One side signs that nothing is left; with the second signature the list is closed.

    Refused while an item is open or an access still holds; signing twice changes nothing.
    """
    listed = _list(contract)
    if side not in Side.values:
        raise InvalidConfidentialityError(f"没有名为“{side}”的一方", field="side")
    if getattr(listed, f"{side}_signed_at") is not None:
        return handback(contract)
    _require_nothing_left(contract, now=now)
    setattr(listed, f"{side}_signed_at", now)
    setattr(listed, f"{side}_signed_by", by.label[:100])
    both = listed.supplier_signed_at is not None and listed.client_signed_at is not None
    if both:
        listed.closed_at = now
    listed.save()
    subject = Subject(packs.SUBJECT_KIND, contract, packs.get(contract).title)
    audit.record(
        "confidentiality.handback_signed", subject, by=by, now=now,
        after={"side": Side(side).label, "closed": "，清单办结" if both else ""},
    )  # fmt: skip
    if both:
        _keep_closed(contract, subject, now=now)
    return handback(contract)


def _require_nothing_left(contract: str, *, now: datetime) -> None:
    if not HandbackItem.objects.filter(contract=contract).exists():
        raise ConfidentialityStateError("清单是空的；请先登记移交给乙方的文件、数据、账号和设备")
    still = open_of(contract).count()
    if still:
        raise ConfidentialityStateError(f"还有 {still} 项没有归还、销毁或经甲方确认，不能签认")
    held = Grant.objects.filter(contract=contract, state=GrantState.ACTIVE, ends_at__gt=now).count()
    if held:
        raise ConfidentialityStateError(f"还有 {held} 项访问授权有效，请先撤销或等其到期")


def _keep_closed(contract: str, subject: Subject, *, now: datetime) -> None:
    info = handback(contract)
    evidence.keep(
        evidence.Fact(
            contract=contract,
            kind="confidentiality.handback",
            subject=subject,
            occurred_at=now,
            source="confidentiality",
            grade="C",
            payload={
                "supplier": info.supplier_signed_by,
                "client": info.client_signed_by,
                "items": [
                    {
                        "id": item.id,
                        "kind": item.kind,
                        "name": item.name,
                        "quantity": item.quantity,
                        "state": item.state,
                        "note": item.settle_note,
                        "proof": item.proof_sha256,
                        "confirmed_by": item.confirmed_by,
                    }
                    for item in info.items
                ],
            },
        ),
        now=now,
    )
    jobs.publish(HandbackClosed(contract, now), now=now)
