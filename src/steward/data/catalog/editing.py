"""Writes about systems, catalogues and items while they are worked on (K10.1)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.data.catalog.choices import EDITABLE, Format, ResourceClass, State, SystemState
from steward.data.catalog.collected import note_collected
from steward.data.catalog.errors import (
    CatalogueStateError,
    InvalidCatalogueError,
    UnknownCatalogueError,
)
from steward.data.catalog.models import Catalogue, DataItem, InformationSystem
from steward.data.catalog.searching import index_words, reindex
from steward.kernel.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemDraft:
    """An information system; `source_id` is the database that holds its data."""

    code: str
    name: str
    organization_id: int
    contract: str = ""
    source_id: int | None = None
    state: str = SystemState.RUNNING
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """One data item; empty elements are what the standard will complain about."""

    code: str
    name: str = ""
    type: str = ""
    length: int | None = None
    sensitivity: str = ""
    is_key: bool = False
    nullable: bool = True
    sharing: str = ""
    source_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueDraft:
    """The elements of a catalogue; the provider is by default that of its system.

    `code` empty: made by the rule. `credit_code` empty: the provider's.
    """

    system_id: int
    name: str
    resource_class: str = ResourceClass.DEPARTMENT
    organization_id: int | None = None
    code: str = ""
    credit_code: str = ""
    summary: str = ""
    format: str = Format.DATABASE
    sharing: str = ""
    sharing_condition: str = ""
    sharing_method: str = ""
    openness: str = ""
    openness_condition: str = ""
    cycle: str = ""
    source_id: int | None = None
    source_table: str = ""


_PLAIN = (
    "name", "summary", "format", "sharing", "sharing_condition", "sharing_method", "openness",
    "openness_condition", "cycle", "source_id", "source_table",
)  # fmt: skip


def register_system(draft: SystemDraft, *, by: Actor, now: datetime) -> InformationSystem:
    """Register a system; InvalidCatalogueError when its code is taken or its name missing."""
    if not draft.name.strip():
        raise InvalidCatalogueError("请填写信息系统名称", field="name")
    organizations.get(draft.organization_id)
    row = InformationSystem(**asdict(draft), created_at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            audit.record("catalog.system.registered", row.subject, by=by, now=now)
    except IntegrityError:
        words = f"编码“{draft.code}”已有信息系统使用，请换一个"
        raise InvalidCatalogueError(words, field="code") from None
    return row


@transaction.atomic
def change_system(system_id: int, draft: SystemDraft, *, by: Actor, now: datetime) -> None:
    """Change everything but the code."""
    row = InformationSystem.objects.select_for_update().get(pk=system_id)
    if not draft.name.strip():
        raise InvalidCatalogueError("请填写信息系统名称", field="name")
    for name, value in asdict(draft).items():
        if name != "code":
            setattr(row, name, value)
    row.save()
    audit.record("catalog.system.changed", row.subject, by=by, now=now)


@transaction.atomic
def create_catalogue(
    draft: CatalogueDraft, items: tuple[ItemDraft, ...] = (), *, by: Actor, now: datetime
) -> Catalogue:
    """Begin a catalogue as a draft, its code made by the rule unless it brings one.

    The code is 类 – provider's credit code – six digits of a running number, unique for ever.
    """
    system = _system(draft.system_id)
    body = organizations.get(draft.organization_id or system.organization_id)
    _check(draft)
    number = _next_number(draft.resource_class, body.id)
    credit = draft.credit_code or body.credit_code
    code = draft.code or f"{draft.resource_class}-{credit or body.code}-{number:06d}"
    if Catalogue.objects.filter(code=code).exists():
        raise InvalidCatalogueError(f"目录代码“{code}”已被使用", field="code")
    row = Catalogue.objects.create(
        system=system,
        organization_id=body.id,
        credit_code=credit,
        resource_class=draft.resource_class,
        number=number,
        code=code,
        state=State.DRAFT,
        created_by=by.label,
        created_at=now,
        changed_at=now,
        **{name: getattr(draft, name) for name in _PLAIN},
    )
    _write_items(row, items)
    reindex(row)
    note_collected(row)
    audit.record("catalog.created", row.subject, by=by, now=now, after={"code": row.code})
    return row


@transaction.atomic
def change_catalogue(
    catalogue_id: int,
    draft: CatalogueDraft,
    items: tuple[ItemDraft, ...] | None = None,
    *,
    by: Actor,
    now: datetime,
) -> Catalogue:
    """Change the working copy; a published catalogue is then 变更中 until it is published again.

    `items` None leaves them. The class, the number and the code stay what they were made.
    """
    row = editable(catalogue_id)
    _check(draft)
    for name in _PLAIN:
        setattr(row, name, getattr(draft, name))
    row.system = _system(draft.system_id)
    body = organizations.get(draft.organization_id or row.organization_id)
    if body.id != row.organization_id:
        raise InvalidCatalogueError("提供方写在目录代码里，不能改；请下架后重新编目", field="name")
    row.credit_code = draft.credit_code or body.credit_code
    if items is not None:
        row.items.all().delete()
        _write_items(row, items)
    _touch(row, now=now)
    note_collected(row)
    audit.record("catalog.changed", row.subject, by=by, now=now)
    return row


@transaction.atomic
def put_items(
    catalogue_id: int, items: tuple[ItemDraft, ...], *, by: Actor, now: datetime
) -> Catalogue:
    """Replace the items of a catalogue."""
    row = editable(catalogue_id)
    row.items.all().delete()
    _write_items(row, items)
    _touch(row, now=now)
    audit.record("catalog.items.changed", row.subject, by=by, now=now, after={"items": len(items)})
    return row


@transaction.atomic
def delete_draft(catalogue_id: int, *, by: Actor, now: datetime) -> None:
    """Remove a draft that never was published."""
    row = editable(catalogue_id)
    if row.version:
        raise CatalogueStateError("发布过的目录不能删除，请申请下架")
    audit.record("catalog.deleted", row.subject, by=by, now=now)
    row.delete()


def editable(catalogue_id: int) -> Catalogue:
    """The locked row of a catalogue that may be changed now; CatalogueStateError."""
    row = Catalogue.objects.select_for_update().filter(pk=catalogue_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这个数据目录")
    if row.state not in EDITABLE:
        raise CatalogueStateError(f"目录“{row.name}”{row.get_state_display()}，不能修改")
    return row


def draft_of(row: Catalogue) -> CatalogueDraft:
    """The working copy as a draft, to change one element of it."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return CatalogueDraft(
        system_id=row.system_id,
        resource_class=row.resource_class,
        organization_id=row.organization_id,
        code=row.code,
        credit_code=row.credit_code,
        **values,
    )


def _touch(row: Catalogue, *, now: datetime) -> None:
    row.state = State.CHANGED if row.version else State.DRAFT
    row.changed_at = now
    index_words(row, row.items.values_list("code", "name"))
    row.save()


def _system(system_id: int) -> InformationSystem:
    row = InformationSystem.objects.filter(pk=system_id).first()
    if row is None:
        raise UnknownCatalogueError("没有这个信息系统")
    return row


def _check(draft: CatalogueDraft) -> None:
    if not draft.name.strip():
        raise InvalidCatalogueError("请填写目录名称", field="name")
    if draft.resource_class not in ResourceClass.values:
        raise InvalidCatalogueError(f"没有分类“{draft.resource_class}”", field="resource_class")
    if bool(draft.source_id) != bool(draft.source_table):
        raise InvalidCatalogueError("数据源和源表要一起选", field="source_table")


def _next_number(resource_class: str, organization_id: int) -> int:
    """The next running number; whoever asks at the same time waits for this transaction."""
    with connection.cursor() as cursor:
        name = f"catalog.number:{resource_class}:{organization_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    same = Catalogue.objects.filter(resource_class=resource_class, organization_id=organization_id)
    return int(same.aggregate(highest=Max("number"))["highest"] or 0) + 1


def _write_items(row: Catalogue, items: tuple[ItemDraft, ...]) -> None:
    seen: set[str] = set()
    for item in items:
        if not item.code.strip():
            raise InvalidCatalogueError("数据项缺少项代码", field="items")
        if item.code in seen:
            raise InvalidCatalogueError(f"项代码“{item.code}”重复", field="items")
        seen.add(item.code)
    DataItem.objects.bulk_create(
        DataItem(catalogue=row, position=number, **asdict(item))
        for number, item in enumerate(items, start=1)
    )
