"""What a version holds, and two versions compared element by element (K10.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from steward.data.catalog.models import Catalogue, DataItem

ELEMENTS = (
    "code", "name", "summary", "resource_class", "credit_code", "format", "sharing",
    "sharing_condition", "sharing_method", "openness", "openness_condition", "cycle",
    "source_table",
)  # fmt: skip
ITEM_ELEMENTS = (
    "name", "type", "length", "sensitivity", "is_key", "nullable", "sharing", "source_type",
)  # fmt: skip
YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that differs; `item` is empty for an element of the catalogue itself."""

    item: str
    element: str
    before: str
    after: str


def _words(row: Catalogue | DataItem, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return YES_NO[value]
    display = getattr(row, f"get_{name}_display", None)
    shown = display() if display is not None else value
    return "" if shown is None else str(shown)


def _labels(model: type[Catalogue] | type[DataItem], names: tuple[str, ...]) -> dict[str, str]:
    words = {field.name: str(field.verbose_name) for field in model._meta.fields}  # noqa: SLF001
    return {name: words[name] for name in names}


def content_of(catalogue: Catalogue, items: list[DataItem]) -> dict[str, Any]:
    """Plain data in the words that people read: {"elements": {…}, "items": {code: {…}}}."""
    elements = {
        label: _words(catalogue, name) for name, label in _labels(Catalogue, ELEMENTS).items()
    }
    elements |= {"信息系统": catalogue.system.name, "提供方": catalogue.organization.name}
    labels = _labels(DataItem, ITEM_ELEMENTS)
    return {
        "elements": elements,
        "items": {
            item.code: {label: _words(item, name) for name, label in labels.items()}
            for item in items
        },
    }


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every element that changed, then items added, removed and changed, by item code."""
    found = [
        Difference("", *changed) for changed in _changed(before["elements"], after["elements"])
    ]
    old, new = before["items"], after["items"]
    for code in sorted({*old, *new}):
        if code not in new:
            found.append(Difference(code, "数据项", _summary(old[code]), "（删除）"))
        elif code not in old:
            found.append(Difference(code, "数据项", "（新增）", _summary(new[code])))
        else:
            found += [Difference(code, *changed) for changed in _changed(old[code], new[code])]
    return found


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, str, str]]:
    order = list(_labels(Catalogue, ELEMENTS).values())
    labels = dict.fromkeys([*(label for label in order if label in old), *sorted({*old, *new})])
    return [
        (label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _summary(item: Mapping[str, str]) -> str:
    return "，".join(words for words in item.values() if words and words not in ("是", "否"))
