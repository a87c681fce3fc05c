from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from steward.contracts.packs.differences import Difference, differences
from steward.contracts.packs.document import Pack
from steward.contracts.packs.models import Contract, ContractVersion
from steward.core.access import api as access
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import at_local

SUBJECT_KIND = "packs.contract"
VIEW = "packs.contract.view"

Somebody = AbstractBaseUser | AnonymousUser


class UnknownContractError(NotFoundError):
    """No such contract, or none that this person may see."""

    code = "packs.unknown_contract"


@dataclass(frozen=True, slots=True)
class ContractInfo:
    """A contract as other apps see it; the term is half-open, in local dates."""

    code: str
    title: str
    client_name: str
    client_organization_id: int | None
    start_date: date
    end_date: date
    amount: Decimal

    @property
    def start(self) -> datetime:
        return at_local(self.start_date)

    @property
    def end(self) -> datetime:
        return at_local(self.end_date)

    @property
    def last_date(self) -> date:
        """The last day of the term; the end itself is the day after."""
        return self.end_date - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of a contract's terms."""

    contract: str
    number: int
    effective_date: date
    reason: str
    pack_hash: str
    installed_at: datetime
    installed_by: str


def _info(row: Contract) -> ContractInfo:
    return ContractInfo(
        row.code,
        row.title,
        row.client_name,
        row.client_organization_id,
        row.start_date,
        row.end_date,
        row.amount,
    )


def _version(row: ContractVersion) -> VersionInfo:
    return VersionInfo(
        row.contract.code,
        row.number,
        row.effective_date,
        row.reason,
        row.pack_hash,
        row.installed_at,
        row.installed_by,
    )


def visible_to(user: Somebody, permission: str = VIEW) -> QuerySet[Contract]:
    """The contracts whose client lies in the person's data scope for a permission."""
    if not access.can(user, permission):
        return Contract.objects.none()
    seen = access.visible_organizations(user, permission)
    rows = Contract.objects.all()
    return rows if seen is None else rows.filter(client_organization_id__in=seen)


def contracts_for(user: Somebody, permission: str = VIEW) -> list[ContractInfo]:
    """The visible contracts, by code."""
    return [_info(row) for row in visible_to(user, permission)]


def contract_for(user: Somebody, code: str, permission: str = VIEW) -> ContractInfo:
    """One visible contract; unknown and forbidden answer alike."""
    row = visible_to(user, permission).filter(code=code).first()
    if row is None:
        raise UnknownContractError(f"没有编码为“{code}”的合同")
    return _info(row)


def get(code: str) -> ContractInfo:
    """One contract, whoever asks (jobs, commands)."""
    row = Contract.objects.filter(code=code).first()
    if row is None:
        raise UnknownContractError(f"没有编码为“{code}”的合同，请先载入合同包")
    return _info(row)


def all_contracts() -> list[ContractInfo]:
    """Every contract, by code (jobs, commands)."""
    return [_info(row) for row in Contract.objects.all()]


def versions_of(code: str) -> list[VersionInfo]:
    """Every version of a contract, newest number first."""
    rows = ContractVersion.objects.filter(contract__code=code).select_related("contract")
    return [_version(row) for row in rows.defer("document", "source")]


def version_in_force(code: str, day: date, *, known_at: datetime) -> tuple[VersionInfo, Pack]:
    """The terms in force on a local date, as known at an instant (clause C1).

    Of the versions effective by then the one with the latest effective date wins, among equals
    the latest number. Versions loaded after `known_at` count only if none was known: a contract
    is entered after it was signed, but a later amendment never reaches back into what was scored.
    """
    rows = [row for row in versions_of(code) if row.effective_date <= day]
    known = [row for row in rows if row.installed_at <= known_at] or rows[-1:]
    if not known:
        raise UnknownContractError(f"合同“{code}”在 {day} 没有生效的版本")
    best = max(known, key=lambda row: (row.effective_date, row.number))
    return best, pack_of(code, best.number)


def pack_of(code: str, number: int) -> Pack:
    """The checked pack of one version."""
    row = _row(code, number)
    return _pack(row.pack_hash, row.pk)


@lru_cache(maxsize=64)
def _pack(pack_hash: str, pk: int) -> Pack:  # noqa: ARG001
    """A version never changes, so its parsed form is kept by its hash."""
    return Pack.model_validate(ContractVersion.objects.get(pk=pk).document)


def _row(code: str, number: int) -> ContractVersion:
    row = (
        ContractVersion.objects.filter(contract__code=code, number=number)
        .defer("document", "source")
        .first()
    )
    if row is None:
        raise UnknownContractError(f"合同“{code}”没有第 {number} 版")
    return row


def source_of(code: str, number: int) -> str:
    """The YAML text of one version as it was loaded."""
    return ContractVersion.objects.values_list("source", flat=True).get(
        contract__code=code, number=number
    )


def difference(code: str, older: int, newer: int) -> list[Difference]:
    """What changed from one version to another, item by item."""
    return differences(document_of(code, older), document_of(code, newer))


def document_of(code: str, number: int) -> dict[str, Any]:
    """The checked document of one version as plain values."""
    _row(code, number)
    found: dict[str, Any] = ContractVersion.objects.values_list("document", flat=True).get(
        contract__code=code, number=number
    )
    return found
