from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class FindingOpened(Event):
    """A check found something new, or something that was closed came back (`regressed`)."""

    name: ClassVar[str] = "findings.opened"
    finding_id: int
    episode: int
    regressed: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class FindingClosed(Event):
    """The check passes again (`by_check`), or people accepted the finding."""

    name: ClassVar[str] = "findings.closed"
    finding_id: int
    episode: int
    by_check: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class RecheckRequested(Event):
    """Somebody wants the check behind a finding run again; its source app handles this."""

    name: ClassVar[str] = "findings.recheck_requested"
    finding_id: int
    source: str
    fingerprint: str
    requested_at: datetime
