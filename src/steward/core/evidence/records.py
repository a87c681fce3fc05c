"""How a piece of evidence is written down for hashing and export: one form, used everywhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from steward.kernel.canonical import canonical_json, content_hash

HASHED = (
    "contract",
    "kind",
    "subject_kind",
    "subject_key",
    "occurred_at",
    "source",
    "source_version",
    "grade",
    "payload",
    "blob_sha256",
)
WRITTEN = ("id", *HASHED, "subject_label", "recorded_at", "content_hash")


class Row(Protocol):
    """A stored piece of evidence."""

    id: int
    contract: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    payload: Mapping[str, Any]
    content_hash: str


def written(row: Row) -> dict[str, Any]:
    """The row as it stands in an export and under its seal."""
    return {name: getattr(row, name) for name in WRITTEN}


def entry(record: Mapping[str, Any]) -> bytes:
    """The bytes that a seal covers."""
    return canonical_json({name: record[name] for name in WRITTEN})


def hash_of(record: Mapping[str, Any]) -> str:
    """The content hash: what was observed, without when it was recorded or under which number."""
    return content_hash({name: record[name] for name in HASHED})
