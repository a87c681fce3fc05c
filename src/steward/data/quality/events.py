from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TableChecked(Event):
    """A run over a table ended well; `failing_rows` of `rows` break a rule."""

    name: ClassVar[str] = "quality.table_checked"
    table_id: int
    run_id: int
    table: str
    rows: int
    failing_rows: int
    occurred_at: datetime
