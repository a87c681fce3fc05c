"""What a comparison found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SideCounts:
    """Rows of one side: all, without a complete key, with a key that occurs more than once."""

    rows: int
    null_key_rows: int
    duplicate_key_rows: int
    only: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Exact counts; a key that is duplicated on either side counts in none of the four outcomes.

    `left.rows == same + different + left.only + left.null_key_rows + left.duplicate_key_rows`,
    and the same for the right. `files` maps `differences`, `duplicate_keys` and `null_keys` to
    the Parquet files that were asked for.
    """

    left: SideCounts
    right: SideCounts
    same: int
    different: int
    duplicate_keys: int
    columns: Mapping[str, int]
    categories: Mapping[str, int]
    left_only_columns: tuple[str, ...] = ()
    right_only_columns: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Whether both sides hold the same rows under the rules of the comparison."""
        return not (
            self.different
            or self.left.only
            or self.right.only
            or self.duplicate_keys
            or self.left.null_key_rows
            or self.right.null_key_rows
        )

    def as_json(self) -> dict[str, object]:
        """The counts as plain JSON values."""
        plain = asdict(self)
        plain["files"] = {name: str(path) for name, path in self.files.items()}
        plain["equal"] = self.equal
        return plain
