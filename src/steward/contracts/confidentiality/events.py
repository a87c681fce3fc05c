from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class AccessGranted(Event):
    """The client approved an access; it holds for [starts_at, ends_at)."""

    name: ClassVar[str] = "confidentiality.granted"
    contract: str
    grant_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AccessEnded(Event):
    """An access expired or was revoked."""

    name: ClassVar[str] = "confidentiality.ended"
    contract: str
    grant_id: int
    revoked: bool
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class HandbackClosed(Event):
    """Both sides signed that everything was returned or destroyed."""

    name: ClassVar[str] = "confidentiality.handback_closed"
    contract: str
    closed_at: datetime
