from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.assets.cmdb.choices import Importance, ItemStatus, RelationType
from steward.assets.cmdb.models import Item, Relation
from steward.assets.cmdb.registry import KINDS, AttributeProblem, clean_attributes
from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError
from steward.kernel.subjects import Subject

SUBJECT_KIND = "cmdb.item"


class ItemProblemError(InvalidError):
    """An item cannot be kept as given: the sentence names the field and the way out."""

    code = "cmdb.item_problem"


class ItemInUseError(ConflictError):
    """An item that others depend on cannot be retired."""

    code = "cmdb.item_in_use"


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """Everything a person states about an item; `attributes` by the codes of its kind."""

    code: str
    name: str
    kind: str
    contract: str = ""
    organization_id: int | None = None
    system_id: int | None = None
    status: str = ItemStatus.RUNNING
    importance: str = Importance.GENERAL
    attributes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def subject_of(item: Item) -> Subject:
    return Subject(SUBJECT_KIND, str(item.pk), item.name)


@transaction.atomic
def create_item(draft: ItemDraft, *, by: Actor, now: datetime) -> Item:
    """Add an item; ItemProblemError when a field does not fit."""
    values = _checked(draft)
    if Item.objects.filter(code=draft.code).exists():
        raise ItemProblemError(f"编码“{draft.code}”已被使用，请换一个")
    item = Item.objects.create(**values, created_at=now, updated_at=now)
    audit.record("cmdb.item.created", subject_of(item), by=by, now=now, after=values)
    return item


@transaction.atomic
def update_item(item: Item, draft: ItemDraft, *, by: Actor, now: datetime) -> Item:
    """Replace what people state about an item; the kind stays."""
    values = _checked(draft)
    locked = Item.objects.select_for_update().get(pk=item.pk)
    if draft.kind != locked.kind:
        raise ItemProblemError("配置项的类型不能更改，请新建一个")
    if Item.objects.filter(code=draft.code).exclude(pk=locked.pk).exists():
        raise ItemProblemError(f"编码“{draft.code}”已被使用，请换一个")
    before = {name: getattr(locked, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.updated_at = now
    locked.save(update_fields=[*changed, "updated_at"])
    audit.record(
        "cmdb.item.updated",
        subject_of(locked),
        by=by,
        now=now,
        before={name: before[name] for name in changed},
        after=changed,
    )
    return locked


@transaction.atomic
def retire_item(item: Item, *, reason: str, by: Actor, now: datetime) -> None:
    """Take an item out of use; refused while others in use depend on it."""
    locked = Item.objects.select_for_update().get(pk=item.pk)
    users = Relation.objects.filter(
        target=locked, source__status=ItemStatus.RUNNING
    ).select_related("source")[:3]
    if users:
        names = "、".join(relation.source.name for relation in users)
        raise ItemInUseError(f"{names} 还依赖“{locked.name}”，先解除关系再退役")
    locked.status, locked.updated_at = ItemStatus.RETIRED, now
    locked.save(update_fields=["status", "updated_at"])
    audit.record("cmdb.item.retired", subject_of(locked), by=by, now=now, reason=reason)


@transaction.atomic
def relate(source: Item, target: Item, *, type: str, by: Actor, now: datetime) -> Relation:  # noqa: A002
    """State that `source` depends on `target`; stating it twice changes nothing."""
    if source.pk == target.pk:
        raise ItemProblemError("配置项不能与自己建立关系")
    if type not in RelationType.values:
        allowed = "、".join(RelationType.labels)
        raise ItemProblemError(f"关系只能是{allowed}")
    relation, created = Relation.objects.get_or_create(source=source, target=target, type=type)
    if created:
        after = {"type": relation.get_type_display(), "target": target.name}
        audit.record("cmdb.relation.added", subject_of(source), by=by, now=now, after=after)
    return relation


@transaction.atomic
def unrelate(relation: Relation, *, by: Actor, now: datetime) -> None:
    """Remove a relation."""
    before = {"type": relation.get_type_display(), "target": relation.target.name}
    audit.record("cmdb.relation.removed", subject_of(relation.source), by=by, now=now,
                 before=before)  # fmt: skip
    relation.delete()


def _checked(draft: ItemDraft) -> dict[str, Any]:
    if not draft.code.strip() or not draft.name.strip():
        raise ItemProblemError("编码和名称不能为空")
    if len(draft.code) > 60 or len(draft.name) > 120:
        raise ItemProblemError("编码不超过 60 字，名称不超过 120 字")
    _one_of("状态", draft.status, ItemStatus)
    _one_of("重要程度", draft.importance, Importance)
    try:
        attributes = clean_attributes(KINDS.get(draft.kind), draft.attributes)
    except AttributeProblem as problem:
        raise ItemProblemError(str(problem)) from problem
    return {
        "code": draft.code.strip(),
        "name": draft.name.strip(),
        "kind": draft.kind,
        "contract": draft.contract,
        "organization_id": draft.organization_id,
        "system_id": draft.system_id,
        "status": draft.status,
        "importance": draft.importance,
        "attributes": attributes,
        "note": draft.note,
    }


def _one_of(label: str, value: str, choices: type[ItemStatus] | type[Importance]) -> None:
    if value not in choices.values:
        allowed = "、".join(str(words) for words in choices.labels)
        raise ItemProblemError(f"“{label}”只能是{allowed}，现在是“{value}”")
