"""What a report says, as plain data: one text for the page, the document and the hash of both."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import TypeAdapter

from steward.kernel.canonical import canonical_json, content_hash

NO_DATA = "无数据"
Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure; `value` None is no data with the reason in `reason`, never nothing.

    `name` is what a template calls it; `url` opens exactly the rows behind it; `records` how many
    were looked at and `grade` the weakest evidence among them.
    """

    name: str
    text: str
    value: Decimal | None
    reason: str = ""
    url: str = ""
    grade: str = ""
    records: int = 0

    @property
    def basis(self) -> str:
        """Where it comes from, in words."""
        if self.value is None:
            return self.reason
        if self.reason:
            return self.reason
        grade = f"，证据 {self.grade} 级" if self.grade else ""
        return f"{self.records} 条记录{grade}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; `width` is its share of the table."""

    title: str
    align: Align = "left"
    width: int = 10


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `empty` is said when there are none, `more` rows were left out."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "本期没有记录"
    more: int = 0
    url: str = ""

    def aligned(self) -> list[list[tuple[Column, Cell]]]:
        """Each cell with its column, for the page."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of bars; None is a gap: no data at that place."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures; `words` says in one sentence what it shows (alternative text)."""

    title: str
    shape: Literal["bar", "line"]
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    words: str

    @property
    def has_data(self) -> bool:
        return any(value is not None for series in self.series for value in series.values)


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report: of what contract and stretch, by what was recorded before `as_of`."""

    kind: str
    kind_label: str
    key: str
    label: str
    contract: str
    contract_title: str
    client: str
    supplier: str
    start: datetime
    end: datetime
    as_of: datetime
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return f"{self.contract_title}{self.kind_label}"

    def figures(self) -> list[Figure]:
        """Every key figure, the first of a name only."""
        found: dict[str, Figure] = {}
        for section in self.sections:
            for figure in section.figures:
                found.setdefault(figure.name, figure)
        return list(found.values())

    def document(self) -> dict[str, Any]:
        """As plain JSON values, decimals and instants as text."""
        dumped: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return dumped

    def canonical(self) -> str:
        """The one text of this report."""
        return canonical_json(self.document()).decode()

    def digest(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return content_hash(self.document())


_ADAPTER: TypeAdapter[Content] = TypeAdapter(Content)


def content_from(text: str) -> Content:
    """A kept report, exactly as it was."""
    return _ADAPTER.validate_json(text)
