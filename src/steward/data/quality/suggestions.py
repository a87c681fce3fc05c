"""Rules that a lake table suggests by what is in it, for a person to take as drafts."""

from dataclasses import dataclass
from typing import Any, Final

import duckdb

from steward.data.collection import api as collection
from steward.data.quality.definitions import check_definition, fitted
from steward.data.quality.models import CheckedTable, LibraryRule, RuleVersion
from steward.engine.lake.duck import Limits, open_session, scalar
from steward.engine.profile.run import profile
from steward.engine.profile.suggest import suggest
from steward.kernel.errors import StewardError

SAMPLE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested rule, already checked."""

    name: str
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the data suggests beyond the rules the table has; `looked` of `rows` were read."""

    rows: int
    looked: int
    items: list[Suggestion]


def suggestions_for(table: CheckedTable) -> Suggestions:
    """Profile the table, or a sample of a large one; a suggestion that is no rule, and one that
    the table or an earlier draft for it has already, is left out."""
    relation = collection.lake().snapshot(table.name).relation
    with open_session(Limits()) as session:
        rows = scalar(session, f"SELECT count(*) FROM {relation}")  # noqa: S608
        if rows > SAMPLE:
            relation = _sampled(session, relation, SAMPLE * 100 / rows)
        found = profile(session, relation, name=table.name)
    known = [_plain(item) for item in _known(table)]
    items = []
    for rule in suggest(found)["rules"]:
        data = {key: value for key, value in rule.items() if key not in ("id", "name")}
        try:
            definition = check_definition(data)
        except StewardError:
            continue
        if _plain(definition) not in known:
            items.append(Suggestion(str(rule.get("name", "")), definition))
    return Suggestions(rows, found.rows, items)


def _sampled(session: duckdb.DuckDBPyConnection, relation: str, share: float) -> str:
    """A part of the rows, whole blocks spread over the table, held while it is looked at."""
    session.execute(
        f"CREATE TEMP TABLE looked AS SELECT * FROM {relation} "  # noqa: S608
        f"USING SAMPLE {share:.4f} PERCENT (system, 42)"
    )
    return "looked"


def _known(table: CheckedTable) -> list[dict[str, Any]]:
    """The definitions on the table, with its own columns, and those drafted from its data."""
    rules = list(table.uses.values_list("rule_id", "mapping"))
    versions = RuleVersion.objects.filter(rule__in=[rule for rule, _ in rules]).order_by("number")
    newest = {version.rule_id: version.definition for version in versions}
    found = [fitted(newest[rule], mapping) for rule, mapping in rules if rule in newest]
    drafted = LibraryRule.objects.filter(code__startswith=f"t{table.pk}-")
    found += [version.definition for version in RuleVersion.objects.filter(rule__in=drafted)]
    return found


def _plain(definition: dict[str, Any]) -> dict[str, Any]:
    """What a rule looks for, without how it is told."""
    told = ("message", "remedy", "severity", "dimension")
    return {key: value for key, value in definition.items() if key not in told}
