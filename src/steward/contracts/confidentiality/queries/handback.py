"""What was given to the supplier, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from steward.contracts.confidentiality.choices import ItemState
from steward.contracts.confidentiality.models import HandbackItem, HandbackList


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """One item of the list; open until the client confirmed its return or destruction."""

    id: int
    kind: str
    kind_label: str
    name: str
    quantity: str
    holder: str
    given_date: date
    state: str
    state_label: str
    settled_at: datetime | None
    settled_by: str
    settle_note: str
    proof_sha256: str
    confirmed_at: datetime | None
    confirmed_by: str

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None


@dataclass(frozen=True, slots=True)
class HandbackInfo:
    """The hand-back list of a contract with both signatures."""

    contract: str
    items: tuple[ItemInfo, ...]
    supplier_signed_at: datetime | None
    supplier_signed_by: str
    client_signed_at: datetime | None
    client_signed_by: str
    closed_at: datetime | None

    @property
    def open_items(self) -> tuple[ItemInfo, ...]:
        return tuple(item for item in self.items if item.is_open)


def items_of(contract: str) -> QuerySet[HandbackItem]:
    return HandbackItem.objects.filter(contract=contract).select_related("holder", "proof")


def open_of(contract: str) -> QuerySet[HandbackItem]:
    return items_of(contract).filter(confirmed_at=None)


def waiting_of(contract: str) -> QuerySet[HandbackItem]:
    """Settled by the supplier, not yet confirmed by the client."""
    return open_of(contract).exclude(state=ItemState.HELD)


def to_item(row: HandbackItem) -> ItemInfo:
    return ItemInfo(
        id=row.pk,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        name=row.name,
        quantity=row.quantity,
        holder=row.holder.name if row.holder else "",
        given_date=row.given_date,
        state=row.state,
        state_label=row.get_state_display(),
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settle_note=row.settle_note,
        proof_sha256=row.proof.blob_id if row.proof else "",
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
    )


def handback(contract: str) -> HandbackInfo:
    """The list of a contract as it stands."""
    listed = HandbackList.objects.filter(contract=contract).first() or HandbackList()
    return HandbackInfo(
        contract=contract,
        items=tuple(to_item(row) for row in items_of(contract)),
        supplier_signed_at=listed.supplier_signed_at,
        supplier_signed_by=listed.supplier_signed_by,
        client_signed_at=listed.client_signed_at,
        client_signed_by=listed.client_signed_by,
        closed_at=listed.closed_at,
    )
