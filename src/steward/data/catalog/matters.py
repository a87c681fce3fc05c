"""Service items issued by the province and their catalogues (K10.4)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO

from django.db import transaction

from steward.core.audit import api as audit
from steward.data.catalog.errors import InvalidCatalogueError
from steward.data.catalog.models import (
    CATALOGUE_KIND,
    Catalogue,
    ServiceItem,
    ServiceItemLink,
)
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject

COLUMNS = {
    "code": ("local_item_code", "code", "事项编码"),
    "name": ("name", "事项名称"),
    "department": ("department", "部门", "部门名称"),
    "area_code": ("area_code", "区划代码", "行政区划"),
}
NEEDED = ("code", "name", "department")
LARGEST = 500_000


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that was not read, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class ItemsReport:
    """What a list of items brought; `ended` counts those that it no longer names."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    problems: list[LineProblem] = field(default_factory=list)


@transaction.atomic
def import_service_items(
    content: bytes, *, complete: bool = False, by: Actor, now: datetime
) -> ItemsReport:
    """Take a CSV list (UTF-8 or GB18030); good lines are kept, each bad one is named.

    `complete`: what the list does not name is no longer in use. InvalidCatalogueError when the
    file has not the columns.
    """
    report = ItemsReport()
    known = {row.code: row for row in ServiceItem.objects.all()}
    seen: set[str] = set()
    new, changed = [], []
    for line, cells in _lines(_text(content)):
        problem = _problem(cells, seen)
        if problem:
            report.problems.append(LineProblem(line, problem))
            continue
        seen.add(cells["code"])
        row = known.get(cells["code"])
        if row is None:
            new.append(ServiceItem(**cells, imported_at=now))
        elif _differs(row, cells):
            for name, value in (*cells.items(), ("is_current", True), ("imported_at", now)):
                setattr(row, name, value)
            changed.append(row)
        else:
            report.unchanged += 1
    ServiceItem.objects.bulk_create(new, batch_size=2000)
    names = ["name", "department", "area_code", "is_current", "imported_at"]
    ServiceItem.objects.bulk_update(changed, names, batch_size=2000)
    report.created, report.changed = len(new), len(changed)
    if complete:
        gone = [row.pk for code, row in known.items() if code not in seen and row.is_current]
        report.ended = ServiceItem.objects.filter(pk__in=gone).update(is_current=False)
    after = {"good": len(seen), "bad": len(report.problems)}
    subject = Subject(CATALOGUE_KIND, "", "政务事项")
    audit.record("catalog.items_list.imported", subject, by=by, now=now, after=after)
    return report


def _differs(row: ServiceItem, cells: dict[str, str]) -> bool:
    return not row.is_current or any(getattr(row, name) != value for name, value in cells.items())


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidCatalogueError("文件不是 UTF-8 或 GB18030 编码的 CSV，请另存后再上传")


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(StringIO(text))
    header = [cell.strip() for cell in next(reader, [])]
    places = {
        name: next((header.index(word) for word in words if word in header), -1)
        for name, words in COLUMNS.items()
    }
    if missing := [COLUMNS[name][-1] for name in NEEDED if places[name] < 0]:
        raise InvalidCatalogueError(f"第 1 行缺少列：{'、'.join(missing)}")
    for number, cells in enumerate(reader, start=1):
        if number > LARGEST:
            raise InvalidCatalogueError(f"一次最多导入 {LARGEST} 行")
        if any(cell.strip() for cell in cells):
            yield (
                reader.line_num,
                {
                    name: cells[place].strip() if 0 <= place < len(cells) else ""
                    for name, place in places.items()
                },
            )


def _problem(cells: dict[str, str], seen: set[str]) -> str:
    for name in NEEDED:
        if not cells[name]:
            return f"缺少{COLUMNS[name][-1]}"
    if len(cells["code"]) > 120 or len(cells["name"]) > 300 or len(cells["department"]) > 120:
        return "编码、名称或部门过长"
    if cells["code"] in seen:
        return f"事项编码“{cells['code']}”在本文件中重复"
    return ""


@transaction.atomic
def link_items(
    catalogue_id: int, codes: tuple[str, ...], *, by: Actor, now: datetime
) -> tuple[int, list[str]]:
    """Link service items by their codes; how many links are new, and the codes that are unknown."""
    catalogue = Catalogue.objects.get(pk=catalogue_id)
    items = ServiceItem.objects.filter(code__in=codes)
    unknown = sorted(set(codes) - {item.code for item in items})
    linked = set(catalogue.links.values_list("item_id", flat=True))
    made = ServiceItemLink.objects.bulk_create(
        ServiceItemLink(item=item, catalogue=catalogue, linked_by=by.label, linked_at=now)
        for item in items
        if item.pk not in linked
    )
    if made:
        names = "、".join(link.item.name for link in made[:5])
        audit.record("catalog.linked", catalogue.subject, by=by, now=now,
                     after={"count": len(made), "names": names})  # fmt: skip
    return len(made), unknown


@transaction.atomic
def unlink_item(catalogue_id: int, item_id: int, *, by: Actor, now: datetime) -> None:
    """Take a link away; one that is not there stays away."""
    link = (
        ServiceItemLink.objects.select_related("item", "catalogue")
        .filter(catalogue_id=catalogue_id, item_id=item_id)
        .first()
    )
    if link is not None:
        audit.record("catalog.unlinked", link.catalogue.subject, by=by, now=now,
                     after={"name": link.item.name})  # fmt: skip
        link.delete()
