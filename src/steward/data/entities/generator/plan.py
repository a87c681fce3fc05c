"""How many rows each table gets and which slice of them carries which fault."""

from dataclasses import dataclass

from steward.data.entities.generator.faults import FAULTS, Fault
from steward.kernel.errors import InvalidError

MOST_PEOPLE = 60_000_000
MOST_VEHICLES = 3_400_000
HOUSEHOLD_SIZE = 2.6


class InvalidPopulationError(InvalidError):
    """A population of a size that cannot be generated."""

    code = "entities.invalid_population"


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows [start, end) of a table carry a fault."""

    fault: Fault
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` in all; the clean ones are [0, `clean`)."""

    rows: int
    clean: int
    slices: tuple[Slice, ...]

    def slice(self, code: str) -> Slice:
        """The rows of one fault."""
        return next(item for item in self.slices if item.fault.code == code)


@dataclass(frozen=True, slots=True)
class Plan:
    """Every table of a population."""

    person: Table
    household: Table
    home: Table
    vehicle: Table
    place: Table

    def tables(self) -> dict[str, Table]:
        return {code: getattr(self, code) for code in FAULTS}


def check_size(people: int) -> None:
    """InvalidPopulationError for fewer than carry every fault, or more than numbers last for."""
    if not 500 <= people <= MOST_PEOPLE:
        raise InvalidPopulationError(f"人数须在 500 到 {MOST_PEOPLE} 之间，现为 {people}")


def make_plan(people: int) -> Plan:
    """The plan of a population of so many people; InvalidPopulationError names the bounds."""
    check_size(people)
    person = _table("person", people)
    household = _table("household", min(int(people / HOUSEHOLD_SIZE), person.clean))
    home_faults = sum(_sizes("home", household.rows))
    homes = household.rows + household.rows // 20 + home_faults
    return Plan(
        person=person,
        household=household,
        home=_table("home", homes, faulty=home_faults, like=household.rows),
        vehicle=_table("vehicle", min(people * 3 // 10, MOST_VEHICLES)),
        place=_table("place", people // 40 + 150),
    )


def _table(code: str, rows: int, *, faulty: int | None = None, like: int | None = None) -> Table:
    sizes = _sizes(code, like or rows)
    start = rows - (faulty or sum(sizes))
    clean, slices = start, []
    for fault, size in zip(FAULTS[code], sizes, strict=True):
        slices.append(Slice(fault, start, start + size))
        start += size
    return Table(rows, clean, tuple(slices))


def _sizes(code: str, rows: int) -> list[int]:
    """Even, different from neighbours, about one row in two thousand each."""
    base = 2 * max(1, rows // 4000)
    return [base + 2 * (number % 3) for number in range(len(FAULTS[code]))]
