"""Kept files looked at again: still there, still what they were."""

from collections.abc import Iterator
from datetime import datetime

from steward.core.findings import api as findings
from steward.data.collection import vault
from steward.data.collection.choices import FileState, Shape
from steward.data.collection.models import CollectedFile, CollectionTask
from steward.data.collection.services import FINDING_SOURCE


def check_kept_files(*, now: datetime) -> Iterator[tuple[int, int]]:
    """Hash every kept file again, task by task; yields how many tasks of all are done."""
    tasks = list(
        CollectionTask.objects.select_related("source").filter(
            shape=Shape.FILES, files__state=FileState.HELD
        ).distinct()
    )  # fmt: skip
    for number, task in enumerate(tasks, start=1):
        damaged = [row for row in task.files.filter(state=FileState.HELD) if not is_whole(row)]
        _tell(task, damaged, now=now)
        yield number, len(tasks)


def is_whole(row: CollectedFile) -> bool:
    """Whether the file lies in the store with the content it came with."""
    place = vault.path_of(row.sha256)
    return place.is_file() and vault.digest(place) == row.sha256


def _tell(task: CollectionTask, damaged: list[CollectedFile], *, now: datetime) -> None:
    fingerprint = f"damaged:{task.pk}"
    if not damaged:
        findings.clear(FINDING_SOURCE, fingerprint, now=now)
        return
    names = "、".join(row.path for row in damaged[:5])
    findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=fingerprint,
            title=f"归集任务“{task.name}”有 {len(damaged)} 个文件损坏或丢失",
            severity="major",
            subject=task.subject,
            contract=task.source.contract,
            category="data_collection",
            organization_id=task.source.organization_id,
            detail={"文件": names},
            remedy="检查存储；从备份恢复 _files 目录里的文件，或请数源单位重传",
        ),
        now=now,
    )
