"""One incident deducts once: which indicator of an exclusive group takes which incident.

The incident goes where it costs most, so that another bad event never raises the score and
another exclusion never lowers it. The most that can be deducted is a weighted matching between
incidents and the deductions an indicator can still make before it is used up; slots sorted by
weight and filled along augmenting paths give the maximum (transversal matroid).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from steward.contracts.assessment.counting import incident_of, ordered
from steward.core.evidence.api import MetricEvent


@dataclass(frozen=True, slots=True)
class Claimant:
    """An indicator of the group: `deduct` for each incident, at most `limit` in all."""

    id: str
    title: str
    deduct: Decimal
    limit: Decimal
    events: tuple[MetricEvent, ...]
    honours_exclusions: bool = True

    def incidents(self) -> list[str]:
        """Its incidents in order of their first counting event, each once."""
        counted = [e for e in ordered(self.events) if not (self.honours_exclusions and e.excluded)]
        return list(dict.fromkeys(incident_of(event) for event in counted))

    def slots(self) -> list[Decimal]:
        """What each further deduction is worth until the limit is used up."""
        worth: list[Decimal] = []
        left = self.limit
        while left > 0 and len(worth) < len(self.events):
            worth.append(min(self.deduct, left))
            left -= self.deduct
        return worth


def assign(claimants: Sequence[Claimant]) -> dict[str, str]:
    """Which claimant (id) takes each incident; incidents that cost nothing stay with the first."""
    wanted = {claimant.id: claimant.incidents() for claimant in claimants}
    order = {claimant.id: n for n, claimant in enumerate(claimants)}
    slots = sorted(
        ((worth, c.id, n) for c in claimants for n, worth in enumerate(c.slots())),
        key=lambda slot: (-slot[0], order[slot[1]], slot[2]),
    )
    matching = _Matching(wanted)
    for _, owner, number in slots:
        matching.fill((owner, number), set())
    taken = {incident: slot[0] for incident, slot in matching.holder.items()}
    for claimant in claimants:
        for incident in wanted[claimant.id]:
            taken.setdefault(incident, claimant.id)
    return taken


@dataclass(slots=True)
class _Matching:
    """Which slot (claimant, number) holds which incident."""

    wanted: Mapping[str, list[str]]
    holder: dict[str, tuple[str, int]] = field(default_factory=dict)

    def fill(self, slot: tuple[str, int], visited: set[str]) -> bool:
        """Give the slot an incident, moving others along an augmenting path where needed."""
        for incident in self.wanted[slot[0]]:
            if incident in visited:
                continue
            visited.add(incident)
            if incident not in self.holder or self.fill(self.holder[incident], visited):
                self.holder[incident] = slot
                return True
        return False


def claimed_by_others(claimants: Sequence[Claimant]) -> dict[str, dict[str, str]]:
    """For each claimant the keys of its events that another one deducts, with that one's title."""
    taken = assign(claimants)
    titles = {claimant.id: claimant.title for claimant in claimants}
    return {
        claimant.id: {
            event.key: titles[owner]
            for event in claimant.events
            if (owner := taken.get(incident_of(event), claimant.id)) != claimant.id
        }
        for claimant in claimants
    }
