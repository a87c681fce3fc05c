"""A profile of a source table, kept without the values of personal columns."""

from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.data.sources.connecting import connector_to
from steward.data.sources.models import SourceTable, TableProfile
from steward.engine.connectors.datasets import opened
from steward.engine.lake.duck import Limits, open_session
from steward.engine.profile.model import ColumnProfile, Profile
from steward.engine.profile.run import profile
from steward.engine.profile.suggest import as_yaml, suggest
from steward.kernel.actors import Actor

FEW_VALUES = 50
_PERSONAL = frozenset({"citizen_id", "mobile", "phone", "email", "plate"})


def profile_table(table_id: int, *, by: Actor, now: datetime) -> TableProfile:
    """Read the whole table once, in bounded memory, and keep what was in it."""
    table = SourceTable.objects.select_related("source").get(pk=table_id)
    source = connector_to(table.source, table.name)
    with open_session(Limits()) as session, opened(session, source) as data:
        found = profile(session, data.relation, name=table.name, warnings=data.warnings)
    rules = as_yaml(suggest(found))
    kept = _without_values(found)
    with transaction.atomic():
        row = TableProfile.objects.create(
            table=table,
            rows=found.rows,
            result=dict(asdict(kept)),
            rules=rules,
            taken_at=now,
            taken_by=by.label,
        )
        audit.record("sources.profiled", table.subject, by=by, now=now, after={"rows": found.rows})
    return row


def _without_values(found: Profile) -> Profile:
    return replace(found, columns=tuple(_shown(column) for column in found.columns))


def _shown(column: ColumnProfile) -> ColumnProfile:
    """Values are kept only of columns that look like codes: few different ones, not personal."""
    if column.content not in _PERSONAL and column.distinct <= FEW_VALUES:
        return column
    text = column.type == "VARCHAR"
    return replace(
        column,
        frequent=(),
        minimum=None if text else column.minimum,
        maximum=None if text else column.maximum,
    )
