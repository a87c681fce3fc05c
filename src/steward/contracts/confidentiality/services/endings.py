"""An agreement that ends before its time takes with it what it covered."""

from datetime import date, datetime

from django.db import transaction

from steward.contracts.confidentiality.errors import (
    ConfidentialityStateError,
    InvalidConfidentialityError,
)
from steward.contracts.confidentiality.queries.agreements import AgreementInfo, to_info
from steward.contracts.confidentiality.services.access import revoke_uncovered
from steward.contracts.confidentiality.services.agreements import agreement_row
from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date


@transaction.atomic
def end_agreement(
    agreement_id: int, *, ended_date: date, reason: str, by: Actor, now: datetime
) -> AgreementInfo:
    """An agreement ends before its time; access that nothing covers any more ends with it."""
    row = agreement_row(agreement_id)
    if not reason.strip():
        raise InvalidConfidentialityError("请填写终止原因", field="reason")
    if row.ended_date is not None:
        raise ConfidentialityStateError(f"协议已于 {row.ended_date} 终止")
    if not row.signed_date <= ended_date <= local_date(now):
        raise InvalidConfidentialityError("终止日期须在签署日期与今天之间", field="ended_date")
    row.ended_date, row.ended_reason, row.ended_recorded_at = ended_date, reason.strip(), now
    row.save(update_fields=["ended_date", "ended_reason", "ended_recorded_at"])
    audit.record(
        "confidentiality.agreement_ended", row.subject, by=by, now=now, reason=reason.strip(),
        after={"member": row.member.name, "ended": ended_date},
    )  # fmt: skip
    revoke_uncovered(row.member_id, now=now)
    return to_info(row)
