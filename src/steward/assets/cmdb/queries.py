from dataclasses import dataclass

from steward.assets.cmdb.models import Item
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

SUBJECT_KIND = "cmdb.item"


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
