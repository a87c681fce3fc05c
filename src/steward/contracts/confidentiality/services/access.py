"""Access: asked for, approved by the client, registered, expired or revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from steward.contracts.confidentiality.choices import AccessKind, GrantState, RequestState
from steward.contracts.confidentiality.errors import (
    ConfidentialityStateError,
    InvalidConfidentialityError,
    NoAgreementError,
    UnknownGrantError,
)
from steward.contracts.confidentiality.events import AccessEnded, AccessGranted
from steward.contracts.confidentiality.models import (
    AccessRequest,
    ConfidentialityFlowSeed,
    Grant,
)
from steward.contracts.confidentiality.queries.agreements import terms_on
from steward.contracts.confidentiality.queries.grants import due_grants
from steward.contracts.confidentiality.services.agreements import (
    require_agreement,
    uncovered_grants,
)
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.core.accounts import api as accounts
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.periods import Period

FLOW, PURPOSE = "confidentiality-access", "confidentiality.access"
APPROVE = "confidentiality.request.approve"
PLATFORM = Actor.system("保密")
LATE = timedelta(minutes=10)


@transaction.atomic
def seed_flow(*, now: datetime) -> None:
    """Lay the flow once: one step, whoever of the client may approve, never the requester."""
    _, created = ConfidentialityFlowSeed.objects.get_or_create(code=FLOW)
    if not created:
        return
    approvers = [{"kind": "holders", "permission": APPROVE}]
    approvals.define_flow(
        FLOW,
        "数据与系统访问审批",
        {
            "allow_self": False,
            "steps": [{"name": "甲方批准", "approvers": approvers, "mode": "any"}],
        },
        purpose_code=PURPOSE,
        by=Actor.system(),
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDraft:
    """Who wants what opened, for which purpose and scope, in [starts_at, ends_at).

    `watcher_id` is the account of whoever watches (needed for the kinds that the contract has
    watched); `extends_id` the grant that this one goes on from.
    """

    contract: str
    member_id: int
    kind: str
    target: str
    purpose: str
    scope: str
    starts_at: datetime
    ends_at: datetime
    watcher_id: int | None = None
    extends_id: int | None = None


@transaction.atomic
def request_access(draft: AccessDraft, *, by: Actor, now: datetime) -> int:
    """File a request and start the client's approval; returns its id.

    InvalidConfidentialityError; NoAgreementError for whoever has no agreement over the time asked
    for; ConfidentialityStateError when the same is waiting already.
    """
    member = _member(draft, now=now)
    _check(draft, now=now)
    _check_watch(draft, member, now=now)
    missing = require_agreement(member, Period(draft.starts_at, draft.ends_at), known_at=now)
    if missing:
        raise NoAgreementError(missing)
    row = AccessRequest.objects.create(
        number=desk.next_number("CFD", now=now),
        contract=draft.contract,
        member_id=member.id,
        kind=draft.kind,
        target=draft.target.strip(),
        purpose=draft.purpose.strip(),
        scope=draft.scope.strip(),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        watcher_id=draft.watcher_id,
        extends_id=draft.extends_id,
        state=RequestState.SUBMITTED,
        requested_by_id=by.user_id,
        requested_by=by.label[:100],
        requested_at=now,
    )
    audit.record(
        "confidentiality.requested", row.subject, by=by, now=now, reason=row.purpose,
        after={"member": member.name, "from": row.starts_at, "to": row.ends_at},
    )  # fmt: skip
    started = approvals.start(
        FLOW,
        row.subject,
        {"contract": row.contract, "kind": row.kind},
        title=f"{row.number} {member.name}申请{row.get_kind_display()}：{row.target}",
        body=f"用途：{row.purpose}\n范围：{row.scope}",
        organization_id=packs.get(row.contract).client_organization_id,
        by=by,
        now=now,
    )
    row.approval_id = started.id
    row.save(update_fields=["approval_id"])
    return row.pk


def _member(draft: AccessDraft, *, now: datetime) -> staffing.MemberInfo:
    member = staffing.get_members([draft.member_id]).get(draft.member_id)
    if member is None or member.contract != draft.contract:
        raise InvalidConfidentialityError("请选择本合同团队的人员", field="member")
    if not member.is_there(local_date(now)):
        raise InvalidConfidentialityError(f"{member.name}现在不在团队中", field="member")
    return member


def _check(draft: AccessDraft, *, now: datetime) -> None:
    if draft.kind not in AccessKind.values:
        raise InvalidConfidentialityError(f"没有名为“{draft.kind}”的访问种类", field="kind")
    for name, label in (("target", "对象"), ("purpose", "用途"), ("scope", "范围")):
        if not getattr(draft, name).strip():
            raise InvalidConfidentialityError(f"请填写{label}", field=name)
    _check_times(draft, now=now)
    waiting = AccessRequest.objects.filter(
        member_id=draft.member_id,
        kind=draft.kind,
        target=draft.target.strip(),
        state=RequestState.SUBMITTED,
    ).first()
    if waiting is not None:
        raise ConfidentialityStateError(f"{waiting.number} 已申请同样的访问，正待甲方批准")
    if draft.extends_id is not None:
        known = Grant.objects.filter(
            pk=draft.extends_id, contract=draft.contract, member_id=draft.member_id
        )
        if not known.exists():
            raise UnknownGrantError("没有要延长的授权")


def _check_times(draft: AccessDraft, *, now: datetime) -> None:
    if draft.ends_at <= draft.starts_at:
        raise InvalidConfidentialityError("结束时间须晚于开始时间", field="ends_at")
    if draft.starts_at < now - LATE:
        raise InvalidConfidentialityError("开始时间已经过去", field="starts_at")
    info = packs.get(draft.contract)
    if draft.ends_at > info.end:
        raise InvalidConfidentialityError(
            f"结束时间不能超过合同结束日 {info.end_date}", field="ends_at"
        )
    terms = terms_on(draft.contract, at=now)
    longest = terms.grants.longest_days if terms and terms.grants else None
    if longest is not None and draft.ends_at - draft.starts_at > timedelta(days=longest):
        raise InvalidConfidentialityError(f"一次最多申请 {longest} 天", field="ends_at")


def _check_watch(draft: AccessDraft, member: staffing.MemberInfo, *, now: datetime) -> None:
    terms = terms_on(draft.contract, at=now)
    watched = terms.grants.watched if terms and terms.grants else (AccessKind.REMOTE.value,)
    if draft.watcher_id is None:
        if draft.kind in watched:
            label = AccessKind(draft.kind).label
            raise InvalidConfidentialityError(f"{label}须指定监督人", field="watcher")
        return
    if accounts.get_user(draft.watcher_id) is None:
        raise InvalidConfidentialityError("没有这个监督人账号", field="watcher")
    if draft.watcher_id == member.user_id:
        raise InvalidConfidentialityError("监督人不能是本人", field="watcher")


@transaction.atomic
def take_decision(request_id: int, *, to: RequestState, now: datetime) -> int | None:
    """What the approval said; approved, the access is registered. Returns the grant's id.

    Saying it again changes nothing. Approved too late, or when the person left or lost the
    agreement in between, the request fails in words.
    """
    row = AccessRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if row.state != RequestState.SUBMITTED:
        return None
    row.state, row.decided_at = to, now
    made = _grant(row, now=now) if to == RequestState.APPROVED else None
    row.save(update_fields=["state", "decided_at", "result"])
    audit.record(
        "confidentiality.decided", row.subject, by=Actor.system("审批"), now=now,
        reason=row.result, after={"state": row.get_state_display()},
    )  # fmt: skip
    return made.pk if made else None


def _grant(row: AccessRequest, *, now: datetime) -> Grant | None:
    member = staffing.get_members([row.member_id])[row.member_id]
    starts = max(row.starts_at, now)
    row.result = _why_not(row, member, starts=starts, now=now)
    if row.result:
        row.state = RequestState.FAILED
        return None
    made = Grant.objects.create(
        request=row,
        contract=row.contract,
        member_id=row.member_id,
        kind=row.kind,
        target=row.target,
        starts_at=starts,
        ends_at=row.ends_at,
        watcher_id=row.watcher_id,
        granted_at=now,
    )
    jobs.publish(AccessGranted(made.contract, made.pk, made.starts_at, made.ends_at), now=now)
    _keep(made, "confidentiality.granted", now=now)
    return made


def _why_not(
    row: AccessRequest, member: staffing.MemberInfo, *, starts: datetime, now: datetime
) -> str:
    if row.ends_at <= starts:
        return "批准时申请的时间已过，请重新申请"
    if not member.is_there(local_date(now)):
        return f"{member.name}已离场，不再授权"
    return require_agreement(member, Period(starts, row.ends_at), known_at=now)


def _keep(grant: Grant, kind: str, *, now: datetime) -> None:
    evidence.keep(
        evidence.Fact(
            contract=grant.contract,
            kind=kind,
            subject=grant.subject,
            occurred_at=now,
            source="confidentiality",
            grade="A",
            payload={
                "grant": grant.pk,
                "request": grant.request.number,
                "approval": grant.request.approval_id,
                "member": grant.member_id,
                "kind": grant.kind,
                "target": grant.target,
                "from": grant.starts_at.isoformat(),
                "to": grant.ends_at.isoformat(),
                "state": grant.state,
                "reason": grant.close_reason,
            },
        ),
        now=now,
    )


def expire_due(*, now: datetime) -> int:
    """Close every grant whose time is over, each exactly once; how many were closed."""
    return sum(_expire(grant_id, now=now) for grant_id in due_grants(now))


@transaction.atomic
def _expire(grant_id: int, *, now: datetime) -> bool:
    rows = Grant.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(pk=grant_id, state=GrantState.ACTIVE, ends_at__lte=now).first()
    if row is None:
        return False
    row.state, row.closed_at, row.closed_by = GrantState.EXPIRED, row.ends_at, PLATFORM.label
    _close(row, by=PLATFORM, now=now)
    return True


@transaction.atomic
def revoke(grant_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """End an access early, with a reason."""
    row = Grant.objects.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if row is None:
        raise UnknownGrantError("没有这项授权")
    if not reason.strip():
        raise InvalidConfidentialityError("请填写撤销原因", field="reason")
    if row.state != GrantState.ACTIVE or row.ends_at <= now:
        words = row.get_state_display() if row.state != GrantState.ACTIVE else "已到期"
        raise ConfidentialityStateError(f"授权{words}，不能再撤销")
    row.state, row.closed_at, row.closed_by = GrantState.REVOKED, now, by.label[:100]
    row.close_reason = reason.strip()[:200]
    _close(row, by=by, now=now)


def _close(row: Grant, *, by: Actor, now: datetime) -> None:
    row.save(update_fields=["state", "closed_at", "closed_by", "close_reason"])
    audit.record(
        "confidentiality.ended", row.subject, by=by, now=now, reason=row.close_reason,
        after={"state": row.get_state_display()},
    )  # fmt: skip
    revoked = row.state == GrantState.REVOKED
    jobs.publish(AccessEnded(row.contract, row.pk, revoked, row.closed_at or now), now=now)
    _keep(row, "confidentiality.ended", now=now)


@transaction.atomic
def revoke_of_member(member_id: int, *, reason: str, now: datetime) -> int:
    """End whatever somebody could still open; how many grants that were."""
    rows = Grant.objects.filter(member_id=member_id, state=GrantState.ACTIVE, ends_at__gt=now)
    ids = list(rows.values_list("pk", flat=True))
    for grant_id in ids:
        revoke(grant_id, reason=reason, by=PLATFORM, now=now)
    return len(ids)


@transaction.atomic
def revoke_uncovered(member_id: int, *, now: datetime) -> int:
    """End somebody's access that no agreement covers any more; how many grants that were."""
    ids = uncovered_grants(member_id, now=now)
    for grant_id in ids:
        revoke(grant_id, reason="保密协议不再覆盖授权时间", by=PLATFORM, now=now)
    return len(ids)
