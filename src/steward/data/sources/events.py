from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SchemaDrifted(Event):
    """A look at a source saw tables or columns that came, went or changed.

    The differences are the schema changes with `seen_at` equal to `occurred_at`.
    """

    name: ClassVar[str] = "sources.schema_drifted"
    source_id: int
    changes: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class SourceSurveyed(Event):
    """The structure of a source was read for the first time."""

    name: ClassVar[str] = "sources.surveyed"
    source_id: int
    occurred_at: datetime
