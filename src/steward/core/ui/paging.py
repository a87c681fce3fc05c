"""Pages of a long list without counting it, and counts that stop at a limit."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
COUNT_LIMIT = 10_000
LAST_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Slice(Generic[M]):
    """One page of rows; `number` counts from 1."""

    rows: list[M]
    number: int
    has_next: bool

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.has_next else None


def slice_of(rows: QuerySet[M], request: HttpRequest, *, size: int = 50) -> Slice[M]:
    """The rows of `?page=`; reads one row more than shown to know whether there are others."""
    text = request.GET.get("page", "1")
    number = min(int(text), LAST_PAGE) if text.isdecimal() and int(text) > 0 else 1
    first = (number - 1) * size
    found = list(rows[first : first + size + 1])
    return Slice(found[:size], number, len(found) > size)


def count_words(rows: QuerySet[M]) -> str:
    """How many rows, exactly up to 10,000 and as `10000+` above."""
    found = rows.order_by()[: COUNT_LIMIT + 1].count()
    return f"{COUNT_LIMIT}+" if found > COUNT_LIMIT else str(found)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab over a list: its link opens exactly the rows that it counts."""

    label: str
    count: str
    href: str
    chosen: bool


def tabs_of(
    request: HttpRequest, name: str, choices: list[tuple[str, str, QuerySet[Any]]]
) -> list[Tab]:
    """Tabs that set `?name=` and keep the other filters; choices: value, label, rows."""
    chosen = request.GET.get(name, "")
    tabs = []
    for value, label, rows in choices:
        query = request.GET.copy()
        query.pop("page", None)
        query.pop(name, None)
        if value:
            query[name] = value
        tabs.append(Tab(label, count_words(rows), f"?{query.urlencode()}", value == chosen))
    return tabs
