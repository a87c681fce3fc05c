from dataclasses import dataclass
from datetime import datetime

from steward.desk.tickets.models import PolicyVersion
from steward.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """An installed version of a contract's SLA."""

    id: int
    contract: str
    version: str
    label: str
    effective_from: datetime
    rules: int


def _to_info(row: PolicyVersion) -> PolicyInfo:
    return PolicyInfo(
        id=row.pk,
        contract=row.contract,
        version=row.version,
        label=row.label,
        effective_from=row.effective_from,
        rules=row.rules.count(),
    )


def policies_of(contract: str) -> list[PolicyInfo]:
    """Every installed version of a contract, newest effect first."""
    return [_to_info(row) for row in PolicyVersion.objects.filter(contract=contract)]


def get_policy(policy_id: int) -> PolicyInfo:
    """One version; NotFoundError when there is none."""
    row = PolicyVersion.objects.filter(pk=policy_id).first()
    if row is None:
        raise NotFoundError("没有这个时限政策版本")
    return _to_info(row)
