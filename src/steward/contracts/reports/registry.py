"""What a kind of report is: one file in `kinds/`, found by its code."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.contracts.packs import api as packs
from steward.contracts.reports.sections import Section
from steward.contracts.reports.stretches import Choice, Rhythm, stretches
from steward.core.evidence import api as evidence
from steward.kernel.registry import Extension, Registry


@dataclass(frozen=True, slots=True)
class Asked:
    """One report to be composed, by what was recorded before `as_of`."""

    contract: packs.ContractInfo
    pack: packs.Pack
    choice: Choice
    as_of: datetime

    @property
    def start(self) -> datetime:
        return self.choice.start

    @property
    def end(self) -> datetime:
        """The end of what can be known: a running stretch is reported up to `as_of`."""
        return max(min(self.choice.end, self.as_of), self.choice.start)


class ReportKind(Extension):
    """A kind of report.

    `rhythm` is set where it comes due by the calendar; `words` are what a contract calls the
    deliverable, for finding the duty that it fulfils; `order` its place in lists.
    """

    rhythm: ClassVar[Rhythm | None] = None
    words: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[int] = 100

    @classmethod
    @abstractmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        """What can be reported on by now, newest first; still running stretches come too."""

    @classmethod
    @abstractmethod
    def compose(cls, asked: Asked) -> tuple[Section, ...]:
        """The chapters, from facades and metrics only."""

    @classmethod
    def evidence_kind(cls) -> str:
        """The kind under which such a report is kept as evidence."""
        return f"reports.{cls.code}"


class PeriodicKind(ReportKind):
    """A report that comes due when its stretch is over."""

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        assert cls.rhythm is not None
        return [c for c in stretches(cls.rhythm, contract) if c.start < now][::-1]


class TicketKind(ReportKind):
    """A report on one ticket of certain kinds."""

    ticket_kinds: ClassVar[tuple[str, ...]]

    @classmethod
    def choices(cls, contract: packs.ContractInfo, *, now: datetime) -> list[Choice]:
        spec = evidence.metric_spec("desk.tickets")
        end = max(contract.start, min(contract.end, now))
        query = evidence.MetricQuery(
            contract.code, contract.start, end, now, {"ticket_kinds": list(cls.ticket_kinds)}
        )
        found = [event for event in spec.compute(query).events if not event.excluded]
        return [
            Choice(event.subject.key, event.subject.label, event.occurred_at, now)
            for event in reversed(found)
        ]


KINDS: Registry[ReportKind] = Registry("steward.contracts.reports.kinds")


def kinds() -> list[type[ReportKind]]:
    """Every kind in the order of lists."""
    return sorted(KINDS, key=lambda kind: (kind.order, kind.code))
