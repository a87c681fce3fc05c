"""Facade of sources: what there is, its live schema, its changes, and a connector to it."""

from steward.data.sources.choices import Drift, Engine, Purpose, SourceState
from steward.data.sources.events import SchemaDrifted, SourceSurveyed
from steward.data.sources.models import SOURCE_KIND, TABLE_KIND
from steward.data.sources.queries import (
    ChangeInfo,
    ColumnInfo,
    SourceInfo,
    TableInfo,
    UnknownSourceError,
    all_sources,
    changes_of,
    connect,
    files_in,
    find,
    get,
    store,
    table,
    table_by_id,
    tables_of,
    upload_folder,
    visible_source,
    visible_sources,
)
from steward.data.sources.rights import (
    RightDraft,
    RightsAudit,
    audit_rights,
    grant_right,
    revoke_right,
)
from steward.data.sources.servers import RightRefusedError, SourceUnreachableError
from steward.data.sources.services import (
    InvalidSourceError,
    SourceDraft,
    change_source,
    register_source,
    switch_source,
    test_source,
)
from steward.data.sources.stores import FileInfo, FolderRefusedError, NotFilesError
from steward.data.sources.surveying import survey_source
from steward.data.sources.trust import InvalidTrustError, accept_host_key
from steward.data.sources.writing import (
    CellUpdate,
    SourceChangedError,
    WriteRefusedError,
    statement_for,
    update_cells,
)

__all__ = [
    "SOURCE_KIND",
    "TABLE_KIND",
    "CellUpdate",
    "ChangeInfo",
    "ColumnInfo",
    "Drift",
    "Engine",
    "FileInfo",
    "FolderRefusedError",
    "InvalidSourceError",
    "InvalidTrustError",
    "NotFilesError",
    "Purpose",
    "RightDraft",
    "RightRefusedError",
    "RightsAudit",
    "SchemaDrifted",
    "SourceChangedError",
    "SourceDraft",
    "SourceInfo",
    "SourceState",
    "SourceSurveyed",
    "SourceUnreachableError",
    "TableInfo",
    "UnknownSourceError",
    "WriteRefusedError",
    "accept_host_key",
    "all_sources",
    "audit_rights",
    "change_source",
    "changes_of",
    "connect",
    "files_in",
    "find",
    "get",
    "grant_right",
    "register_source",
    "revoke_right",
    "statement_for",
    "store",
    "survey_source",
    "switch_source",
    "table",
    "table_by_id",
    "tables_of",
    "test_source",
    "update_cells",
    "upload_folder",
    "visible_source",
    "visible_sources",
]
