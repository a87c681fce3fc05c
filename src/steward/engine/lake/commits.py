"""Commits: file actions that become a version all at once, under the lock of the table."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import pyarrow as pa
from deltalake import DeltaTable, TableFeatures
from deltalake.exceptions import CommitFailedError
from deltalake.schema import Schema
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    PostCommitHookProperties,
    RemoveAction,
    Transaction,
)

from steward.engine.lake.errors import TableBusyError
from steward.engine.lake.table import EVOLVED

RETRIES = 5
T = TypeVar("T")
_NTZ = "timestampNtz"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The identity of a write for exactly-once: batch `number` of `source` is applied once.

    Numbers of one source only grow. `note` is kept in the commit and read back with it. A batch
    that changes nothing leaves a commit all the same, unless `mark` is false.
    """

    source: str
    number: int
    note: Mapping[str, object] = field(default_factory=dict)
    mark: bool = True


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One entry of the history of a table."""

    version: int
    at: datetime
    operation: str
    batch: Batch | None


def applied(delta: DeltaTable, batch: Batch | None) -> bool:
    """Whether the batch is already part of the table."""
    if batch is None:
        return False
    last = delta.transaction_version(batch.source)
    return last is not None and last >= batch.number


def commit(
    delta: DeltaTable,
    actions: Sequence[AddAction | RemoveAction],
    *,
    schema: pa.Schema,
    operation: str,
    batch: Batch | None = None,
) -> None:
    """Make the actions the next version; CommitFailedError where another writer was faster."""
    metadata: dict[str, object] = {"steward.operation": operation}
    transactions = None
    if batch is not None:
        metadata["steward.batch"] = {
            "source": batch.source,
            "number": batch.number,
            "note": dict(batch.note),
        }
        transactions = [Transaction(batch.source, batch.number)]
    delta.create_write_transaction(
        list(actions),
        "overwrite" if operation == "overwrite" else "append",
        Schema.from_arrow(schema),
        commit_properties=CommitProperties(
            custom_metadata=metadata, app_transactions=transactions, max_commit_retries=0
        ),
        post_commithook_properties=PostCommitHookProperties(create_checkpoint=True),
    )
    delta.update_incremental()


def add_columns(delta: DeltaTable, added: Sequence[pa.Field]) -> None:
    """Give the table more columns; rows that exist read as NULL there."""
    if not added:
        return
    allow_local_times(delta, added)
    delta.alter.set_table_properties({EVOLVED: "true"}, raise_if_not_exists=False)
    delta.alter.add_columns(list(Schema.from_arrow(pa.schema(added)).fields))


def allow_local_times(delta: DeltaTable, fields: Sequence[pa.Field]) -> None:
    """Switch on the table feature that times without a zone need, if they are new to it."""
    if not any(pa.types.is_timestamp(f.type) and f.type.tz is None for f in fields):
        return
    if _NTZ not in set(delta.protocol().reader_features or ()):
        delta.alter.add_feature(
            TableFeatures.TimestampWithoutTimezone, allow_protocol_versions_increase=True
        )


def retried(attempt: Callable[[], T], table: str) -> T:
    """Run `attempt` again from a fresh state while writers outside our lock are faster."""
    for _ in range(RETRIES):
        with suppress(CommitFailedError):
            return attempt()
    raise TableBusyError(
        f"表“{table}”连续 {RETRIES} 次与其他写入冲突，本次写入未生效；请稍后重试", table=table
    )


def history_of(delta: DeltaTable, limit: int | None) -> list[Commit]:
    """The newest commits first."""
    return [_commit(entry) for entry in delta.history(limit)]


def _commit(entry: Mapping[str, object]) -> Commit:
    raw = entry.get("steward.batch")
    batch = None
    if isinstance(raw, Mapping):
        batch = Batch(
            source=str(raw["source"]), number=int(str(raw["number"])), note=dict(raw["note"])
        )
    return Commit(
        version=int(str(entry["version"])),
        at=datetime.fromtimestamp(int(str(entry["timestamp"])) / 1000, tz=UTC),
        operation=str(entry.get("steward.operation") or entry.get("operation") or ""),
        batch=batch,
    )


def last_batch(delta: DeltaTable, source: str) -> Batch | None:
    """The newest batch of a source that the table holds, with its note."""
    number = delta.transaction_version(source)
    if number is None:
        return None
    for entry in history_of(delta, None):
        if entry.batch is not None and entry.batch.source == source:
            return entry.batch
    return Batch(source=source, number=number)
