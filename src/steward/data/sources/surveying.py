"""Reading the live schema of a source and recording how it differs from the last time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.data.sources.choices import Drift, Health
from steward.data.sources.connecting import connector_to
from steward.data.sources.events import SchemaDrifted, SourceSurveyed
from steward.data.sources.models import SchemaChange, Source, SourceTable
from steward.data.sources.services import record_health
from steward.engine.connectors.base import TableInfo
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError


def survey_source(source_id: int, *, by: Actor, now: datetime) -> list[SchemaChange]:
    """Read the schema of every table; the differences, recorded and published.

    A source that cannot be read is marked down and keeps what was known; the error is raised.
    """
    row = Source.objects.get(pk=source_id)
    try:
        seen = connector_to(row).tables()
    except StewardError as error:
        record_health(row, (Health.DOWN, error.message), now=now)
        raise
    return _record(source_id, seen, by=by, now=now)


@transaction.atomic
def _record(
    source_id: int, seen: Iterable[TableInfo], *, by: Actor, now: datetime
) -> list[SchemaChange]:
    source = Source.objects.select_for_update().get(pk=source_id)
    known = {row.name: row for row in source.tables.all()}
    first_look = source.surveyed_at is None
    changes: list[SchemaChange] = []
    for info in seen:
        row = known.pop(info.name, None)
        if row is None:
            row = SourceTable(source=source, name=info.name, first_seen_at=now)
            if not first_look:
                changes.append(_change(row, Drift.TABLE_ADDED, now))
        else:
            changes += _differences(row, info, now)
        _fill(row, info, now)
    for row in known.values():
        if row.gone_at is None:
            row.gone_at = now
            row.save(update_fields=["gone_at"])
            changes.append(_change(row, Drift.TABLE_GONE, now))
    SchemaChange.objects.bulk_create(changes)
    source.surveyed_at = now
    source.save(update_fields=["surveyed_at"])
    if source.health == Health.DOWN:
        record_health(source, (Health.UNKNOWN, "结构读取成功，权限待检测"), now=now)
    audit.record(
        "sources.surveyed", source.subject, by=by, now=now, after={"changes": len(changes)}
    )
    _tell(source.pk, None if first_look else len(changes), now=now)
    return changes


def _tell(source_id: int, changes: int | None, *, now: datetime) -> None:
    """Publish what a look saw: the first one (`changes` None), or how much is different."""
    if changes is None:
        jobs.publish(SourceSurveyed(source_id, now), now=now)
    elif changes:
        jobs.publish(SchemaDrifted(source_id, changes, now), now=now)


def _fill(row: SourceTable, info: TableInfo, now: datetime) -> None:
    row.comment = info.comment
    row.columns = [_column(column) for column in info.columns]
    row.keys = list(info.keys)
    row.rows_estimate = info.rows
    row.seen_at = now
    row.gone_at = None
    row.save()


def _column(column: Any) -> dict[str, object]:
    return {
        "name": column.name,
        "type": column.source_type or str(column.type),
        "nullable": column.nullable,
        "comment": column.comment,
    }


def _differences(row: SourceTable, info: TableInfo, now: datetime) -> list[SchemaChange]:
    before: Mapping[str, Any] = {column["name"]: column for column in row.columns}
    after = {column.name: _column(column) for column in info.columns}
    found = [_change(row, Drift.TABLE_BACK, now)] if row.gone_at is not None else []
    for name, column in after.items():
        old = before.get(name)
        if old is None:
            found.append(
                _change(row, Drift.COLUMN_ADDED, now, what=(name, "", str(column["type"])))
            )
        elif old["type"] != column["type"]:
            what = (name, str(old["type"]), str(column["type"]))
            found.append(_change(row, Drift.TYPE_CHANGED, now, what=what))
    found += [
        _change(row, Drift.COLUMN_GONE, now, what=(name, str(column["type"]), ""))
        for name, column in before.items()
        if name not in after
    ]
    if list(row.keys) != list(info.keys):
        what = ("", "、".join(row.keys) or "无", "、".join(info.keys) or "无")
        found.append(_change(row, Drift.KEYS_CHANGED, now, what=what))
    return found


def _change(
    row: SourceTable, kind: Drift, now: datetime, *, what: tuple[str, str, str] = ("", "", "")
) -> SchemaChange:
    column, before, after = what
    return SchemaChange(
        source=row.source,
        table=row.name,
        column=column,
        kind=kind,
        before=before[:300],
        after=after[:300],
        seen_at=now,
    )
