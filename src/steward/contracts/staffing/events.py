from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class MemberLeft(Event):
    """Somebody is no longer of the team from `left_at` on; what they could open must end."""

    name: ClassVar[str] = "staffing.member_left"
    contract: str
    member_id: int
    left_at: datetime


@dataclass(frozen=True, slots=True)
class TeamChanged(Event):
    """A change of people took effect; the list of the team is another one now."""

    name: ClassVar[str] = "staffing.team_changed"
    contract: str
    change_id: int
    effective_at: datetime
