from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from steward.assets.cmdb.models import Item, Relation
from steward.core.access import api as access
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

SUBJECT_KIND = "cmdb.item"
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """A configuration item as other apps see it."""

    id: int
    code: str
    name: str
    kind: str
    kind_label: str
    contract: str
    organization_id: int | None
    system_id: int | None
    status: str
    importance: str
    attributes: Mapping[str, Any]

    @property
    def subject(self) -> Subject:
        return Subject(SUBJECT_KIND, str(self.id), self.name)


def to_info(row: Item) -> ItemInfo:
    return ItemInfo(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        contract=row.contract,
        organization_id=row.organization_id,
        system_id=row.system_id,
        status=row.status,
        importance=row.importance,
        attributes=dict(row.attributes),
    )


def get(item_id: int) -> ItemInfo:
    """One item by id; NotFoundError when there is none."""
    row = Item.objects.filter(pk=item_id).first()
    if row is None:
        raise NotFoundError("没有这个配置项")
    return to_info(row)


def get_many(item_ids: list[int]) -> dict[int, ItemInfo]:
    """Items by id, in one query."""
    return {row.pk: to_info(row) for row in Item.objects.filter(pk__in=item_ids)}


def find(code: str) -> ItemInfo | None:
    """One item by its code, or None."""
    row = Item.objects.filter(code=code).first()
    return None if row is None else to_info(row)


def of_contract(contract: str, *, kinds: tuple[str, ...] = ()) -> list[ItemInfo]:
    """All items that a contract covers, optionally of some kinds, by code."""
    rows = Item.objects.filter(contract=contract)
    return [to_info(row) for row in (rows.filter(kind__in=kinds) if kinds else rows)]


def visible_to(user: access.Somebody) -> QuerySet[Item]:
    """The items of the bodies that a person sees; items without a body belong to everybody."""
    seen = access.visible_organizations(user, "cmdb.item.view")
    rows = Item.objects.select_related("organization", "system")
    if seen is None:
        return rows
    return rows.filter(Q(organization_id__in=seen) | Q(organization__isnull=True))


def relations_of(item: Item) -> list[Relation]:
    """Both directions, the item's own first."""
    rows = Relation.objects.select_related("source", "target")
    return list(rows.filter(source=item).order_by("type", "target__code")) + list(
        rows.filter(target=item).order_by("type", "source__code")
    )


def impacted_by(item_id: int) -> list[tuple[ItemInfo, int]]:
    """What stops working when an item stops: everything that reaches it through relations or
    membership of a system, with the number of steps (1 = directly), nearest first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IMPACT, {"item": item_id, "deepest": DEEPEST})
        steps = {row[0]: row[1] for row in cursor.fetchall()}
    items = get_many(list(steps))
    return sorted(
        ((items[pk], depth) for pk, depth in steps.items()), key=lambda e: (e[1], e[0].code)
    )


_IMPACT = """
WITH RECURSIVE edge(up, down) AS (
    SELECT source_id, target_id FROM cmdb_relation WHERE type <> 'part_of'
    UNION SELECT target_id, source_id FROM cmdb_relation WHERE type = 'part_of'
    UNION SELECT system_id, id FROM cmdb_item WHERE system_id IS NOT NULL
), reach(id, depth) AS (
    SELECT up, 1 FROM edge WHERE down = %(item)s
    UNION
    SELECT edge.up, reach.depth + 1 FROM edge JOIN reach ON edge.down = reach.id
    WHERE reach.depth < %(deepest)s
)
SELECT id, min(depth) FROM reach WHERE id <> %(item)s GROUP BY id
"""
