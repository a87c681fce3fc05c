"""Writes of rule packs: a whole rule file as one edition, reviewed once, its rules in the library.

Draft → review → approved by somebody else, like a single rule (K12.1). The rules of an edition are
ordinary versions of library rules; they come into force together.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.data.quality.choices import VersionState
from steward.data.quality.definitions import InvalidRuleError
from steward.data.quality.library import CODE, RuleStateError
from steward.data.quality.models import LibraryRule, PackVersion, RulePack, RuleVersion
from steward.data.quality.pack_files import (
    CHANGED,
    NEW,
    RuleChange,
    changes_of,
    plain_text,
    read_pack,
)
from steward.data.quality.pack_uses import follow_pack
from steward.engine.rules import offered_pack
from steward.kernel.actors import Actor

FLOW = "quality-pack"
PURPOSE = "quality.pack"
_PLAIN = re.compile(r"[a-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDraft:
    """A rule file as text; `name` where it should not be the file's own."""

    code: str
    text: str
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PackVersionInfo:
    """An edition as other parts see it; `changes`: rule of the pack → new, changed, same, gone."""

    id: int
    pack_id: int
    code: str
    number: int
    state: str
    approval_id: int | None
    changes: dict[str, str]


def info_of(row: PackVersion) -> PackVersionInfo:
    return PackVersionInfo(
        row.pk, row.pack_id, row.pack.code, row.number, row.state, row.approval_id,
        dict(row.changes),
    )  # fmt: skip


def seed_flow(*, now: datetime) -> None:
    """Lay the approval flow once: one step, any holder of the permission, never the author."""
    approvers = [{"kind": "holders", "permission": "quality.rule.approve"}]
    step = {"name": "审核", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW, "规则包审核", {"allow_self": False, "steps": [step]}, purpose_code=PURPOSE, now=now
    )


@transaction.atomic
def register_pack(draft: PackDraft, *, by: Actor, now: datetime) -> PackVersionInfo:
    """Take a rule file in as a draft: the first edition, the next one, or a better open draft.

    InvalidRuleError names every fault of the file with its line; RuleStateError where an edition
    is in review or one of the pack's rules is being revised by hand.
    """
    if not CODE.fullmatch(draft.code) or len(draft.code) > 40:
        raise InvalidRuleError("编码用小写字母、数字和连字符，2 至 40 位", field="code")
    found = read_pack(draft.text)
    pack, _ = RulePack.objects.select_for_update().get_or_create(
        code=draft.code,
        defaults={"name": (draft.name.strip() or found.name)[:60], "created_by": by.label,
                  "created_at": now},
    )  # fmt: skip
    _clear_open(pack)
    changes = changes_of(pack, found)
    if not any(change.kind in (NEW, CHANGED) or change.is_gone for change in changes):
        raise RuleStateError(f"规则包“{pack.name}”的内容与在用的版本相同，不用导入")
    version = PackVersion.objects.create(
        pack=pack,
        number=(pack.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        label=found.version[:60],
        text=plain_text(draft.text),
        key=list(found.key),
        columns=found.columns,
        tables=found.tables,
        changes={change.id: change.kind for change in changes},
        state=VersionState.DRAFT,
        note=draft.note.strip(),
        author_id=by.user_id,
        author=by.label,
        created_at=now,
    )
    for number, change in enumerate(changes, start=1):
        if change.kind in (NEW, CHANGED):
            _draft_rule(version, change, number, by=by, now=now)
    audit.record("quality.pack.imported", pack.subject, by=by, now=now,
                 after={"number": version.number, "rules": len(found.rules)})  # fmt: skip
    return info_of(version)


def _clear_open(pack: RulePack) -> None:
    """An open draft gives way to the new text; what is being decided does not."""
    busy = RuleVersion.objects.filter(
        rule__pack=pack, state__in=(VersionState.DRAFT, VersionState.REVIEW), pack_version=None
    ).select_related("rule")
    if names := [row.rule.name for row in busy[:5]]:
        raise RuleStateError(f"规则“{'”“'.join(names)}”有单独修改的版本还没有审定，请先审定")
    open_one = pack.versions.filter(state__in=(VersionState.DRAFT, VersionState.REVIEW)).first()
    if open_one is None:
        return
    if open_one.state == VersionState.REVIEW:
        raise RuleStateError(f"第 {open_one.number} 版正在审核，审核结束后才能导入新的")
    rules = [row.rule_id for row in open_one.rule_versions.all()]
    open_one.rule_versions.all().delete()
    LibraryRule.objects.filter(pk__in=rules, versions=None).delete()
    open_one.delete()


def _draft_rule(
    version: PackVersion, change: RuleChange, number: int, *, by: Actor, now: datetime
) -> None:
    pack, wanted = version.pack, change.wanted
    rule = LibraryRule.objects.filter(pack=pack, pack_rule=change.id).first()
    if rule is None:
        rule = LibraryRule.objects.create(
            code=_code(pack, change.id, number),
            name=wanted.name,
            group=pack.name,
            dimension=wanted.definition["dimension"],
            pack=pack,
            pack_rule=change.id,
            created_by=by.label,
            created_at=now,
        )
    last = rule.versions.aggregate(last=Max("number"))["last"] or 0
    RuleVersion.objects.create(
        rule=rule,
        number=last + 1,
        definition=wanted.definition,
        pack_version=version,
        state=VersionState.DRAFT,
        note=f"规则包第 {version.number} 版",
        author_id=by.user_id,
        author=by.label,
        created_at=now,
    )


def _code(pack: RulePack, rule_id: str, number: int) -> str:
    """A code for the library that nothing has yet: by the pack's own id where that is plain."""
    word = rule_id.lower().replace("_", "-")
    plain = word if _PLAIN.fullmatch(word) else f"r{number:03d}"
    base = f"{pack.code}-{plain}"[:54]
    taken = set(LibraryRule.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(
        code
        for code in (base, *(f"{base}-{again}" for again in range(2, len(taken) + 3)))
        if code not in taken
    )


@transaction.atomic
def submit_pack(version_id: int, *, by: Actor, now: datetime) -> PackVersionInfo:
    """Send an edition to review: one decision for all of its rules, never by its author."""
    version = (
        PackVersion.objects.select_for_update(of=("self",))
        .select_related("pack")
        .get(pk=version_id)
    )
    if version.state != VersionState.DRAFT:
        raise RuleStateError(f"这一版{version.get_state_display()}，只有草稿可以提交")
    started = approvals.start(
        FLOW,
        version.subject,
        {"origin": "platform" if _is_offered(version) else "import"},
        title=f"规则包 {version.pack.code}：{version.pack.name} 第 {version.number} 版",
        body="\n".join(filter(None, (words_of_changes(version), version.note))),
        by=by,
        now=now,
    )
    version.state, version.approval_id = VersionState.REVIEW, started.id
    version.save(update_fields=["state", "approval_id"])
    version.rule_versions.update(state=VersionState.REVIEW, approval_id=started.id)
    audit.record("quality.pack.submitted", version.pack.subject, by=by, now=now,
                 after={"number": version.number})  # fmt: skip
    return info_of(version)


def _is_offered(version: PackVersion) -> bool:
    """Whether the file is, to the letter, what the platform brings."""
    offered = offered_pack(version.pack.code)
    return offered is not None and plain_text(offered.text()) == version.text


def words_of_changes(version: PackVersion) -> str:
    """How many rules are new, changed, the same, gone."""
    labels = {"new": "新增", "changed": "修改", "gone": "取消", "same": "不变"}
    kinds = list(version.changes.values())
    return "，".join(
        f"{label} {kinds.count(kind)} 条" for kind, label in labels.items() if kind in kinds
    )


@transaction.atomic
def take_pack_decision(version_id: int, *, approved: bool, now: datetime) -> None:
    """What the approval said: in force together with every rule, or none of it."""
    version = (
        PackVersion.objects.select_for_update(of=("self",))
        .select_related("pack")
        .get(pk=version_id)
    )
    if version.state != VersionState.REVIEW:
        return
    version.state = VersionState.APPROVED if approved else VersionState.REJECTED
    version.decided_at = now
    version.save(update_fields=["state", "decided_at"])
    version.rule_versions.update(state=version.state, decided_at=now)
    if not approved:
        return
    _take_names(version)
    gone = [name for name, kind in version.changes.items() if kind == "gone"]
    for rule in LibraryRule.objects.filter(pack=version.pack, pack_rule__in=gone):
        rule.is_retired = True
        rule.save(update_fields=["is_retired"])
        audit.record("quality.rule.retired", rule.subject, by=APPLIER, now=now,
                     reason=f"规则包第 {version.number} 版不再有这条规则")  # fmt: skip
    follow_pack(version, by=APPLIER, now=now)


APPLIER = Actor.system("规则包")


def _take_names(version: PackVersion) -> None:
    names = {rule.id: rule.name for rule in read_pack(version.text).rules}
    for row in version.rule_versions.select_related("rule"):
        rule = row.rule
        rule.name, rule.is_retired = names[rule.pack_rule], False
        rule.dimension = row.definition["dimension"]
        rule.save(update_fields=["name", "is_retired", "dimension"])
