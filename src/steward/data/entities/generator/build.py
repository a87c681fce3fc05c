"""Generate a population in DuckDB, lay the faults over it, count what each rule must find."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from steward.data.entities.generator.faults import DIED
from steward.data.entities.generator.macros import MACROS
from steward.data.entities.generator.plan import InvalidPopulationError, Plan, Slice, make_plan
from steward.data.entities.generator.tables import CLEAN
from steward.data.entities.generator.truth import Faulty, Truth
from steward.data.entities.library import entity
from steward.engine.lake.duck import Limits, literal, open_session

COUNTY = "330802"
REFERENCES = ("region", "building", "death")
IDENTITIES = ("twin", "namesake", "minor", "ancient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to generate. `regions`: a whole table of region codes instead of the packaged one.

    `today` is the day ages are counted on; the same recipe always gives the same rows.
    """

    people: int = 20_000
    seed: int = 20260301
    today: date = date(2026, 3, 1)
    regions: Path | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """A generated population in an open session.

    `planted`: entity → rule → how many rows must fail; rules that nothing breaks are left out.
    """

    session: duckdb.DuckDBPyConnection
    recipe: Recipe
    plan: Plan
    planted: dict[str, dict[str, int]] = field(default_factory=dict)

    def reader(self, code: str) -> pa.RecordBatchReader:
        """The rows of an entity or reference table in the columns and types of its model."""
        model = entity(code)
        names = ", ".join(model.columns)
        reader = self.session.sql(f"SELECT {names} FROM {code}").to_arrow_reader(100_000)  # noqa: S608
        batches = (batch.cast(model.schema) for batch in reader)
        return pa.RecordBatchReader.from_batches(model.schema, batches)

    def write_csv(self, code: str, path: Path) -> None:
        r"""The same rows as a file without header: texts in quotes, NULL as an unquoted \N."""
        model = entity(code)
        names = ", ".join(model.columns)
        texts = [name for name, column in model.columns.items() if column.type == "text"]
        self.session.execute(
            f"COPY (SELECT {names} FROM {code}) TO {literal(str(path))} (FORMAT csv, "  # noqa: S608
            f"HEADER false, NULLSTR '\\N', FORCE_QUOTE ({', '.join(texts)}))"
        )

    def truth(self, code: str) -> Truth:
        """The faulty rows of an entity with what would be right in them."""
        slices = self.plan.tables()[code].slices
        columns = entity(code).columns
        texts = ", ".join(f"CAST({_right(name, slices)} AS VARCHAR)" for name in columns)
        clean = _clean(code, self.recipe, self.plan, identities=("minor",))
        rights = self._texts(f"SELECT {texts}, slot, o FROM ({clean}) WHERE slot >= 0")  # noqa: S608
        texts = ", ".join(f"CAST({name} AS VARCHAR)" for name in columns)
        held = self._texts(f"SELECT {texts}, slot, o FROM {code} WHERE slot >= 0")  # noqa: S608
        place = list(columns).index(entity(code).key[0])
        there = {row[place]: dict(zip(columns, row, strict=False)) for row in held}
        return Truth(
            {
                row[place]: Faulty(slices[row[-2]].fault, row[-1], there[row[place]],
                                   dict(zip(columns, row, strict=False)))
                for row in rights
            }
        )  # fmt: skip

    def _texts(self, select: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.session.execute(select).fetchall()
        return rows

    def rows(self, code: str) -> int:
        """How many rows a table has."""
        found = self.session.execute(f"SELECT count(*) FROM {code}").fetchall()  # noqa: S608
        return int(found[0][0])


@contextmanager
def generate(recipe: Recipe, *, limits: Limits | None = None) -> Iterator[Population]:
    """A population as `recipe` says; gone when the block ends.

    InvalidPopulationError for a size out of bounds or regions without the county.
    """
    plan = make_plan(recipe.people)
    with open_session(limits or Limits(memory="2GB")) as session:
        _prepare(session, recipe, plan)
        for code in ("person", "place", "home", "household", "vehicle"):
            _make(session, code, recipe=recipe, plan=plan)
            if code == "person":
                _known_people(session)
        _register_deaths(session, plan)
        yield Population(session, recipe, plan, _count(session, plan))


def _prepare(session: duckdb.DuckDBPyConnection, recipe: Recipe, plan: Plan) -> None:
    """Macros, the region table, the buildings."""
    session.execute(MACROS.format(seed=int(recipe.seed)))
    regions, named = _regions(recipe), towns(recipe)
    if not named:
        raise InvalidPopulationError(f"区划表里没有 {COUNTY} 的乡镇街道")
    session.execute(
        "CREATE TABLE region (code VARCHAR, level VARCHAR, name VARCHAR, parent_code VARCHAR)"
    )
    session.executemany("INSERT INTO region VALUES (?, ?, ?, ?)", regions)
    listed = ", ".join(f"'{code}'" for code in sorted(named))
    cases = " ".join(f"WHEN '{code}' THEN '{named[code]}'" for code in sorted(named))
    session.execute(f"CREATE MACRO town_of(b) AS pick([{listed}], CAST(b AS BIGINT), 90)")
    session.execute(f"CREATE MACRO town_name(c) AS CASE c {cases} END")
    session.execute(
        "CREATE MACRO room_of(m) AS CAST((1 + (m % 12) // 2) * 100 + 1 + m % 2 AS VARCHAR)"
    )
    session.execute(
        "CREATE TABLE building AS SELECT 'B' || padded(range, 6) AS building_id, "
        "padded(range, 5) || '幢' AS name, town_of(range) AS region_code, "
        "CAST(6 AS INTEGER) AS floors FROM range(?)",
        [_buildings(plan)],
    )


def towns(recipe: Recipe) -> dict[str, str]:
    """Code and name of every town and street of the county."""
    return {code: name for code, level, name, _ in _regions(recipe) if level == "town"}


def _regions(recipe: Recipe) -> list[tuple[str, str, str, str]]:
    """The county and its towns."""
    source = recipe.regions or files("steward.data.entities") / "regions.csv"
    lines = csv.DictReader(source.read_text("utf-8").splitlines())
    return [
        (row["code"], row["level"], row["name"], row["parent_code"])
        for row in lines
        if row["code"].startswith(COUNTY)
    ]


def _buildings(plan: Plan) -> int:
    return plan.home.rows // 24 + 1


def _make(session: duckdb.DuckDBPyConnection, code: str, *, recipe: Recipe, plan: Plan) -> None:
    """The clean rows with the faults laid over them, as a table named like the entity."""
    clean = _clean(code, recipe, plan, identities=IDENTITIES)
    slices = plan.tables()[code].slices
    columns = ", ".join(_laid(name, slices) for name in entity(code).columns)
    extra = ", house" if code == "person" else ""
    session.execute(f"CREATE TABLE {code} AS SELECT slot, o{extra}, {columns} FROM ({clean})")  # noqa: S608


def _clean(code: str, recipe: Recipe, plan: Plan, *, identities: tuple[str, ...]) -> str:
    """SQL of the rows without what faults set; `identities` are those that faults change."""
    table = plan.tables()[code]
    special = dict.fromkeys(IDENTITIES, -2)
    special |= {
        item.fault.identity: number
        for number, item in enumerate(table.slices)
        if item.fault.identity in identities
    }
    return CLEAN[code].format(
        slot=_by_slice(table.slices, table.clean, [str(i) for i in range(len(table.slices))]),
        slot_start=_by_slice(table.slices, table.clean, [str(s.start) for s in table.slices]),
        rows=table.rows,
        clean=table.clean,
        today=recipe.today.isoformat(),
        moment=f"TIMESTAMP '{recipe.today} 00:00:00' - to_minutes(CAST(h(n, 99) % 400000 AS BIGINT))",
        households=plan.household.rows,
        true_heads=plan.household.clean,
        people_clean=plan.person.clean,
        places_clean=plan.place.clean,
        buildings=_buildings(plan),
        **special,
    )


def _by_slice(slices: tuple[Slice, ...], clean: int, values: list[str]) -> str:
    """SQL: a value by the slice of `range`; -1 (or the row itself) for a clean row."""
    branches = [f"WHEN range < {s.end} THEN {v}" for s, v in zip(slices, values, strict=True)]
    return f"CASE WHEN range < {clean} THEN -1 {' '.join(branches)} ELSE -1 END"


def _laid(column: str, slices: tuple[Slice, ...]) -> str:
    """SQL: the column with the faults that set it."""
    return f"{_chosen(column, [item.fault.sets for item in slices])} AS {column}"


def _right(column: str, slices: tuple[Slice, ...]) -> str:
    """SQL: the column as a person puts it right."""
    return _chosen(column, [item.fault.rights for item in slices])


def _chosen(column: str, by_slot: list[Mapping[str, str]]) -> str:
    branches = [
        f"WHEN {slot} THEN {values[column]}"
        for slot, values in enumerate(by_slot)
        if column in values
    ]
    return f"CASE slot {' '.join(branches)} ELSE {column} END" if branches else column


def _known_people(session: duckdb.DuckDBPyConnection) -> None:
    """Whom other tables may name, and how many live in each household as registered."""
    session.execute(
        "CREATE TABLE heads AS SELECT CAST(substring(person_id, 2) AS BIGINT) AS head, full_name, "
        "citizen_id, mobile FROM person WHERE slot < 0"
    )
    session.execute(
        "CREATE TABLE sizes AS SELECT household_id, count(*) AS people FROM person GROUP BY 1"
    )


def _register_deaths(session: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """The planted ones, and as many who never lived here."""
    slot = [s.fault.code for s in plan.person.slices].index("not_deceased")
    session.execute(
        "CREATE TABLE death AS SELECT citizen_id, ? AS died_date FROM person "
        "WHERE slot = ? UNION ALL SELECT stranger(500000 + range), '2025-10-01' FROM range(?)",
        [DIED, slot, max(plan.person.rows // 200, 10)],
    )


def _count(session: duckdb.DuckDBPyConnection, plan: Plan) -> dict[str, dict[str, int]]:
    """Rows that each rule must find: the slices, and who lives in a miscounted household."""
    planted = {}
    for code, table in plan.tables().items():
        found: Counter[str] = Counter()
        for item in table.slices:
            for rule in item.fault.breaks:
                found[rule] += item.size
        planted[code] = dict(found)
    slot = [s.fault.code for s in plan.household.slices].index("members_range")
    (living,) = session.execute(
        "SELECT count(*) FROM person SEMI JOIN (SELECT household_id FROM household "
        "WHERE slot = ?) USING (household_id)",
        [slot],
    ).fetchall()[0]
    planted["person"]["household_members"] += int(living)
    return planted
