from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class UserDisabled(Event):
    """Somebody may no longer sign in; what is assigned to them needs another hand."""

    name: ClassVar[str] = "accounts.user_disabled"
    user_id: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class PostEnded(Event):
    """A post ended: the grants on it are void from that day."""

    name: ClassVar[str] = "accounts.post_ended"
    post_id: int
    user_id: int
    organization_id: int
    occurred_at: datetime
