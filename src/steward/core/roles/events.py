from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class GrantChanged(Event):
    """A role was granted or revoked (`change`); `request_*` name the approval behind it (K5)."""

    name: ClassVar[str] = "roles.grant_changed"
    grant_id: int
    user_id: int
    organization_id: int
    role_id: int
    change: str
    request_kind: str
    request_key: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """The permissions of a role changed, and with them what its holders may do."""

    name: ClassVar[str] = "roles.role_changed"
    role_id: int
    occurred_at: datetime
