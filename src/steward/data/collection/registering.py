"""The register of files: which state of which path a task holds."""

from datetime import datetime

from django.db import transaction

from steward.data.collection.choices import FileState
from steward.data.collection.fetching import Fetched
from steward.data.collection.models import CollectedFile, CollectionRun, CollectionTask
from steward.data.sources.api import FileInfo


def current_files(task: CollectionTask) -> dict[str, CollectedFile]:
    """The newest registered state of each path."""
    rows = task.files.filter(is_current=True).exclude(state=FileState.RECALLED)
    return {row.path: row for row in rows}


@transaction.atomic
def register(
    run: CollectionRun,
    file: FileInfo,
    got: Fetched,
    *,
    state: FileState,
    now: datetime,
    **counts: int,
) -> CollectedFile:
    """A further state of a path; `counts` are rows, rejected and batch of a table's file."""
    former = (
        CollectedFile.objects.select_for_update()
        .filter(task_id=run.task_id, path=file.path, is_current=True)
        .first()
    )
    if former is not None:
        former.is_current = False
        former.save(update_fields=["is_current"])
    return CollectedFile.objects.create(
        task_id=run.task_id,
        run=run,
        path=file.path,
        name=file.path.rpartition("/")[2][:255],
        version=1 if former is None else former.version + 1,
        state=state,
        size=file.size,
        sha256=got.sha256,
        verified=got.verified,
        modified_at=file.modified_at,
        collected_at=now,
        **counts,
    )
