from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ReportMade(Event):
    """A version of a report was made and kept."""

    name: ClassVar[str] = "reports.made"

    report_id: int
    contract: str
    kind: str
    made_at: datetime
