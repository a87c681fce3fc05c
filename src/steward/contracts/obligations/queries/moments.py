"""Important moments as pages and other apps read them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from steward.contracts.obligations.choices import Decision
from steward.contracts.obligations.errors import UnknownMomentError
from steward.contracts.obligations.models import Moment
from steward.contracts.obligations.queries.occurrences import VIEW
from steward.contracts.packs import api as packs
from steward.core.access import api as access


@dataclass(frozen=True, slots=True)
class MomentInfo:
    """A guard period [starts_at, ends_at) that both sides agreed on."""

    id: int
    contract: str
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    note: str


def moments_visible_to(user: access.Somebody) -> QuerySet[Moment]:
    """The moments of the contracts that a person sees."""
    codes = [contract.code for contract in packs.contracts_for(user, VIEW)]
    return Moment.objects.filter(contract__in=codes)


def moment_for(user: access.Somebody, moment_id: int) -> Moment:
    """One visible moment; unknown and forbidden answer alike."""
    row = moments_visible_to(user).filter(pk=moment_id).first()
    if row is None:
        raise UnknownMomentError(f"没有编号为 {moment_id} 的重要时刻")
    return row


def moments_between(contract: str, start: datetime, end: datetime) -> list[MomentInfo]:
    """Confirmed moments that touch [start, end), by their beginning (duty plans, reports)."""
    rows = Moment.objects.filter(
        contract=contract, state=Decision.AGREED, starts_at__lt=end, ends_at__gt=start
    )
    return [
        MomentInfo(
            row.pk,
            row.contract,
            row.title,
            row.get_kind_display(),
            row.starts_at,
            row.ends_at,
            row.note,
        )
        for row in rows.order_by("starts_at", "id")
    ]
