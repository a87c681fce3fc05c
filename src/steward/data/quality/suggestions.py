"""Rules that a lake table suggests by what is in it, for a person to take as drafts."""

from dataclasses import dataclass
from typing import Any

from steward.data.collection import api as collection
from steward.data.quality.definitions import check_definition
from steward.data.quality.models import CheckedTable
from steward.engine.lake.duck import Limits, open_session
from steward.engine.profile.run import profile
from steward.engine.profile.suggest import suggest
from steward.kernel.errors import StewardError


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested rule, already checked."""

    name: str
    definition: dict[str, Any]


def suggestions_for(table: CheckedTable) -> list[Suggestion]:
    """Read the table once, in bounded memory; a suggestion that is no rule is left out."""
    snapshot = collection.lake().snapshot(table.name)
    with open_session(Limits()) as session:
        found = suggest(profile(session, snapshot.relation, name=table.name))
    rows = []
    for rule in found["rules"]:
        data = {key: value for key, value in rule.items() if key not in ("id", "name")}
        try:
            rows.append(Suggestion(str(rule.get("name", "")), check_definition(data)))
        except StewardError:
            continue
    return rows
