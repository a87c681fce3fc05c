# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""What a changed rule would find, before it is applied: a run that leaves no trace (K15.4)."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.data.collection import api as collection
from steward.data.quality.definitions import check_definition
from steward.data.quality.models import CheckedTable, LibraryRule, RuleUse
from steward.data.quality.planning import KEEP, Plan, location_of, plan_of
from steward.data.quality.sql import bit_test
from steward.engine.lake.duck import explained, ident, literal, open_session, scalar
from steward.engine.rules import (
    CheckResult,
    FailuresReader,
    Options,
    Status,
    check,
    open_delta,
)
from steward.kernel.errors import StewardError


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule on one table before and after; None where it could not be checked (`error`) or
    is about the table as a whole. `newly` fail only after, `freed` only before."""

    table: CheckedTable
    use: RuleUse
    rows: int
    before: int | None
    after: int | None
    newly: int | None = None
    freed: int | None = None
    before_words: str = ""
    after_words: str = ""
    error: str = ""


def try_rule(
    rule: LibraryRule, definition: Mapping[str, Any], tables: list[CheckedTable], *, now: datetime
) -> list[Trial]:
    """The rule as it is and as it would be on each table that uses it; nothing is kept."""
    wanted = check_definition(definition)
    return [trial for table in tables for trial in _on_table(table, rule, wanted, now=now)]


def _on_table(
    table: CheckedTable, rule: LibraryRule, wanted: Mapping[str, Any], *, now: datetime
) -> list[Trial]:
    columns = collection.lake().describe(table.name).schema.names
    old = _only(plan_of(table, columns), rule)
    new = _only(plan_of(table, columns, instead={rule.pk: wanted}), rule)
    return compared(table, (old, new), now=now)


def compared(table: CheckedTable, plans: tuple[Plan, Plan], *, now: datetime) -> list[Trial]:
    """Each rule of either plan on the newest version of the table, before and after."""
    old, new = plans
    refused = [Trial(table, item.use, 0, None, None, error=item.reason) for item in new.refused]
    with tempfile.TemporaryDirectory(prefix="steward-trial-") as folder:
        source = open_delta(location_of(table.name))
        results: list[CheckResult | None] = []
        for name, plan in (("old", old), ("new", new)):
            if not plan.planned:
                results.append(None)
                continue
            path = Path(folder) / f"{name}.parquet"
            options = Options(tables=plan.tables)
            results.append(check(plan.rule_set, source, now=now, failures=path, options=options))
        pair = (results[0], results[1])
        kept = {item.use.code for item in new.planned} | {item.use.code for item in new.refused}
        gone = [item.use for item in old.planned if item.use.code not in kept]
        return [
            *refused,
            *(_trial(table, item.use, pair) for item in new.planned),
            *(_cancelled(table, use, results[0]) for use in gone),
        ]


def _cancelled(table: CheckedTable, use: RuleUse, old: CheckResult | None) -> Trial:
    """A rule that is there only before: what it found is no longer looked for."""
    if old is None:
        return Trial(table, use, 0, None, None)
    before = old.rule(use.code)
    return Trial(
        table, use, old.rows, before.failing, None, None, before.failing,
        before_words=before.status.label, after_words="取消",
    )  # fmt: skip


def _only(plan: Plan, rule: LibraryRule) -> Plan:
    kept = [item for item in plan.planned if item.use.rule_id == rule.pk]
    names = {item.use.code for item in kept} | {KEEP}
    rules = tuple(item for item in plan.rule_set.rules if item.id in names)
    rule_set = replace(plan.rule_set, rules=rules)
    refused = [item for item in plan.refused if item.use.rule_id == rule.pk]
    return Plan(rule_set, kept, refused, plan.tables)


Pair = tuple[CheckResult | None, CheckResult | None]


def _trial(table: CheckedTable, use: RuleUse, pair: Pair) -> Trial:
    old, new = pair
    if new is None:
        return Trial(table, use, 0, None, None, error="没有可试算的规则")
    before = old.rule(use.code) if old is not None and _has(old, use) else None
    after = new.rule(use.code)
    if after.status is Status.ERROR:
        return Trial(table, use, new.rows, before.failing if before else None, None,
                     error=after.error)  # fmt: skip
    newly, freed = _moved(table, use, pair) if after.failing is not None else (None, None)
    return Trial(
        table, use, new.rows, before.failing if before else None, after.failing, newly, freed,
        before_words=before.status.label if before else "原来没有", after_words=after.status.label,
    )  # fmt: skip


def _has(result: CheckResult, use: RuleUse) -> bool:
    return any(rule.id == use.code for rule in result.rules)


def _moved(table: CheckedTable, use: RuleUse, pair: Pair) -> tuple[int, int]:
    """Rows that fail only after, and only before: by key, NULL equal to NULL."""
    sides = [_side(table, use, result) for result in pair]
    with open_session() as session, explained("规则试算"):
        newly = scalar(session, f"SELECT count(*) FROM ({sides[1]} EXCEPT ALL {sides[0]})")
        freed = scalar(session, f"SELECT count(*) FROM ({sides[0]} EXCEPT ALL {sides[1]})")
    return newly, freed


def _side(table: CheckedTable, use: RuleUse, result: CheckResult | None) -> str:
    keys = ", ".join(map(ident, table.keys))
    where = "false"
    path: Path | None = None
    if result is not None and result.failures is not None:
        path = result.failures
        try:
            where = bit_test(FailuresReader(path).rule(use.code).bit)
        except StewardError:
            where = "false"
    if path is None:
        snapshot = collection.lake().snapshot(table.name)
        return f"SELECT {keys} FROM {snapshot.relation} WHERE false"
    return f"SELECT {keys} FROM read_parquet({literal(str(path))}) WHERE {where}"
