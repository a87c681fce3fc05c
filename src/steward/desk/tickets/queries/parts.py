"""The judged clocks of a long period, put together from stretches that are remembered."""

from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from steward.core.evidence import api as evidence
from steward.desk.tickets.models.tickets import CLOCK_FACTS
from steward.desk.tickets.queries.judged import (
    Breach,
    Judged,
    Sort,
    Tally,
    Which,
    days_with_tickets,
    tally,
)
from steward.kernel.periods import Period

STRETCH = timedelta(days=31)


def judged_in_parts(query: evidence.MetricQuery, which: Which) -> Judged:
    """The same as `judge(which)`: every clock of the contract tallied once, then chosen from.

    A stretch in which nothing was written and nothing ran out since is not read again.
    """
    key = (CLOCK_FACTS, which.contract, which.start, which.end, which.as_of)
    if key not in query.shared:
        asked = evidence.Stretch(CLOCK_FACTS, which.contract, _periods(which), which.as_of)
        reader = _Reader(which)
        data = evidence.partials(asked, reader.measure, fresh=query.fresh)
        query.shared[key] = [_read(part) for part in data]
    parts = query.shared[key]
    breaches = [b for _, found in parts for b in found if _is_meant(which, b.sort)]
    breaches.sort(key=lambda breach: (breach.at, breach.clock_id))
    population = sum(n for judged, _ in parts for sort, n in judged if _is_meant(which, sort))
    return Judged(population, tuple(breaches))


def _periods(which: Which) -> list[Period]:
    """Stretches from the start of the period; the running one is not cut at `as_of`."""
    last = which.end if which.end < which.as_of else which.as_of + STRETCH
    found, start = [], which.start
    while start < min(which.end, which.as_of):
        end = min(start + STRETCH, last)
        found.append(Period(start, end))
        start = end
    return found


@dataclass(slots=True)
class _Reader:
    """Reads stretches; which days have tickets at all is asked once, when one must be read."""

    which: Which
    days: set[datetime] | None = None

    def measure(self, period: Period) -> evidence.Partial:
        if self.days is None:
            self.days = days_with_tickets(self.which.contract, self.which.start)
        day = timedelta(days=1)
        if not any(period.start - day < found < period.end for found in self.days):
            return _partial(Tally({}, (), None, is_lasting=True))
        every = replace(self.which, ticket_kinds=(), severities=(), clock_kinds=())
        return _partial(tally(replace(every, start=period.start, end=period.end)))


def _partial(found: Tally) -> evidence.Partial:
    judged = sorted([*sort, number] for sort, number in found.judged.items())
    breaches = [[breach.at.isoformat(), *astuple(breach)[:-1]] for breach in found.breaches]
    data = {"judged": judged, "breaches": breaches}
    return evidence.Partial(data, until=found.until, lasting=found.is_lasting)


_Part = tuple[list[tuple[Sort, int]], list[Breach]]


def _breach(row: list[Any]) -> Breach:
    at, *rest = row
    return Breach(*[*rest, datetime.fromisoformat(at)])


def _read(data: Any) -> _Part:
    judged = [((kind, severity, clock), n) for kind, severity, clock, n in data["judged"]]
    breaches = [_breach(row) for row in data["breaches"]]
    return judged, breaches


def _is_meant(which: Which, sort: Sort) -> bool:
    wanted = (which.ticket_kinds, which.severities, which.clock_kinds)
    return all(not names or name in names for names, name in zip(wanted, sort, strict=True))
