"""Facade of the CMDB: configuration items and their relations."""

from datetime import datetime

from steward.assets.cmdb.choices import Importance, ItemStatus, RelationType
from steward.assets.cmdb.models import Item
from steward.assets.cmdb.queries import (
    SUBJECT_KIND,
    ItemInfo,
    find,
    get,
    get_many,
    impacted_by,
    of_contract,
    to_info,
)
from steward.assets.cmdb.registry import kind_choices
from steward.assets.cmdb.services import (
    ItemDraft,
    ItemInUseError,
    ItemProblemError,
    create_item,
    relate,
)
from steward.kernel.actors import Actor

__all__ = [
    "SUBJECT_KIND",
    "Importance",
    "ItemDraft",
    "ItemInUseError",
    "ItemInfo",
    "ItemProblemError",
    "ItemStatus",
    "RelationType",
    "add_item",
    "add_relation",
    "find",
    "get",
    "get_many",
    "impacted_by",
    "kind_choices",
    "of_contract",
]


def add_item(draft: ItemDraft, *, by: Actor, now: datetime) -> ItemInfo:
    """Register an item; ItemProblemError names the field that does not fit."""
    return to_info(create_item(draft, by=by, now=now))


def add_relation(source_id: int, target_id: int, *, type: str, by: Actor, now: datetime) -> None:  # noqa: A002
    """State that one item depends on another."""
    items = Item.objects.in_bulk([source_id, target_id])
    relate(items[source_id], items[target_id], type=type, by=by, now=now)
