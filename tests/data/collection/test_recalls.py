from pathlib import Path

import pytest

from steward.core.evidence.models import EvidenceRecord
from steward.data.collection import api as collection
from steward.data.collection.models import CollectionTask
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
