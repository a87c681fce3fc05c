from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OrganizationCreated(Event):
    name: ClassVar[str] = "organizations.created"
    organization_id: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationRenamed(Event):
    """The name changed: whatever is published under it must be pushed again (B2.6)."""

    name: ClassVar[str] = "organizations.renamed"
    organization_id: int
    old_name: str
    new_name: str
    version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationChanged(Event):
    """Attributes other than the name changed (`fields`): items are re-versioned (B3.2)."""

    name: ClassVar[str] = "organizations.changed"
    organization_id: int
    fields: tuple[str, ...]
    version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationMoved(Event):
    """The body, and its whole subtree with it, hangs under another parent (None = a root)."""

    name: ClassVar[str] = "organizations.moved"
    organization_id: int
    old_parent_id: int | None
    new_parent_id: int | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationMerged(Event):
    """`organization_id` ceased to exist; `into_id` continues it."""

    name: ClassVar[str] = "organizations.merged"
    organization_id: int
    into_id: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationCancelled(Event):
    name: ClassVar[str] = "organizations.cancelled"
    organization_id: int
    occurred_at: datetime
