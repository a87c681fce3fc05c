"""What the platform itself sees: people without an agreement, agreements that end soon."""

from datetime import datetime

from django.db import transaction

from steward.contracts.confidentiality.models import Agreement
from steward.contracts.confidentiality.queries.agreements import (
    ending_soon,
    terms_on,
    without_agreement,
)
from steward.contracts.confidentiality.services.access import revoke_of_member, revoke_uncovered
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.core.access import api as access
from steward.core.findings import api as findings
from steward.core.notify import api as notify
from steward.kernel.instants import local_date

AGREEMENTS, MANAGE = "confidentiality.agreements", "confidentiality.agreement.manage"


def check_contract(contract: str, *, now: datetime) -> tuple[int, int]:
    """Look at everybody's agreement, end what is not covered, remind of what ends soon.

    Returns how many people of the team have no agreement and how many reminders went out.
    """
    info = packs.get(contract)
    terms = terms_on(contract, at=now)
    missing = without_agreement(contract, at=now) if terms and terms.agreements.required else []
    open_for = {member.id for member in missing}
    today = local_date(now)
    for member in staffing.everybody(contract):
        key = f"{contract}:{member.id}"
        if member.id in open_for:
            _report(member, key, organization_id=info.client_organization_id, now=now)
        else:
            findings.clear(AGREEMENTS, key, now=now, note="协议已登记或人员已离场")
        if member.left_date is not None and member.left_date <= today:
            revoke_of_member(member.id, reason="人员已离场", now=now)
        else:
            revoke_uncovered(member.id, now=now)
    return len(missing), _remind(contract, now=now)


def _report(
    member: staffing.MemberInfo, key: str, *, organization_id: int | None, now: datetime
) -> None:
    known = [
        found
        for found in findings.of_subject(member.subject)
        if (found.source, found.fingerprint) == (AGREEMENTS, key)
    ]
    if known and known[0].state != findings.FindingState.CLOSED:
        return
    findings.report(
        findings.Report(
            source=AGREEMENTS,
            fingerprint=key,
            title=f"{member.name}（{member.position_title}）没有有效的保密协议",
            severity="major",
            subject=member.subject,
            contract=member.contract,
            category="保密",
            organization_id=organization_id,
            remedy="签署保密协议并上传；在此之前不授予任何访问。",
        ),
        now=now,
    )


def _remind(contract: str, *, now: datetime) -> int:
    """Tell whoever keeps the agreements, once for each agreement that ends soon."""
    people = sorted(access.holders(MANAGE))
    if not people:
        return 0
    due = list(ending_soon(contract, at=now).filter(reminded_at=None))
    return sum(_remind_of(row, people, now=now) for row in due)


@transaction.atomic
def _remind_of(row: Agreement, people: list[int], *, now: datetime) -> bool:
    """The mark and the notice commit together, so that nobody is told twice or never."""
    if not Agreement.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=now):
        return False
    notify.send(
        notify.Notice(
            recipients=people,
            title=f"{row.member.name}的保密协议 {row.valid_until} 到期，请续签",
            url=f"/confidentiality/{row.contract}/agreements/",
        ),
        now=now,
    )
    return True
