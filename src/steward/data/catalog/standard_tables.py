"""Catalogues and items as the tables that the standard's rules look at."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db.models import Count, Q

from steward.data.catalog.choices import Cycle, Scope, State
from steward.data.catalog.models import Catalogue, DataItem

_TEXT, _WHOLE = pa.string(), pa.int64()
CATALOGUE_COLUMNS = {
    "编号": _WHOLE, "目录名称": _TEXT, "目录代码": _TEXT, "摘要": _TEXT, "提供方代码": _TEXT,
    "机构代码": _TEXT, "提供方编号": _WHOLE, "分类": _TEXT, "格式": _TEXT, "共享类型": _TEXT,
    "共享条件": _TEXT, "共享方式": _TEXT, "开放类型": _TEXT, "开放条件": _TEXT, "更新周期": _TEXT,
    "周期天数": _WHOLE, "未更新天数": _WHOLE, "数据项数": _WHOLE, "主键数": _WHOLE, "源表": _TEXT,
}  # fmt: skip
ITEM_COLUMNS = {
    "编号": _WHOLE, "项代码": _TEXT, "项名称": _TEXT, "数据类型": _TEXT, "长度": _WHOLE,
    "敏感级别": _TEXT, "共享类型": _TEXT, "主键": _TEXT, "可为空": _TEXT,
}  # fmt: skip
COLUMNS = {
    str(Scope.CATALOGUES): tuple(CATALOGUE_COLUMNS),
    str(Scope.ITEMS): tuple(ITEM_COLUMNS),
}
KEYS = {str(Scope.CATALOGUES): ("编号",), str(Scope.ITEMS): ("编号", "项代码")}
_PLAIN = (
    "pk", "name", "code", "summary", "credit_code", "organization__credit_code",
    "organization_id", "resource_class", "format", "sharing", "sharing_condition",
    "sharing_method", "openness", "openness_condition", "cycle",
)  # fmt: skip
_ITEM_PLAIN = (
    "catalogue_id", "code", "name", "type", "length", "sensitivity", "sharing", "is_key", "nullable"
)  # fmt: skip
_YES_NO = {True: "是", False: "否"}


def empty_table(scope: str) -> pa.Table:
    """The columns without a row, to try rules on."""
    columns = CATALOGUE_COLUMNS if scope == Scope.CATALOGUES else ITEM_COLUMNS
    return pa.schema(list(columns.items())).empty_table()


def catalogue_table(
    now: datetime,
    *,
    ids: Collection[int] | None = None,
    together: Collection[tuple[str, ...]] = (),
) -> pa.Table:
    """Every catalogue that is not delisted; or those of `ids`, and every other one that is like one
    of them in all columns of one of `together`: duplicates are seen only among all of them."""
    rows = Catalogue.objects.exclude(state=State.DELISTED).order_by("pk")
    counts = {
        key: (items, keys)
        for key, items, keys in DataItem.objects.order_by()
        .values_list("catalogue_id")
        .annotate(items=Count("pk"), keys=Count("pk", filter=Q(is_key=True)))
    }
    found = rows.values_list(*_PLAIN, "collected_at", "source_id", "source_table").iterator()
    lines = [_catalogue_line(row, counts, now) for row in found]
    if ids is not None:
        lines = _narrowed(lines, set(ids), together)
    return _table(lines, CATALOGUE_COLUMNS)


def _narrowed(
    lines: list[tuple[Any, ...]], ids: set[int], together: Collection[tuple[str, ...]]
) -> list[tuple[Any, ...]]:
    """By the lower-case text of each value: never fewer than a rule finds equal."""
    places = {name: place for place, name in enumerate(CATALOGUE_COLUMNS)}
    groups = [[places[name] for name in names] for names in together]

    def marks(line: tuple[Any, ...]) -> set[tuple[Any, ...]]:
        return {
            (number, *(str(line[at]).strip().casefold() for at in group))
            for number, group in enumerate(groups)
        }

    wanted = {mark for line in lines if line[0] in ids for mark in marks(line)}
    return [line for line in lines if line[0] in ids or not wanted.isdisjoint(marks(line))]


def _catalogue_line(
    row: tuple[Any, ...], counts: dict[int, tuple[int, int]], now: datetime
) -> tuple[Any, ...]:
    plain, (collected_at, source_id, source_table) = row[: len(_PLAIN)], row[len(_PLAIN) :]
    cycle = plain[-1]
    longest = Cycle(cycle).longest if cycle in Cycle.values else None
    return (
        *plain,
        None if longest is None else longest.days,
        None if collected_at is None else (now - collected_at).days,
        *counts.get(plain[0], (0, 0)),
        f"{source_id}·{source_table}" if source_id else None,
    )


def item_table(ids: Collection[int] | None) -> pa.Table:
    """The items of these catalogues; None: of every catalogue that is not delisted."""
    rows = DataItem.objects.order_by("catalogue_id", "position")
    rows = (
        rows.exclude(catalogue__state=State.DELISTED)
        if ids is None
        else rows.filter(catalogue__in=ids)
    )
    found = rows.values_list(*_ITEM_PLAIN).iterator(chunk_size=20_000)
    return _table(((*row[:-2], _YES_NO[row[-2]], _YES_NO[row[-1]]) for row in found), ITEM_COLUMNS)


def _table(lines: Iterable[tuple[Any, ...]], columns: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list(columns.items()))
    parts = list(zip(*lines, strict=True))
    if not parts:
        return schema.empty_table()
    return pa.Table.from_arrays(
        [pa.array(part, type=kind) for part, kind in zip(parts, columns.values(), strict=True)],
        schema=schema,
    )
