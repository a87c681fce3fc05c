"""A source with a table of persons, and what lies in the lake."""

from steward.data.collection import api as collection
from steward.data.collection.models import CollectionRun
from steward.engine.lake.duck import open_session
from tests.support import NOW, SYSTEM

TABLE = "CREATE TABLE person (id int PRIMARY KEY, 姓名 text, changed int)"
FILL = "INSERT INTO person SELECT n, '居民' || n, n FROM generate_series(1, 1000) n"


def run(task, *, now=NOW) -> CollectionRun:
    """One run, executed here."""
    row = collection.request_run(task.pk, by=SYSTEM, now=now)
    collection.execute_run(row.pk, now=now, progress=lambda _step, _rows: None)
    row.refresh_from_db()
    return row


def rows(table, columns="id, 姓名"):
    """What the newest version holds, sorted."""
    snapshot = collection.lake().snapshot(table)
    with open_session() as session:
        return session.execute(
            f"SELECT {columns} FROM {snapshot.relation} ORDER BY ALL"  # noqa: S608
        ).fetchall()
