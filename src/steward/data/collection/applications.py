"""Applications for provincial return-flow and municipal data, decided by approval (K11.1, K11.2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.data.collection.choices import ApplicationState, Origin
from steward.data.collection.models import Application
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError
from steward.kernel.instants import local_date

FLOW = "collection-application"
PURPOSE = "collection.application"


class InvalidApplicationError(InvalidError):
    """An application with something missing."""

    code = "collection.invalid_application"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDraft:
    """What is asked for, by whom, what for and on what ground."""

    origin: str
    title: str
    items: str
    purpose: str
    document: str
    organization_id: int
    contract: str = ""
    valid_until: date | None = None


def seed_flow(*, now: datetime) -> None:
    """Lay the approval flow once: one step, any holder of the permission, never the applicant."""
    approvers = [{"kind": "holders", "permission": "collection.application.approve"}]
    step = {"name": "审批", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW, "数据申请审批", {"allow_self": False, "steps": [step]}, purpose_code=PURPOSE, now=now
    )


@transaction.atomic
def submit_application(draft: ApplicationDraft, *, by: Actor, now: datetime) -> Application:
    """File an application and start its approval. InvalidApplicationError names what is missing."""
    for name, label in (("title", "数据名称"), ("items", "所需数据项"), ("purpose", "用途"),
                        ("document", "依据")):  # fmt: skip
        if not str(getattr(draft, name)).strip():
            raise InvalidApplicationError(f"请填写{label}", field=name)
    if draft.origin not in (Origin.PROVINCE, Origin.CITY):
        raise InvalidApplicationError("本地数据不需要申请，请直接建立归集任务", field="origin")
    if draft.valid_until is not None and draft.valid_until < local_date(now):
        raise InvalidApplicationError("使用期限已过", field="valid_until")
    organizations.get(draft.organization_id)
    row = Application.objects.create(
        state=ApplicationState.SUBMITTED,
        requested_by_id=by.user_id,
        requested_by=by.label,
        requested_at=now,
        **{name: getattr(draft, name) for name in ApplicationDraft.__slots__},
    )
    audit.record("collection.applied", row.subject, by=by, now=now)
    started = approvals.start(
        FLOW,
        row.subject,
        {"origin": row.origin},
        title=f"数据申请 {row.number}：{row.title}",
        body=f"用途：{row.purpose}\n数据项：{row.items}\n依据：{row.document}",
        organization_id=row.organization_id,
        by=by,
        now=now,
    )
    row.approval_id = started.id
    row.save(update_fields=["approval_id"])
    return row


@transaction.atomic
def take_decision(application_id: int, *, approved: bool, now: datetime) -> None:
    """What the approval said; a decided application stays as it is."""
    row = Application.objects.select_for_update().get(pk=application_id)
    if row.state != ApplicationState.SUBMITTED:
        return
    row.state = ApplicationState.APPROVED if approved else ApplicationState.REJECTED
    row.decided_at = now
    row.save(update_fields=["state", "decided_at"])
