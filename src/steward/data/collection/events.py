from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TableCollected(Event):
    """A run succeeded: `table` of the lake is at `version`; `changed` says whether rows moved."""

    name: ClassVar[str] = "collection.table_collected"
    task_id: int
    run_id: int
    table: str
    version: int | None
    changed: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class TableRecalled(Event):
    """A collected table was taken back and its data removed."""

    name: ClassVar[str] = "collection.table_recalled"
    task_id: int
    table: str
    occurred_at: datetime
