"""Agreements, access and hand-back for tests: rows by factories, the rest by the services."""

from datetime import date, timedelta

import factory

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.models import (
    AccessRequest,
    Agreement,
    ConfidentialityFlowSeed,
    Grant,
    HandbackItem,
    HandbackList,
    UseEntry,
    UseWitness,
)
from steward.core.approvals import api as approvals
from steward.core.files import api as files
from steward.kernel.actors import Actor
from tests.factories.accounts import user_with
from tests.factories.staffing import CONTRACT, SINCE, TODAY, MemberFactory
from tests.support import NOW, SYSTEM, drain_jobs

WEEK = timedelta(days=7)


def stored(name: str = "保密协议.pdf", content: bytes = b"%PDF-1.4 signed") -> int:
    """The id of a kept file."""
    return files.store(content, name, by=SYSTEM, now=NOW).id


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    contract = CONTRACT
    member = factory.SubFactory(MemberFactory)
    file_id = factory.LazyFunction(stored)
    signed_date = SINCE
    recorded_at = NOW
    recorded_by = "项目经理"


class AccessRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccessRequest

    number = factory.Sequence(lambda n: f"CFD-2026-{n:05d}")
    contract = CONTRACT
    member = factory.SubFactory(MemberFactory)
    kind = "database"
    target = factory.Sequence(lambda n: f"共享库{n}")
    purpose = "排查"
    scope = "只读"
    starts_at = NOW
    ends_at = NOW + WEEK
    state = "approved"
    requested_by = "申请人"
    requested_at = NOW


class GrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Grant

    request = factory.SubFactory(AccessRequestFactory)
    contract = CONTRACT
    member = factory.SelfAttribute("request.member")
    kind = factory.SelfAttribute("request.kind")
    target = factory.SelfAttribute("request.target")
    starts_at = NOW
    ends_at = NOW + WEEK
    granted_at = NOW


class UseEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UseEntry

    grant = factory.SubFactory(GrantFactory)
    started_at = NOW
    ended_at = NOW
    action = "查询日志"
    from_where = "运维终端 01"
    recorded_at = NOW
    recorded_by = "本人"


class UseWitnessFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UseWitness

    use = factory.SubFactory(UseEntryFactory)
    at = NOW
    by = "监督人"


class HandbackItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HandbackItem

    contract = CONTRACT
    kind = "document"
    name = factory.Sequence(lambda n: f"网络拓扑图{n}")
    given_date = TODAY
    recorded_at = NOW
    recorded_by = "甲方"


class HandbackListFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HandbackList

    contract = factory.Sequence(lambda n: f"contract-{n}")


class ConfidentialityFlowSeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConfidentialityFlowSeed

    code = factory.Sequence(lambda n: f"flow-{n}")


def sign(member_id: int, *, until: date | None = None, signed: date = SINCE):
    """A person's agreement on file."""
    new = confidentiality.NewAgreement(
        contract=CONTRACT,
        member_id=member_id,
        signed_date=signed,
        valid_until=until,
        file_id=stored(),
    )
    return confidentiality.file_agreement(new, by=SYSTEM, now=NOW)


def draft(member_id: int, **fields: object) -> confidentiality.AccessDraft:
    """A complete request for a week of a database."""
    values = {
        "contract": CONTRACT,
        "member_id": member_id,
        "kind": "database",
        "target": "共享交换库",
        "purpose": "排查同步失败",
        "scope": "t_sync 三张表，只读",
        "starts_at": NOW,
        "ends_at": NOW + WEEK,
    }
    return confidentiality.AccessDraft(**(values | fields))


def approver() -> Actor:
    """Somebody of the client who approves access."""
    user = user_with("confidentiality.request.approve")
    return Actor(user.pk, user.name)


def decide(request_id: int, owner: Actor, *, approve: bool = True, now=NOW) -> AccessRequest:
    """The client's word on a request, and what came of it."""
    row = AccessRequest.objects.get(pk=request_id)
    approvals.decide(row.approval_id, approve=approve, comment="看过", by=owner, now=now)
    drain_jobs()
    return AccessRequest.objects.get(pk=request_id)


def granted(member_id: int, **fields: object) -> Grant:
    """An access that was asked for and approved."""
    owner = approver()
    asked = confidentiality.request_access(draft(member_id, **fields), by=SYSTEM, now=NOW)
    return decide(asked, owner).grant
