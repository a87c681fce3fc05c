"""What confidentiality shows on the page 今天, and who may read its files."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.choices import GrantState, ItemState
from steward.contracts.confidentiality.models import Agreement, Grant, HandbackItem, UseEntry
from steward.contracts.confidentiality.pages.frame import AGREEMENTS, CONFIRM, HANDBACK, MANAGE, may
from steward.contracts.packs import api as packs
from steward.kernel.instants import now

SOON = timedelta(days=3)


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """My access that ends soon, uses that I watched, people without agreement, items to confirm."""
    at = now()
    user_id = request.user.pk
    ending = Grant.objects.filter(
        Q(member__user_id=user_id), state=GrantState.ACTIVE, ends_at__gt=at, ends_at__lte=at + SOON
    ).order_by("ends_at")[:10]
    watched = UseEntry.objects.filter(grant__watcher_id=user_id, witness=None).select_related(
        "grant"
    )[:10]
    missing = [
        member
        for contract in packs.contracts_for(request.user, MANAGE)
        for member in confidentiality.without_agreement(contract.code, at=at)
    ]
    confirm = HandbackItem.objects.filter(
        contract__in=[c.code for c in packs.contracts_for(request.user, CONFIRM)],
        confirmed_at=None,
    ).exclude(state=ItemState.HELD)[:10]
    found = {
        "ending": list(ending),
        "watched": list(watched),
        "missing": missing[:10],
        "confirm": list(confirm),
    }
    return found if any(found.values()) else None


def may_read_agreement(user: Any, key: str) -> bool:
    """A person's agreement is read by whoever keeps or reviews agreements, and by that person."""
    rows = Agreement.objects.select_related("member")
    row = rows.filter(pk=int(key)).first() if key.isdecimal() else None
    if row is None:
        return False
    own = row.member.user_id is not None and row.member.user_id == user.pk
    return own or may(user, row.contract, AGREEMENTS)


def may_read_item(user: Any, key: str) -> bool:
    """Proofs of return and destruction are read by whoever sees the list."""
    row = HandbackItem.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    return row is not None and may(user, row.contract, HANDBACK)
