"""Writes of the rule library: draft, review, approve by somebody else, retire (K12.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.data.quality.choices import VersionState
from steward.data.quality.definitions import InvalidRuleError, check_definition
from steward.data.quality.models import LibraryRule, RuleVersion
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError

FLOW = "quality-rule"
PURPOSE = "quality.rule"
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,58}")


class RuleStateError(ConflictError):
    """The rule or its version is not in a state that allows the action."""

    code = "quality.rule_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """A new rule: `definition` is plain data as `definitions` checks it."""

    code: str
    name: str
    group: str
    definition: Mapping[str, Any]
    basis: str = ""
    note: str = ""


def seed_flow(*, now: datetime) -> None:
    """Lay the approval flow once: one step, any holder of the permission, never the author."""
    approvers = [{"kind": "holders", "permission": "quality.rule.approve"}]
    step = {"name": "审核", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW, "治理规则审核", {"allow_self": False, "steps": [step]}, purpose_code=PURPOSE, now=now
    )


def create_rule(draft: RuleDraft, *, by: Actor, now: datetime) -> RuleVersion:
    """A rule with its first version as a draft; InvalidRuleError names what is wrong."""
    if not CODE.fullmatch(draft.code):
        raise InvalidRuleError("编码用小写字母、数字和连字符，2 至 59 位", field="code")
    for field, label in (("name", "名称"), ("group", "分组")):
        if not str(getattr(draft, field)).strip():
            raise InvalidRuleError(f"请填写{label}", field=field)
    definition = check_definition(draft.definition)
    try:
        with transaction.atomic():
            rule = LibraryRule.objects.create(
                code=draft.code,
                name=draft.name.strip(),
                group=draft.group.strip(),
                dimension=definition["dimension"],
                basis=draft.basis.strip(),
                created_by=by.label,
                created_at=now,
            )
            version = _version(rule, definition, note=draft.note, by=by, now=now)
            audit.record("quality.rule.created", rule.subject, by=by, now=now)
    except IntegrityError:
        raise InvalidRuleError(f"编码“{draft.code}”已有规则", field="code") from None
    return version


def _version(
    rule: LibraryRule, definition: dict[str, Any], *, note: str, by: Actor, now: datetime
) -> RuleVersion:
    last = rule.versions.aggregate(last=Max("number"))["last"] or 0
    return RuleVersion.objects.create(
        rule=rule,
        number=last + 1,
        definition=definition,
        state=VersionState.DRAFT,
        note=note.strip(),
        author_id=by.user_id,
        author=by.label,
        created_at=now,
    )


@transaction.atomic
def revise_rule(
    rule_id: int, definition: Mapping[str, Any], *, note: str, by: Actor, now: datetime
) -> RuleVersion:
    """Change the open draft, or begin the next version; the approved one stays in force.

    A draft that somebody else takes over is theirs, so that its author never approves it.
    """
    rule = LibraryRule.objects.select_for_update().get(pk=rule_id)
    if rule.is_retired:
        raise RuleStateError("规则已停用，不能再修改")
    checked = check_definition(definition)
    version = rule.versions.filter(state__in=(VersionState.DRAFT, VersionState.REVIEW)).first()
    if version is None:
        version = _version(rule, checked, note=note, by=by, now=now)
    elif version.pack_version_id is not None:
        raise RuleStateError("规则包有一版还没有审定，审定后才能单独修改这条规则")
    elif version.state == VersionState.REVIEW:
        raise RuleStateError(f"第 {version.number} 版正在审核，退回后才能修改")
    else:
        version.definition, version.note = checked, note.strip()
        version.author_id, version.author = by.user_id, by.label
        version.save(update_fields=["definition", "note", "author_id", "author"])
    audit.record("quality.rule.revised", rule.subject, by=by, now=now, reason=note,
                 after={"number": version.number})  # fmt: skip
    return version


@transaction.atomic
def submit_version(version_id: int, *, by: Actor, now: datetime) -> RuleVersion:
    """Send a draft to review; the author decides nothing about it."""
    version = RuleVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    if version.state != VersionState.DRAFT:
        raise RuleStateError(f"这一版{version.get_state_display()}，只有草稿可以提交")
    rule = version.rule
    if version.pack_version_id is not None:
        raise RuleStateError("这一版随规则包一起审核，请在规则包里提交")
    started = approvals.start(
        FLOW,
        version.subject,
        {"dimension": rule.dimension},
        title=f"治理规则 {rule.code}：{rule.name} 第 {version.number} 版",
        body=version.note or rule.basis,
        by=by,
        now=now,
    )
    version.state, version.approval_id = VersionState.REVIEW, started.id
    version.save(update_fields=["state", "approval_id"])
    audit.record("quality.rule.submitted", rule.subject, by=by, now=now,
                 after={"number": version.number})  # fmt: skip
    return version


@transaction.atomic
def take_decision(version_id: int, *, approved: bool, now: datetime) -> None:
    """What the approval said. A refused version is a draft's end; the next one starts from it."""
    version = RuleVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    if version.state != VersionState.REVIEW:
        return
    version.state = VersionState.APPROVED if approved else VersionState.REJECTED
    version.decided_at = now
    version.save(update_fields=["state", "decided_at"])
    if approved:
        rule = version.rule
        rule.dimension = version.definition["dimension"]
        rule.save(update_fields=["dimension"])


@transaction.atomic
def retire_rule(rule_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a rule out of every table's checks; its history stays."""
    rule = LibraryRule.objects.select_for_update().get(pk=rule_id)
    if rule.is_retired:
        raise RuleStateError("规则已停用")
    if not reason.strip():
        raise InvalidRuleError("请写明停用理由", field="reason")
    if rule.versions.filter(state=VersionState.REVIEW).exists():
        raise RuleStateError("有一版正在审核，审核结束后才能停用")
    rule.is_retired = True
    rule.save(update_fields=["is_retired"])
    audit.record("quality.rule.retired", rule.subject, by=by, now=now, reason=reason)
