"""The cataloguing standard edited: draft, effect, approval by somebody else, versions (K10.1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.data.catalog.choices import Scope, StandardState
from steward.data.catalog.errors import (
    InvalidStandardError,
    StandardStateError,
    UnknownCatalogueError,
)
from steward.data.catalog.events import StandardAdopted
from steward.data.catalog.models import StandardVersion
from steward.data.catalog.standard import STANDARDS, in_force, standard
from steward.data.catalog.standard_effects import changes_between, effect_of
from steward.data.catalog.standard_tables import empty_table
from steward.data.catalog.standard_text import (
    Standard,
    drop_rule,
    labelled,
    packaged,
    put_rule,
    read_standard,
)
from steward.engine import rules
from steward.kernel.actors import Actor

FLOW = "catalog-standard"
PURPOSE = "catalog.standard"
OPEN = (StandardState.DRAFT, StandardState.REVIEW)
_SHOWN = 30
_SYSTEM = Actor.system("平台")


def seed_standard_flow(*, now: datetime) -> None:
    """Lay the flow once: one step, whoever may approve standards, never the author."""
    approvers = [{"kind": "holders", "permission": "catalog.standard.approve"}]
    step = {"name": "审核", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW, "编目标准审核", {"allow_self": False, "steps": [step]}, purpose_code=PURPOSE, now=now
    )


def seed_standards(*, now: datetime) -> None:
    """Lay the standards that the platform brings as the first versions in force."""
    for scope in STANDARDS:
        if not StandardVersion.objects.filter(scope=scope).exists():
            text = packaged(scope)
            StandardVersion.objects.create(
                scope=scope,
                number=1,
                label=read_standard(scope, text).rules.version,
                content=text,
                note="平台自带",
                state=StandardState.IN_FORCE,
                author=_SYSTEM.label,
                created_at=now,
                in_force_at=now,
            )


def open_version(scope: str) -> StandardVersion | None:
    """The draft, or the version under review."""
    return StandardVersion.objects.filter(scope=scope, state__in=OPEN).first()


def checked(scope: str, text: str) -> Standard:
    """Read a text and try every rule on an empty table; InvalidStandardError names each fault."""
    if scope not in Scope.values:
        raise UnknownCatalogueError("没有这部分编目标准")
    found = read_standard(scope, text)
    source = rules.ArrowSource(empty_table(scope), found.rules.name)
    moment = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    result = rules.check(found.rules, source, now=moment)
    faults = [one for one in result.rules if one.status is rules.Status.ERROR]
    if faults:
        lines = [f"规则“{one.name}”（{one.id}）不能运行：{one.error}" for one in faults]
        raise InvalidStandardError("\n".join(lines), field="text")
    return found


def draft_text(scope: str) -> str:
    """The text to go on from: the open draft, else the one in force under a new label."""
    row = open_version(scope)
    if row is not None:
        return row.content
    return labelled(standard(scope).text, _next_label(scope))


def _next_label(scope: str) -> str:
    """2024.1 → 2024.2, or the first one after it that was never used."""
    used = set(StandardVersion.objects.filter(scope=scope).values_list("label", flat=True))
    label = standard(scope).rules.version
    head = label.rstrip("0123456789")
    number = int(label.removeprefix(head) or 0) + 1
    while f"{head}{number}" in used:
        number += 1
    return f"{head}{number}"


@transaction.atomic
def save_draft(scope: str, text: str, *, note: str, by: Actor, now: datetime) -> StandardVersion:
    """Begin or change the draft of a scope; what is in force stays until the draft is approved.

    A draft that somebody else takes over is theirs, so that its author never approves it.
    InvalidStandardError names every fault with line and column; nothing is saved then.
    """
    found = checked(scope, text)
    rows = StandardVersion.objects.select_for_update().filter(scope=scope)
    row = rows.filter(state__in=OPEN).first()
    if row is not None and row.state == StandardState.REVIEW:
        raise StandardStateError(f"{row} 正在审核，退回或撤回后才能修改")
    label = found.rules.version
    if rows.exclude(pk=row.pk if row else 0).filter(label=label).exists():
        raise InvalidStandardError(f"版本号“{label}”已经用过，请改 version", field="text")
    newest = rows.order_by("-number").first()
    row = row or StandardVersion(
        scope=scope,
        number=newest.number + 1 if newest else 1,
        state=StandardState.DRAFT,
        created_at=now,
    )
    row.label, row.content, row.note = label, text, note.strip()
    row.author_id, row.author = by.user_id, by.label
    row.save()
    audit.record("catalog.standard.drafted", row.subject, by=by, now=now, reason=note)
    return row


def save_rule(
    scope: str, rule: Mapping[str, Any], *, instead: str = "", by: Actor, now: datetime
) -> StandardVersion:
    """Put one rule into the draft (in place of the rule `instead`), beginning the draft if needed."""
    row = open_version(scope)
    text = put_rule(draft_text(scope), rule, instead=instead)
    return save_draft(scope, text, note=row.note if row else "", by=by, now=now)


def remove_rule(scope: str, rule_id: str, *, by: Actor, now: datetime) -> StandardVersion:
    """Take one rule out of the draft."""
    row = open_version(scope)
    text = drop_rule(draft_text(scope), rule_id)
    return save_draft(scope, text, note=row.note if row else "", by=by, now=now)


@transaction.atomic
def discard_draft(version_id: int, *, by: Actor, now: datetime) -> None:
    """Throw a draft away."""
    row = _locked(version_id)
    if row.state != StandardState.DRAFT:
        raise StandardStateError(f"{row} {row.get_state_display()}，只有草稿可以删除")
    audit.record("catalog.standard.discarded", row.subject, by=by, now=now)
    row.delete()


@transaction.atomic
def submit_standard(version_id: int, *, note: str, by: Actor, now: datetime) -> StandardVersion:
    """Send a draft for review together with its effect, which is computed now and kept."""
    row = _locked(version_id)
    if row.state != StandardState.DRAFT:
        raise StandardStateError(f"{row} {row.get_state_display()}，只有草稿可以提交")
    if not note.strip():
        raise InvalidStandardError("请写明修订说明", field="note")
    new, old = checked(row.scope, row.content), standard(row.scope)
    changes = changes_between(old, new)
    if not changes:
        raise StandardStateError("草稿与现行标准的规则没有差别，不用提交")
    row.note, row.effect = note.strip(), effect_of(row.scope, new, now=now).summary()
    row.author_id, row.author = by.user_id, by.label
    started = approvals.start(
        FLOW,
        row.subject,
        {"scope": row.scope},
        title=f"{row}",
        body=_body(row, old, new),
        by=by,
        now=now,
    )
    row.state, row.approval_id = StandardState.REVIEW, started.id
    row.save()
    audit.record("catalog.standard.submitted", row.subject, by=by, now=now, reason=note)
    return row


def _body(row: StandardVersion, old: Standard, new: Standard) -> str:
    names = {rule.id: rule.name for one in (old, new) for rule in one.rules.rules}
    told = [f"{change}规则“{names[key]}”" for key, change in changes_between(old, new).items()]
    effect = (
        "影响：{checked} 个目录中，新增问题目录 {failing} 个，转为合格 {passing} 个，"
        "已发布而再次发布会受阻 {held} 个"
    )
    return "\n".join([f"修订说明：{row.note}", *told[:_SHOWN], effect.format(**row.effect)])


@transaction.atomic
def take_standard_decision(version_id: int, *, approved: bool, now: datetime) -> None:
    """What the approval said: in force at once, and every catalogue is checked again."""
    row = _locked(version_id)
    if row.state != StandardState.REVIEW:
        return
    if not approved:
        row.state = StandardState.DRAFT
        row.save(update_fields=["state"])
        return
    before = in_force(row.scope)
    if before is not None:
        before.state, before.replaced_at = StandardState.REPLACED, now
        before.save(update_fields=["state", "replaced_at"])
    row.state, row.in_force_at = StandardState.IN_FORCE, now
    row.save(update_fields=["state", "in_force_at"])
    jobs.publish(StandardAdopted(row.pk, now), now=now)


def _locked(version_id: int) -> StandardVersion:
    row = StandardVersion.objects.select_for_update().filter(pk=version_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这版编目标准")
    return row
