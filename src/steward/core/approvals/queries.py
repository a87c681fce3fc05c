from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from steward.core.approvals.choices import ApprovalState, Decision, StepState
from steward.core.approvals.definition import Definition, read_definition
from steward.core.approvals.models import (
    Approval,
    ApprovalStep,
    Assignment,
    Delegation,
    Flow,
    FlowVersion,
)
from steward.core.approvals.registry import purpose
from steward.core.calendars import api as calendars
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject


class UnknownFlowError(NotFoundError):
    """No flow of that code, or it is switched off."""

    code = "approvals.unknown_flow"


@dataclass(frozen=True, slots=True)
class ApprovalInfo:
    """An approval as other apps see it; `step` names where it stands, empty when finished."""

    id: int
    flow: str
    flow_name: str
    version: int
    title: str
    subject: Subject
    facts: dict[str, Any]
    state: str
    state_label: str
    step: str
    requested_by: str
    requested_by_id: int | None
    requested_at: datetime
    finished_at: datetime | None
    outcome: str

    @property
    def is_pending(self) -> bool:
        return self.state == ApprovalState.PENDING

    @property
    def url(self) -> str:
        return f"/approvals/{self.id}/"


def to_info(row: Approval) -> ApprovalInfo:
    active = row.steps.filter(state=StepState.ACTIVE).first()
    return ApprovalInfo(
        id=row.pk,
        flow=row.version.flow.code,
        flow_name=row.version.flow.name,
        version=row.version.number,
        title=row.title,
        subject=Subject(row.subject_kind, row.subject_key, row.subject_label),
        facts=row.facts,
        state=row.state,
        state_label=row.get_state_display(),
        step=active.name if active else "",
        requested_by=row.requested_by_label,
        requested_by_id=row.requested_by_id,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
    )


def _rows() -> QuerySet[Approval]:
    return Approval.objects.select_related("version__flow")


def get(approval_id: int) -> ApprovalInfo:
    """One approval; NotFoundError when there is none."""
    row = _rows().filter(pk=approval_id).first()
    if row is None:
        raise NotFoundError(f"没有编号为 {approval_id} 的审批")
    return to_info(row)


def of_subject(subject: Subject) -> list[ApprovalInfo]:
    """Approvals about one object, newest first."""
    rows = _rows().filter(subject_kind=subject.kind, subject_key=subject.key)
    return [to_info(row) for row in rows[:50]]


def speaks_for(user_id: int, now: datetime) -> set[int]:
    """The people in whose place this person may approve now: oneself, and whoever delegated."""
    given = delegations_in_force(now).filter(deputy_id=user_id)
    return {user_id, *given.values_list("user_id", flat=True)}


def delegations_in_force(now: datetime) -> QuerySet[Delegation]:
    return Delegation.objects.filter(from_at__lte=now, until_at__gt=now, ended_at=None)


def open_assignments(user_id: int, now: datetime) -> QuerySet[Assignment]:
    """What waits for this person, own and in the place of others; one's own requests never."""
    return Assignment.objects.filter(
        user_id__in=speaks_for(user_id, now),
        decision=Decision.PENDING,
        step__state=StepState.ACTIVE,
    )


def decidable(approval: Approval, user_id: int, now: datetime) -> QuerySet[Assignment]:
    """The person's open assignments in this approval, without those that self-approval forbids."""
    rows = open_assignments(user_id, now).filter(step__approval=approval)
    if approval.requested_by_id == user_id and not approval.version.definition.get("allow_self"):
        return rows.none()
    return rows


def pending_for(user_id: int, now: datetime) -> QuerySet[Approval]:
    """Approvals that wait for this person, longest first."""
    waiting = open_assignments(user_id, now).filter(step__approval=OuterRef("pk"))
    own = Q(requested_by_id=user_id) & ~Q(version__definition__allow_self=True)
    rows = _rows().filter(Exists(waiting), state=ApprovalState.PENDING)
    return rows.exclude(own).order_by("requested_at", "id")


def requested_by(user_id: int) -> QuerySet[Approval]:
    return _rows().filter(requested_by_id=user_id)


def handled_by(user_id: int) -> QuerySet[Approval]:
    """Approvals in which the person's say was given."""
    said = Assignment.objects.filter(
        step__approval=OuterRef("pk"),
        user_id=user_id,
        decision__in=(Decision.APPROVED, Decision.REJECTED),
    )
    return _rows().filter(Exists(said))


def visible_to(user: Any, now: datetime) -> QuerySet[Approval]:
    """Own requests, those one has or had a say in, and all with the permission to view all."""
    if user.has_perm("approvals.approval.view"):
        return _rows()
    involved = Assignment.objects.filter(
        step__approval=OuterRef("pk"), user_id__in=speaks_for(user.pk, now)
    )
    return _rows().filter(Q(requested_by_id=user.pk) | Exists(involved))


def ladder(approval: Approval) -> list[ApprovalStep]:
    """The steps with everybody's say, in two queries."""
    return list(approval.steps.prefetch_related("assignments__user"))


def flow_row(code: str) -> Flow:
    row = Flow.objects.filter(code=code).first()
    if row is None:
        raise UnknownFlowError(f"没有编码为“{code}”的审批流程，请先在“审批流程”页定义")
    return row


def newest_version(flow: Flow) -> FlowVersion:
    return flow.versions.order_by("-number")[0]


def definition_of(version: FlowVersion) -> Definition:
    """The steps of a version as they were defined."""
    return read_definition(
        version.definition,
        purpose=purpose(version.flow.purpose),
        calendars=[code for code, _ in calendars.all_calendars()],
        check=False,
    )
