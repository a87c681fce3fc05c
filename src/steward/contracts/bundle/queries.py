from django.db.models import QuerySet

from steward.contracts.bundle.models import AcceptanceBundle
from steward.contracts.packs import api as packs
from steward.core.access.api import Somebody
from steward.kernel.errors import NotFoundError

VIEW = "bundle.bundle.view"


class UnknownBundleError(NotFoundError):
    """No such bundle, or not for this person."""

    code = "bundle.unknown"


def bundles_of(contract: str) -> QuerySet[AcceptanceBundle]:
    """The bundles of a contract, newest first."""
    return AcceptanceBundle.objects.filter(contract=contract)


def bundle_for(user: Somebody, bundle_id: int) -> AcceptanceBundle:
    """One bundle of a contract that somebody may see."""
    seen = [contract.code for contract in packs.contracts_for(user, VIEW)]
    row = AcceptanceBundle.objects.filter(pk=bundle_id, contract__in=seen).first()
    if row is None:
        raise UnknownBundleError("没有这个材料包")
    return row
