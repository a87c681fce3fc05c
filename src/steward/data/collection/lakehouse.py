"""The platform's lake: one root, one writer per table across all machines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from steward.engine.lake.duck import open_session, scalar
from steward.engine.lake.store import Lake


@contextmanager
def advisory_lock(name: str) -> Iterator[None]:
    """One writer per table: a session lock of PostgreSQL, gone with the process that holds it."""
    key = f"lake:{name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def lake() -> Lake:
    """The lake below `settings.LAKE_ROOT`; rows on disk are proved equal to rows received."""
    return Lake(Path(settings.LAKE_ROOT), lock=advisory_lock, verify=True)


def rows_in(table: str, version: int | None = None) -> int:
    """How many rows a table holds."""
    snapshot = lake().snapshot(table, version)
    with open_session() as session:
        return int(scalar(session, f"SELECT count(*) FROM {snapshot.relation}"))  # noqa: S608


def rejects_path(run_id: int) -> Path:
    """Where the rows that could not be read are kept for a person to look at."""
    return Path(settings.LAKE_ROOT) / "_rejects" / f"run-{run_id}.csv"
