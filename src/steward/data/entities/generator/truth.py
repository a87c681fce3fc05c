"""What is right in the rows that carry a fault: what a person finds who looks into the matter."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from steward.data.entities.generator.faults import Fault

Texts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row with its fault: `place` in the slice from 0, what each column holds and should hold.

    Values are texts as the lake shows them. A person who is put back into a household makes its
    number of members wrong; that household has to be put right as well.
    """

    fault: Fault
    place: int
    held: Texts
    right: Texts

    @property
    def edits(self) -> dict[str, str | None]:
        """The columns to be changed with their right values."""
        return {name: text for name, text in self.right.items() if text != self.held[name]}

    @property
    def is_wrong(self) -> bool:
        """Whether this row is to be changed: what another one repeats is right as it is."""
        repeated = self.fault.in_pairs and self.fault.identity and self.place % 2 == 0
        return not repeated

    @property
    def fault_of_its_own(self) -> tuple[str, int]:
        """Equal for the rows of a pair: one fault that two rows show."""
        return self.fault.code, self.place // 2 if self.fault.in_pairs else self.place


class Truth(Mapping[str, Faulty]):
    """The faulty rows of an entity by their key."""

    def __init__(self, rows: Mapping[str, Faulty]) -> None:
        self._rows = rows

    def __getitem__(self, key: str) -> Faulty:
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def remaining(self, corrected: Collection[str]) -> dict[str, int]:
        """Rule → rows that it still finds when the rows of these keys have been put right.

        Of a pair that shares a value, both are right as soon as one has its own.
        """
        done = {row.fault_of_its_own for row in map(self.__getitem__, corrected) if row.is_wrong}
        found: Counter[str] = Counter()
        for row in self._rows.values():
            if row.fault_of_its_own not in done:
                found.update(row.fault.breaks)
        return dict(found)
