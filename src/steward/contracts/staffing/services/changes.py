"""Changes of people: asked for or stated, approved by the client, in effect from a date."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import ChangeReason, ChangeState
from steward.contracts.staffing.errors import InvalidStaffingError, StaffingStateError
from steward.contracts.staffing.events import TeamChanged
from steward.contracts.staffing.models import Member, StaffingFlowSeed, TeamChange
from steward.contracts.staffing.queries.changes import ChangeInfo, due_changes, to_change
from steward.contracts.staffing.queries.team import terms_on
from steward.contracts.staffing.services.team import (
    NewMember,
    end_membership,
    enter,
    lock_contract,
    locked,
    position_of,
)
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import at_local, local_date

FLOW, PURPOSE, APPROVE = "staffing-change", "staffing.change", "staffing.change.approve"
PLATFORM = Actor.system("驻场团队")
ONE_DAY = timedelta(days=1)


@transaction.atomic
def seed_flow(*, now: datetime) -> None:
    """Lay the flow once: one step, whoever of the client may approve, never the requester."""
    _, created = StaffingFlowSeed.objects.get_or_create(code=FLOW)
    if not created:
        return
    approvers = [{"kind": "holders", "permission": APPROVE}]
    approvals.define_flow(
        FLOW,
        "关键人员变更审批",
        {
            "allow_self": False,
            "steps": [{"name": "甲方同意", "approvers": approvers, "mode": "any"}],
        },
        purpose_code=PURPOSE,
        by=Actor.system(),
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """The person who comes; they join on the day the change takes effect."""

    name: str
    position: str = ""
    position_title: str = ""
    qualification: str = ""
    is_on_site: bool = True
    is_key: bool = False
    weekdays: str = "12345"
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDraft:
    """Who leaves (a member's id), who comes, or both; from `effective_date` on."""

    contract: str
    reason_kind: str
    reason: str
    effective_date: date
    leaving_id: int | None = None
    incoming: Incoming | None = None
    handover_plan: str = ""


@transaction.atomic
def request_change(draft: ChangeDraft, *, by: Actor, now: datetime) -> ChangeInfo:
    """File a change of people.

    A key person's (or, where the contract says so, anybody's) waits for the client's approval;
    any other is a statement that takes effect on its date. InvalidStaffingError,
    StaffingStateError when the person is in another open change.
    """
    lock_contract(draft.contract)
    leaving = _leaving(draft)
    _check(draft, leaving)
    needs = _needs_approval(draft, leaving, now=now)
    if needs:
        _check_complete(draft, leaving)
    _refuse_twice(draft, leaving)
    row = TeamChange.objects.create(
        number=desk.next_number("STF", now=now),
        contract=draft.contract,
        leaving=leaving,
        incoming=_plain(draft, now=now),
        reason_kind=draft.reason_kind,
        reason=draft.reason.strip(),
        handover_plan=draft.handover_plan.strip(),
        needs_approval=needs,
        is_short_notice=_is_short(draft, now=now),
        effective_date=draft.effective_date,
        state=ChangeState.SUBMITTED if needs else ChangeState.ACCEPTED,
        requested_by_id=by.user_id,
        requested_by=by.label[:100],
        requested_at=now,
    )
    audit.record(
        "staffing.change_requested", row.subject, by=by, now=now, reason=row.reason,
        after={"effective": row.effective_date, "how": "提请甲方同意" if needs else "提交变更说明"},
    )  # fmt: skip
    if needs:
        _start_approval(row, by=by, now=now)
    elif row.effective_date <= local_date(now):
        return apply_change(row.pk, now=now)
    return to_change(row)


def _leaving(draft: ChangeDraft) -> Member | None:
    if draft.leaving_id is None:
        return None
    row = locked(draft.leaving_id)
    if row.contract != draft.contract:
        raise InvalidStaffingError("离开人员不在本合同的团队中", field="leaving")
    if row.left_date is not None:
        raise StaffingStateError(f"“{row.name}”已于 {row.left_date} 离场")
    return row


def _check(draft: ChangeDraft, leaving: Member | None) -> None:
    if leaving is None and draft.incoming is None:
        raise InvalidStaffingError("请至少填写离开人员或接替人员之一")
    if draft.reason_kind not in ChangeReason.values:
        raise InvalidStaffingError(f"没有名为“{draft.reason_kind}”的原因", field="reason_kind")
    if not draft.reason.strip():
        raise InvalidStaffingError("请填写变更原因", field="reason")
    if draft.incoming is not None and not draft.incoming.name.strip():
        raise InvalidStaffingError("请填写接替人员姓名", field="incoming_name")
    info = packs.get(draft.contract)
    if not info.start_date <= draft.effective_date < info.end_date:
        raise InvalidStaffingError(
            f"生效日期须在合同期内（{info.start_date} 至 {info.end_date - ONE_DAY}）",
            field="effective_date",
        )
    if leaving is not None and draft.effective_date < leaving.joined_date:
        raise InvalidStaffingError("生效日期早于离开人员的进场日期", field="effective_date")


def _needs_approval(draft: ChangeDraft, leaving: Member | None, *, now: datetime) -> bool:
    terms = terms_on(draft.contract, draft.effective_date, known_at=now).staffing
    if terms is not None and terms.changes is not None and terms.changes.approval == "all":
        return True
    if leaving is not None and leaving.is_key:
        return True
    coming = draft.incoming
    if coming is None:
        return False
    position = position_of(_as_member(draft, coming), known_at=now)
    return coming.is_key or (position is not None and position.key)


def _check_complete(draft: ChangeDraft, leaving: Member | None) -> None:
    """What the client needs to decide: the hand-over, and what the new person can do."""
    if leaving is not None and not draft.handover_plan.strip():
        raise InvalidStaffingError("须甲方同意的变更请填写交接安排", field="handover_plan")
    if draft.incoming is not None and not draft.incoming.qualification.strip():
        raise InvalidStaffingError(
            "须甲方同意的变更请填写接替人员资质", field="incoming_qualification"
        )


def _refuse_twice(draft: ChangeDraft, leaving: Member | None) -> None:
    waiting = TeamChange.objects.filter(
        contract=draft.contract, state__in=(ChangeState.SUBMITTED, ChangeState.ACCEPTED)
    )
    if leaving is not None:
        same = waiting.filter(leaving=leaving).first()
    else:
        name = draft.incoming.name.strip() if draft.incoming else ""
        same = waiting.filter(leaving=None, incoming__name=name).first()
    if same is not None:
        raise StaffingStateError(f"{same.number} 已提出这项变更，现为“{same.get_state_display()}”")


def _plain(draft: ChangeDraft, *, now: datetime) -> dict[str, Any] | None:
    if draft.incoming is None:
        return None
    position = position_of(_as_member(draft, draft.incoming), known_at=now)
    plain = asdict(draft.incoming) | {"name": draft.incoming.name.strip()}
    if position is not None:
        plain["position_title"] = position.title
    return plain


def _as_member(draft: ChangeDraft, coming: Incoming) -> NewMember:
    return NewMember(contract=draft.contract, joined_date=draft.effective_date, **asdict(coming))


def _is_short(draft: ChangeDraft, *, now: datetime) -> bool:
    terms = terms_on(draft.contract, draft.effective_date, known_at=now).staffing
    ahead = terms.changes.notice_days if terms and terms.changes else None
    return ahead is not None and (draft.effective_date - local_date(now)).days < ahead


def _start_approval(row: TeamChange, *, by: Actor, now: datetime) -> None:
    started = approvals.start(
        FLOW,
        row.subject,
        {"contract": row.contract, "reason_kind": row.reason_kind},
        title=f"人员变更 {row.number}：{to_change(row).title}",
        body=f"{row.reason}\n交接安排：{row.handover_plan or '无'}",
        organization_id=packs.get(row.contract).client_organization_id,
        by=by,
        now=now,
    )
    row.approval_id = started.id
    row.save(update_fields=["approval_id"])


@transaction.atomic
def take_decision(change_id: int, *, to: ChangeState, now: datetime) -> ChangeInfo:
    """What the approval said (accepted, rejected, withdrawn); saying it again changes nothing.

    Approved after its date, a change takes effect on the day of the approval.
    """
    row = TeamChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if row.state != ChangeState.SUBMITTED:
        return to_change(row)
    row.state, row.decided_at = to, now
    if to == ChangeState.ACCEPTED:
        row.effective_date = max(row.effective_date, local_date(now))
    row.save(update_fields=["state", "decided_at", "effective_date"])
    audit.record(
        "staffing.change_decided", row.subject, by=Actor.system("审批"), now=now,
        after={"state": row.get_state_display(), "effective": row.effective_date},
    )  # fmt: skip
    _keep(row, "staffing.change_decided", now=now)
    if to == ChangeState.ACCEPTED and row.effective_date <= local_date(now):
        return apply_change(row.pk, now=now)
    return to_change(row)


def apply_due(*, now: datetime) -> int:
    """Let every accepted change whose day has come take effect; how many did."""
    done = 0
    for change_id in due_changes(now):
        done += apply_change(change_id, now=now).state == ChangeState.APPLIED
    return done


@transaction.atomic
def apply_change(change_id: int, *, now: datetime) -> ChangeInfo:
    """Who leaves is gone and who comes is there from the effective date; once only.

    What can not be done any more fails with the reason, and changes nobody.
    """
    row = TeamChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if row.state != ChangeState.ACCEPTED or row.effective_date > local_date(now):
        return to_change(row)
    try:
        with transaction.atomic():
            _carry_out(row, now=now)
    except StewardError as error:
        row.state, row.result = ChangeState.FAILED, error.message
    else:
        row.state, row.applied_at = ChangeState.APPLIED, now
        jobs.publish(TeamChanged(row.contract, row.pk, at_local(row.effective_date)), now=now)
    row.save(update_fields=["state", "applied_at", "result", "successor"])
    audit.record(
        "staffing.change_applied", row.subject, by=PLATFORM, now=now, reason=row.result,
        after={"state": row.get_state_display()},
    )  # fmt: skip
    _keep(row, "staffing.change_applied", now=now)
    return to_change(row)


def _carry_out(row: TeamChange, *, now: datetime) -> None:
    if row.leaving_id is not None:
        leaving = locked(row.leaving_id)
        if leaving.left_date is None:
            end_membership(
                leaving.pk,
                left_date=row.effective_date,
                reason_kind=row.reason_kind,
                by=PLATFORM,
                now=now,
            )
    if row.incoming is not None:
        new = NewMember(contract=row.contract, joined_date=row.effective_date, **row.incoming)
        row.successor_id = enter(new, by=PLATFORM, now=now).id


def _keep(row: TeamChange, kind: str, *, now: datetime) -> None:
    info = to_change(row)
    evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind=kind,
            subject=row.subject,
            occurred_at=now,
            source="staffing",
            grade="A" if row.needs_approval else "D",
            payload={
                "number": row.number,
                "leaving": info.leaving,
                "incoming": info.incoming,
                "reason": row.reason,
                "reason_kind": row.reason_kind,
                "effective": row.effective_date.isoformat(),
                "approval": row.approval_id,
                "state": row.state,
            },
        ),
        now=now,
    )
