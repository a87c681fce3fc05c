from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.data.sources.choices import Engine, RightState
from steward.data.sources.connecting import connector_to
from steward.data.sources.models import FrontEndRight, SchemaChange, Source, SourceTable
from steward.data.sources.stores import FileInfo, files_of, store_of, uploads_of
from steward.engine.connectors.base import Connector
from steward.engine.connectors.filestore import FileStore
from steward.engine.connectors.rejects import Rejects
from steward.kernel.errors import NotFoundError

VIEW = "sources.source.view"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as other apps see it; without accounts and secrets."""

    id: int
    code: str
    name: str
    purpose: str
    engine: str
    organization_id: int
    contract: str
    is_database: bool
    takes_uploads: bool
    is_active: bool
    health: str
    health_words: str
    surveyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column as the live source has it; `type` is the source's own word."""

    name: str
    type: str
    nullable: bool
    comment: str


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table as last seen; `gone_at` when it is no longer there."""

    id: int
    source_id: int
    name: str
    comment: str
    columns: tuple[ColumnInfo, ...]
    keys: tuple[str, ...]
    rows_estimate: int | None
    seen_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangeInfo:
    """One difference between two looks."""

    table: str
    column: str
    kind: str
    label: str
    before: str
    after: str
    seen_at: datetime


class UnknownSourceError(NotFoundError):
    """No such source, or not for this person."""

    code = "sources.unknown"


def to_info(row: Source) -> SourceInfo:
    engine = Engine(row.engine)
    return SourceInfo(
        id=row.pk,
        code=row.code,
        name=row.name,
        purpose=row.purpose,
        engine=row.engine,
        organization_id=row.organization_id,
        contract=row.contract,
        is_database=engine.is_database,
        takes_uploads=engine == Engine.UPLOAD,
        is_active=row.state == "active",
        health=row.health,
        health_words=row.health_words,
        surveyed_at=row.surveyed_at,
    )


def to_table(row: SourceTable) -> TableInfo:
    return TableInfo(
        id=row.pk,
        source_id=row.source_id,
        name=row.name,
        comment=row.comment,
        columns=tuple(ColumnInfo(**column) for column in row.columns),
        keys=tuple(row.keys),
        rows_estimate=row.rows_estimate,
        seen_at=row.seen_at,
        gone_at=row.gone_at,
    )


def sources_for(user: Somebody) -> QuerySet[Source]:
    """The sources of the bodies that somebody may see."""
    bodies = access.visible_organizations(user, VIEW)
    rows = Source.objects.select_related("organization")
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def listed(user: Somebody) -> QuerySet[Source]:
    """The same with how many tables each has."""
    present = Count("tables", filter=Q(tables__gone_at__isnull=True))
    return sources_for(user).annotate(table_count=present)


def source_for(user: Somebody, source_id: int) -> Source:
    """One source in somebody's scope; UnknownSourceError otherwise."""
    row = sources_for(user).filter(pk=source_id).first()
    if row is None:
        raise UnknownSourceError("没有这个数据源")
    return row


def table_for(user: Somebody, table_id: int) -> SourceTable:
    """One table of a source in somebody's scope."""
    row = (
        SourceTable.objects.select_related("source__organization")
        .filter(pk=table_id, source__in=sources_for(user))
        .first()
    )
    if row is None:
        raise UnknownSourceError("没有这张表")
    return row


def get(source_id: int) -> SourceInfo:
    """A source by id; UnknownSourceError."""
    return to_info(_row(source_id))


def visible_source(user: Somebody, source_id: int) -> SourceInfo:
    """A source in somebody's scope; UnknownSourceError otherwise."""
    return to_info(source_for(user, source_id))


def visible_sources(user: Somebody) -> list[SourceInfo]:
    """The sources somebody may see, by code."""
    return [to_info(row) for row in sources_for(user)]


def find(code: str) -> SourceInfo | None:
    """A source by code."""
    row = Source.objects.filter(code=code).first()
    return None if row is None else to_info(row)


def all_sources() -> list[SourceInfo]:
    """Every source, by code."""
    return [to_info(row) for row in Source.objects.all()]


def table_by_id(table_id: int) -> TableInfo | None:
    """A table as last seen, by its id; None where there is none."""
    row = SourceTable.objects.filter(pk=table_id).first()
    return None if row is None else to_table(row)


def tables_of(source_id: int, *, with_gone: bool = False) -> list[TableInfo]:
    """The tables of a source as last seen."""
    rows = SourceTable.objects.filter(source_id=source_id)
    return [to_table(row) for row in (rows if with_gone else rows.filter(gone_at__isnull=True))]


def table(source_id: int, name: str) -> TableInfo | None:
    """One table as last seen, also when it is gone."""
    row = SourceTable.objects.filter(source_id=source_id, name=name).first()
    return None if row is None else to_table(row)


def changes_of(source_id: int, *, since: datetime | None = None) -> list[ChangeInfo]:
    """The differences seen, newest first; `since` is included."""
    rows = SchemaChange.objects.filter(source_id=source_id)
    if since is not None:
        rows = rows.filter(seen_at__gte=since)
    return [
        ChangeInfo(
            table=row.table,
            column=row.column,
            kind=row.kind,
            label=row.get_kind_display(),
            before=row.before,
            after=row.after,
            seen_at=row.seen_at,
        )
        for row in rows
    ]


def connect(source_id: int, item: str = "", *, rejects: Rejects | None = None) -> Connector:
    """The engine's connector to a table (or file) of a source, as its reading account."""
    return connector_to(_row(source_id), item, rejects=rejects)


def store(source_id: int, *, folder: str = "") -> FileStore:
    """The engine's store of a place of files, or of a folder in it. NotFilesError."""
    return store_of(_row(source_id), folder=folder)


def files_in(source_id: int, pattern: str = "", *, folder: str = "") -> list[FileInfo]:
    """The files of a source that fit a pattern, oldest first, read from the place itself."""
    return files_of(_row(source_id), pattern, folder=folder)


def upload_folder(source_id: int) -> Path:
    """Where the uploads of a source wait."""
    return uploads_of(_row(source_id))


def _row(source_id: int) -> Source:
    row = Source.objects.filter(pk=source_id).first()
    if row is None:
        raise UnknownSourceError("没有这个数据源")
    return row


def registered_rights(source: Source) -> set[tuple[str, str, str]]:
    """(account, table, privilege) of every right in force."""
    rows: Any = FrontEndRight.objects.filter(source=source, state=RightState.GRANTED)
    return {(row.account, row.table, right) for row in rows for right in row.privileges}
