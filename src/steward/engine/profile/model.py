"""The profile of a table and of its columns."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, kw_only=True)
class Value:
    """A frequent value or pattern and how many rows have it."""

    text: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """One column; counts are exact.

    `blank` are texts of nothing but blanks; `distinct` does not count missing values. `content`
    is what the values look like (`citizen_id`, `mobile`, …) when at least `CONTENT_SHARE` of the
    non-blank ones do; `matching` is how many.
    """

    name: str
    type: str
    rows: int
    nulls: int
    blank: int
    distinct: int
    minimum: str | None
    maximum: str | None
    shortest: int | None
    longest: int | None
    patterns: tuple[Value, ...] = ()
    frequent: tuple[Value, ...] = ()
    content: str = ""
    matching: int = 0

    @property
    def filled(self) -> int:
        """Rows with a value that is more than blanks."""
        return self.rows - self.nulls - self.blank

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.rows > 0 and self.filled == self.rows == self.distinct


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A table: rows, columns, and the smallest sets of columns that identify a row."""

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def as_json(self) -> Mapping[str, object]:
        """Plain JSON values."""
        return asdict(self)
