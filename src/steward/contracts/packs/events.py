from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ContractVersionInstalled(Event):
    """A contract got its first terms, or an amendment."""

    name: ClassVar[str] = "packs.version_installed"
    contract: str
    number: int
    effective_date: date
