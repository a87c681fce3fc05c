import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.calendars import api as calendars
from steward.core.jobs import api as jobs
from steward.desk.tickets.choices import HAPPENINGS, KINDS, SEVERITIES
from steward.desk.tickets.events import PolicyInstalled
from steward.desk.tickets.models import PolicyRuleRow, PolicyVersion
from steward.desk.tickets.services.errors import InvalidPolicyError, PolicyConflictError
from steward.kernel.actors import Actor
from steward.kernel.clock import ClockSpec
from steward.kernel.subjects import Subject

POLICY_SUBJECT = "desk.policy"


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One promised clock: for which ticket kinds and severities (empty = any) it is made.

    `calendar` is the code of a calendar (`always`, `cn-work`); `clause` quotes the contract.
    """

    code: str
    label: str
    clause: str
    ticket_kinds: tuple[str, ...]
    severities: tuple[str, ...]
    clock: ClockSpec
    calendar: str


@dataclass(frozen=True, slots=True)
class PolicyDefinition:
    """The SLA of a contract from `effective_from` on.

    `severities` and `pause_reasons` map codes to the contract's words; `reopen_limit` is how often
    a ticket may be re-opened before its trouble becomes a new, linked ticket.
    """

    contract: str
    version: str
    effective_from: datetime
    label: str
    rules: tuple[PolicyRule, ...]
    severities: Mapping[str, str] = field(default_factory=dict)
    pause_reasons: Mapping[str, str] = field(default_factory=dict)
    reopen_limit: int = 3


@transaction.atomic
def install_policy(definition: PolicyDefinition, *, by: Actor, now: datetime) -> int:
    """Install a version and return its id; the same version again changes nothing.

    Tickets opened before keep their clocks (C1). InvalidPolicyError names the wrong place;
    PolicyConflictError when the version exists and says something else.
    """
    _check(definition)
    content_hash = _hash(definition)
    known = PolicyVersion.objects.filter(
        contract=definition.contract, version=definition.version
    ).first()
    if known is not None:
        if known.content_hash == content_hash:
            return known.pk
        raise PolicyConflictError(
            f"合同“{definition.contract}”的时限政策 {definition.version} 已安装且内容不同，"
            "请为补充协议另起版本号"
        )
    row = _create(definition, content_hash, by=by, now=now)
    audit.record(
        "desk.policy.installed",
        Subject(POLICY_SUBJECT, str(row.pk), str(row)),
        by=by,
        now=now,
        after={"version": row.version, "effective_from": row.effective_from},
    )
    jobs.publish(
        PolicyInstalled(policy_id=row.pk, contract=row.contract, installed_at=now), now=now
    )
    return row.pk


def policy_in_force(contract: str, at: datetime) -> PolicyVersion | None:
    """The version of a contract in force at an instant; of two from one date the later installed."""
    return (
        PolicyVersion.objects.filter(contract=contract, effective_from__lte=at)
        .order_by("-effective_from", "-id")
        .first()
    )


def rules_for(policy: PolicyVersion | None, kind: str, severity: str) -> list[PolicyRuleRow]:
    """The rule of each clock kind that fits best, in the policy's order.

    A rule that names the kind and the severity beats one for any; of equals the first counts.
    """
    if policy is None:
        return []
    best: dict[str, tuple[tuple[bool, bool], PolicyRuleRow]] = {}
    for row in policy.rules.all():
        if (row.ticket_kinds and kind not in row.ticket_kinds) or (
            row.severities and severity not in row.severities
        ):
            continue
        rank = (bool(row.ticket_kinds), bool(row.severities))
        clock_kind = row.spec["kind"]
        if clock_kind not in best or rank > best[clock_kind][0]:
            best[clock_kind] = (rank, row)
    return sorted((row for _, row in best.values()), key=lambda row: row.position)


def _create(
    definition: PolicyDefinition, content_hash: str, *, by: Actor, now: datetime
) -> PolicyVersion:
    row = PolicyVersion.objects.create(
        contract=definition.contract,
        version=definition.version,
        label=definition.label,
        effective_from=definition.effective_from,
        severities=dict(definition.severities),
        pause_reasons=dict(definition.pause_reasons),
        reopen_limit=definition.reopen_limit,
        content_hash=content_hash,
        installed_at=now,
        installed_by=by.label,
    )
    PolicyRuleRow.objects.bulk_create(
        PolicyRuleRow(policy=row, position=position, **_rule_fields(rule))
        for position, rule in enumerate(definition.rules)
    )
    return row


def _rule_fields(rule: PolicyRule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "label": rule.label,
        "clause": rule.clause,
        "ticket_kinds": list(rule.ticket_kinds),
        "severities": list(rule.severities),
        "spec": replace(rule.clock, calendar=rule.calendar).to_dict(),
        "calendar": rule.calendar,
    }


def _hash(definition: PolicyDefinition) -> str:
    content = {
        "effective_from": definition.effective_from.isoformat(),
        "label": definition.label,
        "severities": dict(definition.severities),
        "pause_reasons": dict(definition.pause_reasons),
        "reopen_limit": definition.reopen_limit,
        "rules": [_rule_fields(rule) for rule in definition.rules],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _check(definition: PolicyDefinition) -> None:
    if not definition.rules:
        raise InvalidPolicyError(f"时限政策“{definition.label}”没有任何条目")
    seen: set[str] = set()
    for rule in definition.rules:
        if rule.code in seen:
            raise InvalidPolicyError(f"时限条目编码“{rule.code}”重复", rule=rule.code)
        seen.add(rule.code)
        _check_rule(rule, definition)


def _check_rule(rule: PolicyRule, definition: PolicyDefinition) -> None:
    severities = SEVERITIES | dict(definition.severities)
    for values, allowed, what in (
        (rule.ticket_kinds, KINDS, "工单类型"),
        (rule.severities, severities, "级别"),
        ((rule.clock.start_event, rule.clock.stop_event), HAPPENINGS, "起止事件"),
        (sorted(rule.clock.pause_reasons), definition.pause_reasons, "暂停原因"),
    ):
        for value in values:
            if value not in allowed:
                raise InvalidPolicyError(
                    f"时限条目“{rule.code}”的{what}“{value}”不存在，可用：{'、'.join(allowed)}",
                    rule=rule.code,
                    value=value,
                )
    calendars.get(rule.calendar)
