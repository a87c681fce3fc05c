from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CataloguePublished(Event):
    """A version of a catalogue came into force."""

    name: ClassVar[str] = "catalog.published"
    catalogue_id: int
    version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class CatalogueDelisted(Event):
    """A catalogue was taken off the list."""

    name: ClassVar[str] = "catalog.delisted"
    catalogue_id: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class StandardAdopted(Event):
    """A version of the cataloguing standard came into force."""

    name: ClassVar[str] = "catalog.standard_adopted"
    version_id: int
    occurred_at: datetime
