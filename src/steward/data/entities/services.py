"""Writes about lineage: each leaves the line as it was and as it is, under the next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from steward.core.audit import api as audit
from steward.data.entities.library import all_entities, entity_of_table
from steward.data.entities.models import LineageChange, LineageField
from steward.data.entities.queries import as_values, to_info, version_of
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError, NotFoundError

OUR_SYSTEM = "邻礼通"
LENGTHS = {"source_system": 100, "source_table": 100, "source_field": 100, "transformation": 300}


class InvalidLineageError(InvalidError):
    """A line of lineage that cannot be so; `field` names what is wrong."""

    code = "entities.invalid_lineage"


class UnknownLineageError(NotFoundError):
    """No such line of lineage."""

    code = "entities.unknown_lineage"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageDraft:
    """One line: a target field and one source of it."""

    target_table: str
    target_field: str
    source_system: str
    source_table: str
    source_field: str
    transformation: str = ""
    authority: int = 1


def check_line(draft: LineageDraft) -> None:
    """InvalidLineageError where the store or 邻礼通 has no such field."""
    store = entity_of_table(draft.target_table)
    if store is None or store.role != "store":
        known = "、".join(item.table for item in all_entities().values() if item.role == "store")
        raise InvalidLineageError(
            f"没有名为“{draft.target_table}”的库表，有：{known}", field="target_table"
        )
    if draft.target_field not in store.columns:
        raise InvalidLineageError(
            f"“{store.name}”没有字段“{draft.target_field}”", field="target_field"
        )
    for name, most in LENGTHS.items():
        value = str(getattr(draft, name))
        if not value.strip() and name != "transformation":
            raise InvalidLineageError("来源系统、来源表、来源字段都要填写", field=name)
        if len(value) > most:
            raise InvalidLineageError(f"“{value[:20]}…”超过 {most} 个字", field=name)
    if not 1 <= draft.authority <= 99:
        raise InvalidLineageError(f"优先级须为 1 到 99，现为 {draft.authority}", field="authority")
    _check_ours(draft)


def _check_ours(draft: LineageDraft) -> None:
    """A source in 邻礼通 must be a column of one of its models."""
    if draft.source_system != OUR_SYSTEM:
        return
    source = entity_of_table(draft.source_table)
    if source is None or source.role == "store":
        raise InvalidLineageError(f"邻礼通没有表“{draft.source_table}”", field="source_table")
    if draft.source_field not in source.columns:
        raise InvalidLineageError(
            f"邻礼通的“{source.name}”没有字段“{draft.source_field}”", field="source_field"
        )


def set_lines(drafts: Sequence[LineageDraft], *, reason: str, by: Actor, now: datetime) -> int:
    """Add or change lines of one table as one version; how many really changed.

    InvalidLineageError before anything is written; an unchanged line makes no history.
    """
    _need(reason)
    for draft in drafts:
        check_line(draft)
    changed = 0
    for table in dict.fromkeys(draft.target_table for draft in drafts):
        mine = [draft for draft in drafts if draft.target_table == table]
        changed += _set_table(table, mine, (reason, by, now))
    return changed


@transaction.atomic
def _set_table(table: str, drafts: Sequence[LineageDraft], why: tuple[str, Actor, datetime]) -> int:
    _, by, now = why
    version = _next_version(table)
    changes = []
    for draft in drafts:
        place = {
            name: getattr(draft, name).strip()
            for name in ("target_table", "target_field", "source_system", "source_table",
                         "source_field")
        }  # fmt: skip
        row = LineageField.objects.filter(**place).first() or LineageField(**place)
        before = as_values(to_info(row)) if row.pk else None
        row.transformation, row.authority = draft.transformation.strip(), draft.authority
        row.since_version, row.changed_at, row.changed_by = version, now, by.label
        after = as_values(to_info(row))
        if before == after:
            continue
        row.save()
        changes.append(_change(row, (before, after), why))
    if changes:
        LineageChange.objects.bulk_create(changes)
        _audit(table, len(changes), why)
    return len(changes)


def remove_line(line_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a line out; the history keeps it."""
    _need(reason)
    with transaction.atomic():
        row = LineageField.objects.select_for_update().filter(pk=line_id).first()
        if row is None:
            raise UnknownLineageError("没有这条血缘")
        before = as_values(to_info(row))
        row.since_version = _next_version(row.target_table)
        _change(row, (before, None), (reason, by, now)).save()
        row.delete()
        _audit(row.target_table, 1, (reason, by, now))


def _next_version(table: str) -> int:
    """The next version; nobody else gets the same until this transaction ends."""
    with connection.cursor() as cursor:
        key = f"entities.lineage:{table}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    return version_of(table) + 1


def _change(
    row: LineageField,
    values: tuple[dict[str, object] | None, dict[str, object] | None],
    why: tuple[str, Actor, datetime],
) -> LineageChange:
    reason, by, now = why
    before, after = values
    return LineageChange(
        target_table=row.target_table,
        version=row.since_version,
        line=str(row),
        before=before,
        after=after,
        reason=reason,
        changed_at=now,
        changed_by=by.label,
    )


def _audit(table: str, lines: int, why: tuple[str, Actor, datetime]) -> None:
    reason, by, now = why
    subject = LineageField(target_table=table).subject
    audit.record(
        "entities.lineage.changed", subject, by=by, now=now, after={"lines": lines}, reason=reason
    )


def _need(reason: str) -> None:
    if not reason.strip():
        raise InvalidLineageError("请写明理由", field="reason")
