from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from steward.data.entities.library import Column, entity_of_table
from steward.data.entities.models import LineageChange, LineageField

VIEW = "entities.lineage.view"


@dataclass(frozen=True, slots=True)
class LineageInfo:
    """Where a field comes from; `source_name` is the Chinese name where the library knows it."""

    id: int
    target_table: str
    target_field: str
    source_system: str
    source_table: str
    source_field: str
    source_name: str
    transformation: str
    authority: int
    since_version: int
    changed_at: datetime
    changed_by: str

    @property
    def source(self) -> str:
        return f"{self.source_system} {self.source_table}"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A target field and, for each source of the matrix, its lines."""

    field: str
    column: Column | None
    cells: tuple[tuple[LineageInfo, ...], ...]

    @property
    def has_source(self) -> bool:
        return any(self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Target field × source; `sources` are (system, table, what people call the table)."""

    sources: tuple[tuple[str, str, str], ...]
    rows: tuple[MatrixRow, ...]


def name_of(table: str, field: str) -> str:
    """The Chinese name of a field of the library, or the field itself."""
    model = entity_of_table(table)
    column = model.columns.get(field) if model else None
    return column.name if column else field


def to_info(row: LineageField) -> LineageInfo:
    names = [name for name in LineageInfo.__dataclass_fields__ if name not in ("id", "source_name")]
    return LineageInfo(
        id=row.pk,
        source_name=name_of(row.source_table, row.source_field),
        **{name: getattr(row, name) for name in names},
    )


def lineage_of(table: str) -> tuple[LineageInfo, ...]:
    """Where each field of a table comes from, by field and authority (K15.1)."""
    plain = table.rpartition(".")[2]
    return tuple(to_info(row) for row in LineageField.objects.filter(target_table=plain))


def fed_by(table: str) -> tuple[LineageInfo, ...]:
    """What a source table feeds: the lineage the other way round."""
    plain = table.rpartition(".")[2]
    return tuple(to_info(row) for row in LineageField.objects.filter(source_table=plain))


def matrix_of(table: str) -> Matrix:
    """The lineage of a table as a matrix; fields that nothing feeds are in it, empty."""
    lines = lineage_of(table)
    counted = Counter((line.source_system, line.source_table) for line in lines)
    sources = sorted(
        counted,
        key=lambda source: (entity_of_table(source[1]) is None, -counted[source], source),
    )
    model = entity_of_table(table)
    fields = dict.fromkeys([*(model.columns if model else ()), *(x.target_field for x in lines)])
    rows = [
        MatrixRow(
            name,
            model.columns.get(name) if model else None,
            tuple(
                tuple(
                    line
                    for line in lines
                    if line.target_field == name
                    and (line.source_system, line.source_table) == source
                )
                for source in sources
            ),
        )
        for name in fields
    ]
    named = tuple((system, code, _title(code)) for system, code in sources)
    return Matrix(named, tuple(rows))


def _title(table: str) -> str:
    model = entity_of_table(table)
    return model.name if model else table


def history_of(table: str) -> list[LineageChange]:
    """The last two hundred changes, newest first."""
    return list(LineageChange.objects.filter(target_table=table)[:200])


def version_of(table: str) -> int:
    """The present version of a table's lineage; 0 before the first line."""
    found: Any = LineageChange.objects.filter(target_table=table).aggregate(v=Max("version"))["v"]
    return int(found or 0)


def as_values(info: LineageInfo) -> dict[str, Any]:
    """What the history keeps of a line."""
    kept = ("source_system", "source_table", "source_field", "transformation", "authority")
    return {key: value for key, value in asdict(info).items() if key in kept}
