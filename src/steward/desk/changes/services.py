from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.accounts import api as accounts
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.desk.changes.choices import (
    AccessAction,
    AccessState,
    Category,
    ChangeState,
    RecordKind,
    Risk,
)
from steward.desk.changes.models import AccessChange, Change, ChangeRecord, FlowSeed
from steward.desk.changes.queries import AccessChangeInfo, ChangeInfo, to_access_info, to_info
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError, NotFoundError, StewardError
from steward.operations.monitoring import api as monitoring

CHANGE_FLOW = "desk-change"
ACCESS_FLOW = "desk-access"
APPROVED = Actor.system("审批")


_FLOWS = (
    (CHANGE_FLOW, "变更审批", "desk.change", "changes.change.approve"),
    (ACCESS_FLOW, "组织与权限变更审批", "desk.access", "changes.access.approve"),
)


@transaction.atomic
def seed_flows(*, now: datetime) -> None:
    """Lay each flow once: one step, any holder of the permission, never the requester."""
    for code, name, purpose, permission in _FLOWS:
        _, created = FlowSeed.objects.get_or_create(code=code)
        if not created:
            continue
        approvers = [{"kind": "holders", "permission": permission}]
        step = {"name": "审批", "approvers": approvers, "mode": "any"}
        approvals.define_flow(
            code,
            name,
            {"allow_self": False, "steps": [step]},
            purpose_code=purpose,
            by=Actor.system(),
            now=now,
        )


class InvalidChangeError(InvalidError):
    """A change request with something missing or wrong."""

    code = "changes.invalid"


class ChangeStateError(ConflictError):
    """The change is not in a state that allows the action."""

    code = "changes.state"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDraft:
    """What K6 asks of a major configuration change; the window is [window_start, window_end)."""

    title: str
    category: str
    content: str
    risk: str
    risk_analysis: str
    rollback_plan: str
    feasibility: str
    resources: str
    window_start: datetime
    window_end: datetime
    contract: str = ""
    organization_id: int | None = None
    item_id: int | None = None
    ticket_id: int | None = None


NEEDED = {
    "title": "标题",
    "content": "变更内容",
    "risk_analysis": "风险分析",
    "rollback_plan": "回退方案",
    "feasibility": "可行性",
    "resources": "所需资源",
}


@transaction.atomic
def submit_change(draft: ChangeDraft, *, by: Actor, now: datetime) -> ChangeInfo:
    """File a change and start its approval (flow `desk-change`).

    InvalidChangeError names what is missing; approvals' errors when nobody can approve.
    """
    row = _filed(draft, state=ChangeState.SUBMITTED, by=by, now=now)
    started = approvals.start(
        CHANGE_FLOW,
        row.subject,
        {"risk": row.risk, "category": row.category, "contract": row.contract},
        title=f"变更 {row.number}：{row.title}",
        body=row.content,
        organization_id=row.organization_id,
        by=by,
        now=now,
    )
    row.approval_id = started.id
    row.save(update_fields=["approval_id"])
    return to_info(row)


def _filed(draft: ChangeDraft, *, state: str, by: Actor, now: datetime) -> Change:
    _check(draft)
    values = {name: getattr(draft, name) for name in ChangeDraft.__slots__}
    row = Change.objects.create(
        number=desk.next_number("CHG", now=now),
        state=state,
        requested_by_id=by.user_id,
        requested_by=by.label[:100],
        requested_at=now,
        **values,
    )
    audit.record("changes.submitted", row.subject, by=by, now=now, after={"risk": row.risk})
    if row.ticket_id is not None:
        desk.link_subject(row.ticket_id, subject=row.subject, by=by, now=now, words="关联变更")
    return row


def _check(draft: ChangeDraft) -> None:
    for name, label in NEEDED.items():
        if not getattr(draft, name).strip():
            raise InvalidChangeError(f"请填写{label}", field=name)
    if draft.category not in Category.values:
        raise InvalidChangeError(f"没有名为“{draft.category}”的变更对象")
    if draft.risk not in Risk.values:
        raise InvalidChangeError(f"没有名为“{draft.risk}”的风险等级")
    if draft.window_end <= draft.window_start:
        raise InvalidChangeError("窗口的结束须晚于开始", field="window_end")


@transaction.atomic
def register_executed(draft: ChangeDraft, *, record: str, by: Actor, now: datetime) -> ChangeInfo:
    """Own up to a change that was executed without an approval; the assessment counts it."""
    if draft.window_end > now:
        raise InvalidChangeError("补登记只用于已经执行的变更，窗口须已结束", field="window_end")
    row = _filed(draft, state=ChangeState.DONE, by=by, now=now)
    row.started_at, row.finished_at = draft.window_start, draft.window_end
    row.save(update_fields=["started_at", "finished_at"])
    _write(row, RecordKind.EXECUTION, record, by=by, now=now)
    return to_info(row)


def _locked(change_id: int) -> Change:
    row = Change.objects.select_for_update(no_key=True).filter(pk=change_id).first()
    if row is None:
        raise NotFoundError("没有这个变更")
    return row


def _demand(row: Change, state: str, action: str) -> None:
    if row.state != state:
        raise ChangeStateError(f"变更 {row.number} 现为“{row.get_state_display()}”，不能{action}")


@transaction.atomic
def take_decision(change_id: int, *, approved: bool, now: datetime) -> ChangeInfo:
    """What the approval said; saying it again changes nothing."""
    row = _locked(change_id)
    if row.state != ChangeState.SUBMITTED:
        return to_info(row)
    row.state = ChangeState.APPROVED if approved else ChangeState.REJECTED
    row.decided_at = now
    row.approved_at = now if approved else None
    row.save(update_fields=["state", "decided_at", "approved_at"])
    audit.record(
        "changes.decided",
        row.subject,
        by=APPROVED,
        now=now,
        after={"state": row.get_state_display()},
    )
    return to_info(row)


@transaction.atomic
def open_window(change_id: int, *, by: Actor, now: datetime) -> ChangeInfo:
    """Announce the approved window to monitoring, so that planned down time does not count.

    Confirmed by a person other than the requester, before the window begins.
    """
    row = _locked(change_id)
    _demand(row, ChangeState.APPROVED, "安排维护窗口")
    if row.maintenance_id is not None:
        raise ChangeStateError("维护窗口已经安排")
    if row.item_id is None:
        raise InvalidChangeError("变更没有指明配置项，不能安排维护窗口")
    if by.user_id is None:
        raise InvalidChangeError("维护窗口须由人确认")
    row.maintenance_id = monitoring.open_maintenance(
        monitoring.Targets(item_ids=[row.item_id]),
        row.window_start,
        row.window_end,
        grounds=monitoring.Grounds(reason=f"变更 {row.number} {row.title}", document=row.number),
        approved_by=by.user_id,
        by=Actor(row.requested_by_id, row.requested_by),
        now=now,
    )
    row.save(update_fields=["maintenance_id"])
    audit.record("changes.window", row.subject, by=by, now=now)
    return to_info(row)


@transaction.atomic
def start_change(change_id: int, *, by: Actor, now: datetime) -> ChangeInfo:
    """Begin executing an approved change."""
    row = _locked(change_id)
    _demand(row, ChangeState.APPROVED, "开始执行")
    row.state, row.started_at = ChangeState.EXECUTING, now
    row.save(update_fields=["state", "started_at"])
    audit.record("changes.started", row.subject, by=by, now=now)
    return to_info(row)


@transaction.atomic
def finish_change(change_id: int, *, record: str, by: Actor, now: datetime) -> ChangeInfo:
    """End an execution with its record."""
    row = _locked(change_id)
    _demand(row, ChangeState.EXECUTING, "完成")
    _write(row, RecordKind.EXECUTION, record, by=by, now=now)
    return _finish(row, ChangeState.DONE, now=now)


@transaction.atomic
def roll_back(change_id: int, *, record: str, by: Actor, now: datetime) -> ChangeInfo:
    """End an execution by rolling it back, with the record of that."""
    row = _locked(change_id)
    _demand(row, ChangeState.EXECUTING, "回退")
    _write(row, RecordKind.ROLLBACK, record, by=by, now=now)
    return _finish(row, ChangeState.ROLLED_BACK, now=now)


def _finish(row: Change, state: ChangeState, *, now: datetime) -> ChangeInfo:
    row.state, row.finished_at = state, now
    row.save(update_fields=["state", "finished_at"])
    return to_info(row)


def _write(row: Change, kind: RecordKind, record: str, *, by: Actor, now: datetime) -> None:
    if not record.strip():
        raise InvalidChangeError(f"请填写{kind.label}", field="record")
    ChangeRecord.objects.create(
        change=row,
        kind=kind,
        text=record.strip(),
        is_successful=kind == RecordKind.EXECUTION,
        at=now,
        actor_id=by.user_id,
        actor_label=by.label[:100],
    )
    audit.record(
        "changes.recorded", row.subject, by=by, now=now, after={"kind": kind.label}, reason=record
    )
    _keep(row, kind, record, now=now)


def _keep(row: Change, kind: RecordKind, record: str, *, now: datetime) -> None:
    if not row.contract:
        return
    evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind=f"changes.{kind.value}",
            subject=row.subject,
            occurred_at=row.started_at or now,
            source="changes",
            grade="A",
            payload={
                "number": row.number,
                "approval": row.approval_id,
                "approved_at": row.approved_at.isoformat() if row.approved_at else "",
                "record": record.strip(),
            },
        ),
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDraft:
    """An organisation or permission change (K5) with the parameters of its action:

    - grant_role: `post_id`, `role_id`, `reach`
    - revoke_role: `grant_id`
    - create_organization: `code`, `name`, `parent_id`
    - rename_organization: `organization_id`, `name`
    """

    action: str
    parameters: Mapping[str, Any]
    reason: str
    contract: str = ""
    organization_id: int | None = field(default=None)


@transaction.atomic
def request_access(draft: AccessDraft, *, by: Actor, now: datetime) -> AccessChangeInfo:
    """Ask for an organisation or permission change and start its approval (flow `desk-access`)."""
    if not draft.reason.strip():
        raise InvalidChangeError("请填写理由", field="reason")
    if draft.action not in AccessAction.values:
        raise InvalidChangeError(f"没有名为“{draft.action}”的事项")
    row = AccessChange.objects.create(
        number=desk.next_number("PRM", now=now),
        action=draft.action,
        summary=_summary(draft.action, draft.parameters)[:200],
        parameters=dict(draft.parameters),
        contract=draft.contract,
        organization_id=draft.organization_id,
        reason=draft.reason.strip(),
        state=AccessState.SUBMITTED,
        requested_by_id=by.user_id,
        requested_by=by.label[:100],
        requested_at=now,
    )
    audit.record("changes.access_requested", row.subject, by=by, now=now, reason=row.reason)
    started = approvals.start(
        ACCESS_FLOW,
        row.subject,
        {"action": row.action, "contract": row.contract},
        title=f"{row.get_action_display()} {row.number}：{row.summary}",
        body=row.reason,
        organization_id=row.organization_id,
        by=by,
        now=now,
    )
    row.approval_id = started.id
    row.save(update_fields=["approval_id"])
    return to_access_info(row)


def _summary(action: str, given: Mapping[str, Any]) -> str:
    """The words of a change; errors of the apps below when what it names does not exist."""
    try:
        if action == AccessAction.GRANT:
            post = accounts.get_post(given["post_id"])
            role = roles.get_role(given["role_id"])
            person = accounts.get_user(post.user_id)
            return f"授予{person.name if person else post.user_id}角色“{role.name}”"
        if action == AccessAction.REVOKE:
            grant = roles.get_grant(given["grant_id"])
            return f"收回{grant.user_name}的角色“{grant.role_name}”"
        if action == AccessAction.CREATE:
            return f"新增机构“{given['name']}”（{given['code']}）"
        body = organizations.get(given["organization_id"])
    except KeyError as missing:
        raise InvalidChangeError(f"缺少参数 {missing.args[0]}") from None
    return f"机构“{body.name}”更名为“{given['name']}”"


@transaction.atomic
def take_access_decision(change_id: int, *, approved: bool, now: datetime) -> AccessChangeInfo:
    """Apply what was approved; saying it again changes nothing.

    A change that cannot be applied any more fails with the reason and loses nothing else.
    """
    row = AccessChange.objects.select_for_update(no_key=True).get(pk=change_id)
    if row.state != AccessState.SUBMITTED:
        return to_access_info(row)
    row.decided_at = now
    if not approved:
        row.state, row.result = AccessState.REJECTED, "未批准"
    else:
        _apply(row, now=now)
    row.save()
    audit.record(
        "changes.access_decided",
        row.subject,
        by=APPROVED,
        now=now,
        after={"state": row.get_state_display(), "result": row.result},
    )
    return to_access_info(row)


def _apply(row: AccessChange, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            row.result = _carry_out(row, now=now)
    except StewardError as error:
        row.state, row.result = AccessState.FAILED, error.message
        return
    row.state, row.applied_at = AccessState.APPLIED, now
    if row.contract:
        evidence.keep(
            evidence.Fact(
                contract=row.contract,
                kind="changes.access",
                subject=row.subject,
                occurred_at=now,
                source="changes",
                grade="A",
                payload={
                    "number": row.number,
                    "action": row.action,
                    "summary": row.summary,
                    "reason": row.reason,
                    "requested_by": row.requested_by,
                    "approval": row.approval_id,
                    "result": row.result,
                },
            ),
            now=now,
        )


def _carry_out(row: AccessChange, *, now: datetime) -> str:
    given = row.parameters
    if row.action == AccessAction.GRANT:
        new = roles.NewGrant(
            post_id=given["post_id"],
            role_id=given["role_id"],
            reach=given.get("reach") or roles.Reach.SUBTREE,
            reason=row.reason,
            request=row.subject,
        )
        return f"授权 {roles.grant_role(new, by=APPROVED, now=now).id} 已生效"
    if row.action == AccessAction.REVOKE:
        roles.revoke_role(
            given["grant_id"], by=APPROVED, now=now, reason=row.reason, request=row.subject
        )
        return f"授权 {given['grant_id']} 已收回"
    if row.action == AccessAction.CREATE:
        new_body = organizations.NewOrganization(
            code=given["code"], name=given["name"], parent_id=given.get("parent_id")
        )
        return f"机构 {organizations.create(new_body, by=APPROVED, now=now).code} 已建立"
    organizations.rename_organization(
        given["organization_id"], to=given["name"], by=APPROVED, now=now, reason=row.reason
    )
    return f"机构已更名为“{given['name']}”"
