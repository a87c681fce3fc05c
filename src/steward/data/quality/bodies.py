"""Whose rows are wrong: a run's failing rows split by the body each row belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from steward.core.organizations import api as organizations
from steward.data.collection import api as collection
from steward.data.quality.models import CheckedTable, QualityRun
from steward.data.quality.planning import KEEP
from steward.data.quality.sql import bit_test
from steward.engine.lake.duck import explained, ident, literal, open_session
from steward.engine.rules import CheckResult, FailuresReader


@dataclass(slots=True)
class Split:
    """The share of one body; `rules`: id → failing rows, for rules about rows."""

    organization_id: int
    rows: int = 0
    failing: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    dimensions: dict[str, int] = field(default_factory=dict)


def split_by_body(run: QualityRun, result: CheckResult) -> list[Split]:
    """One share for each body that has rows; notes in `run.departments` which value is whose."""
    if result.failures is None:
        return []
    reader = FailuresReader(result.failures)
    bits = {rule.id: (rule.bit, rule.dimension) for rule in reader.rules if rule.id != KEEP}
    table: CheckedTable = run.table
    with open_session() as session, explained(f"按部门统计“{table.title}”"):
        totals = _totals(session, run, result.rows)
        faults = _faults(session, table, reader, bits=bits)
    run.departments = owners(table, [value for value in totals if value is not None])
    shares: dict[int, Split] = {}
    for value, rows in totals.items():
        body = run.departments.get(str(value), table.organization_id)
        share = shares.setdefault(body, Split(body, rules=dict.fromkeys(bits, 0)))
        share.rows += rows
        _add(share, faults.get(value), bits)
    return list(shares.values())


Bits = dict[str, tuple[int, str]]
Numbers = Sequence[int]


def _totals(
    session: duckdb.DuckDBPyConnection, run: QualityRun, rows: int
) -> dict[str | None, int]:
    column = run.table.department_column
    if not column:
        return {None: rows}
    snapshot = collection.lake().snapshot(run.table.name, run.version)
    found = session.execute(
        f"SELECT CAST({ident(column)} AS VARCHAR), count(*) "  # noqa: S608
        f"FROM {snapshot.relation} GROUP BY ALL"
    ).fetchall()
    return {row[0]: int(row[1]) for row in found}


def _faults(
    session: duckdb.DuckDBPyConnection, table: CheckedTable, reader: FailuresReader, *, bits: Bits
) -> dict[str | None, Numbers]:
    """For each value: rows, then failing rows of every rule, then of every dimension."""
    column = table.department_column
    whose = f"CAST({ident(column)} AS VARCHAR)" if column else "NULL"
    tests = [bit_test(bit) for bit, _ in bits.values()]
    tests += [
        " OR ".join(bit_test(bit) for bit, its in bits.values() if its == dimension)
        for dimension in _dimensions(bits)
    ]
    counts = "".join(f", count(*) FILTER (WHERE {test})" for test in tests)
    found = session.execute(
        f"SELECT {whose} AS v, count(*){counts} "  # noqa: S608
        f"FROM read_parquet({literal(str(reader.path))}) GROUP BY ALL"
    ).fetchall()
    return {row[0]: [int(number) for number in row[1:]] for row in found}


def _dimensions(bits: Bits) -> list[str]:
    return list(dict.fromkeys(dimension for _, dimension in bits.values()))


def _add(share: Split, numbers: Numbers | None, bits: Bits) -> None:
    if numbers is None:
        return
    share.failing += numbers[0]
    for name, number in zip(bits, numbers[1 : 1 + len(bits)], strict=True):
        share.rules[name] = share.rules.get(name, 0) + number
    for name, number in zip(_dimensions(bits), numbers[1 + len(bits) :], strict=True):
        share.dimensions[name] = share.dimensions.get(name, 0) + number


def owners(table: CheckedTable, values: Sequence[str]) -> dict[str, int]:
    """Value of the department column → id of the body with that code or name."""
    found: dict[str, int] = {}
    if not table.department_column:
        return found
    for value in values[:2000]:
        body = organizations.find_named(value)
        if body is not None:
            found[value] = body.id
    return found
