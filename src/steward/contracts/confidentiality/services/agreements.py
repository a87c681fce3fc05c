"""A person's own agreement: put on file, ended, reminded of once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from steward.contracts.confidentiality.errors import (
    ConfidentialityStateError,
    InvalidConfidentialityError,
    UnknownGrantError,
)
from steward.contracts.confidentiality.models import Agreement, Grant
from steward.contracts.confidentiality.queries.agreements import (
    AgreementInfo,
    covered,
    covers,
    to_info,
)
from steward.contracts.staffing import api as staffing
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgreement:
    """A signed agreement: whose, when, which file; `valid_until` the first day it ends."""

    contract: str
    member_id: int
    signed_date: date
    file_id: int
    valid_until: date | None = None


@transaction.atomic
def file_agreement(new: NewAgreement, *, by: Actor, now: datetime) -> AgreementInfo:
    """Put an agreement on file, with the signed document; the same one twice is refused."""
    member = staffing.get_members([new.member_id]).get(new.member_id)
    if member is None or member.contract != new.contract:
        raise InvalidConfidentialityError("请选择本合同团队的人员", field="member")
    if new.signed_date > local_date(now):
        raise InvalidConfidentialityError("签署日期不能在将来", field="signed_date")
    if new.valid_until is not None and new.valid_until <= new.signed_date:
        raise InvalidConfidentialityError("有效期须晚于签署日期", field="valid_until")
    if Agreement.objects.filter(member_id=new.member_id, signed_date=new.signed_date).exists():
        raise ConfidentialityStateError(f"{member.name}{new.signed_date} 签署的协议已登记")
    file = files.get(new.file_id)
    row = Agreement.objects.create(
        contract=new.contract,
        member_id=new.member_id,
        file_id=new.file_id,
        signed_date=new.signed_date,
        valid_until=new.valid_until,
        recorded_at=now,
        recorded_by=by.label[:100],
    )
    files.attach(new.file_id, row.subject, by=by, now=now, purpose="保密协议")
    until = new.valid_until.isoformat() if new.valid_until else "长期"
    audit.record(
        "confidentiality.agreement_filed", row.subject, by=by, now=now,
        after={"member": member.name, "signed": row.signed_date, "until": until},
    )  # fmt: skip
    evidence.keep(
        evidence.Fact(
            contract=new.contract,
            kind="confidentiality.agreement",
            subject=member.subject,
            occurred_at=now,
            source="confidentiality",
            grade="D",
            blob_sha256=file.sha256,
            payload={
                "member": member.id,
                "name": member.name,
                "signed": row.signed_date.isoformat(),
                "until": until,
            },
        ),
        now=now,
    )
    return to_info(agreement_row(row.pk))


def agreement_row(agreement_id: int) -> Agreement:
    """One agreement, locked; UnknownGrantError when there is none."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("member", "file")
    row = rows.filter(pk=agreement_id).first()
    if row is None:
        raise UnknownGrantError("没有这份保密协议")
    return row


def require_agreement(member: staffing.MemberInfo, wanted: Period, *, known_at: datetime) -> str:
    """Empty when the person's agreements cover the time, else what is missing, in words."""
    periods = covered(member.id, as_of=known_at)
    if covers(periods, wanted):
        return ""
    if not periods:
        return f"{member.name}没有登记保密协议，请先签署并登记"
    return f"{member.name}的保密协议不能覆盖申请的时间，请先续签或缩短时间"


def uncovered_grants(member_id: int, *, now: datetime) -> list[int]:
    """A person's active grants whose remaining time no agreement covers."""
    periods = covered(member_id, as_of=now)
    rows = Grant.objects.filter(member_id=member_id, state="active", ends_at__gt=now)
    return [
        row.pk for row in rows if not covers(periods, Period(max(now, row.starts_at), row.ends_at))
    ]
