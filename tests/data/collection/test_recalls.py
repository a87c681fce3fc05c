from pathlib import Path

import pytest

from steward.core.evidence.models import EvidenceRecord
from steward.data.collection import api as collection
from steward.data.collection import vault
from steward.data.collection.models import CollectedFile, CollectionTask
from tests.data.collection.files_support import (
    PEOPLE,
    filing_on,
    given,
    sheet_on,
    upload_source,
)
from tests.data.collection.support import FILL, TABLE, run
from tests.data.sources.test_services import run as execute
from tests.factories.collection import task_on
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
WORDS = {"reason": "省局收回授权", "document": "省数局函〔2026〕12 号"}


@pytest.fixture
def task(postgres_server):
    url = postgres_server.create_database()
    execute(url, TABLE, FILL)
    return task_on(source_at(url), schedule="30 2 * * *")


def test_a_recall_removes_every_file_and_keeps_the_proof(task, settings):
    run(task)
    run(task)

    row = collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)

    left = list(Path(settings.LAKE_ROOT).rglob("*.parquet"))
    assert (left, collection.lake().exists(task.target)) == ([], False)
    assert row.rows == 1000
    proof = EvidenceRecord.objects.get(kind="collection.recalled")
    assert (proof.grade, proof.payload["rows"], proof.payload["left"]) == ("A", 1000, 0)


def test_a_recalled_task_never_runs_again(task):
    collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)

    with pytest.raises(collection.TaskStateError, match="已回收"):
        collection.request_run(task.pk, by=SYSTEM, now=NOW)
    assert CollectionTask.objects.get().next_run_at is None


def test_a_recall_without_ground_is_refused(task):
    with pytest.raises(collection.InvalidTaskError, match="依据"):
        collection.recall_task(task.pk, reason="x", document=" ", by=SYSTEM, now=NOW)


def test_it_is_recalled_once(task):
    collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)

    with pytest.raises(collection.TaskStateError, match="已经回收"):
        collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)


def test_the_table_name_is_free_again_after_a_recall(task):
    collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)

    again = task_on(task.source, target=task.target)

    assert run(again).rows_after == 1000


def test_a_recall_of_files_removes_every_version_and_spares_what_others_hold(ftp, root):
    source = source_at(ftp, purpose="files")
    task, other = filing_on(source), filing_on(source, pattern="a.csv")
    run(task)
    (root / "b.csv").write_bytes(b"second version")
    run(task)
    run(other)

    row = collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)

    left = [path for path in vault.root().rglob("*") if path.is_file()]
    kept = CollectedFile.objects.get(task=other)
    assert left == [vault.path_of(kept.sha256)]
    assert (row.rows, [file["name"] for file in row.files]) == (
        4, ["2026/照片.jpg", "a.csv", "b.csv", "b.csv"],
    )  # fmt: skip
    assert set(task.files.values_list("state", flat=True)) == {"recalled"}
    proof = EvidenceRecord.objects.get(kind="collection.recalled")
    assert (proof.payload["rows"], proof.payload["left"], proof.payload["shared"]) == (4, 0, 1)


def test_a_recall_of_table_files_takes_uploads_and_rows_set_aside_along(tmp_path, settings):
    sample = tmp_path / "sample.csv"
    sample.write_text(PEOPLE)
    task = sheet_on(upload_source(), sample, keep_bad_rows=True)
    files = [given("a.csv", PEOPLE + "9,\n"), given("b.csv", PEOPLE + "001,重复,1\n")]
    told = collection.upload_files(task.pk, files, by=SYSTEM, now=NOW)
    collection.execute_run(told.run_id, now=NOW, progress=lambda _step, _rows: None)
    held = [path for path in Path(settings.LAKE_ROOT).rglob("*.csv") if path.is_file()]

    collection.recall_task(task.pk, **WORDS, by=SYSTEM, now=NOW)

    left = [path for path in Path(settings.LAKE_ROOT).rglob("*") if path.is_file()]
    assert {path.name for path in held} == {"b.csv", f"run-{told.run_id}.csv"}
    assert left == []
