import pytest
from django.db import IntegrityError

from steward.data.collection.models import (
    Application,
    CollectedFile,
    CollectionRun,
    CollectionTask,
    ColumnOffer,
    Recall,
)
from tests.factories.sources import source_at
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return CollectionTask.objects.create(
        name="归集人口",
        origin="local",
        source=source_at("postgresql://u:p@127.0.0.1:1/db"),
        source_table="public.person",
        target="ods.人口",
        mode="full",
        state="active",
        created_by="系统",
        created_at=NOW,
    )


def run_of(task):
    return CollectionRun.objects.create(
        task=task, trigger="manual", state="queued", requested_by="系统", requested_at=NOW
    )


def test_a_task_has_one_open_run(task):
    run_of(task)

    with pytest.raises(IntegrityError):
        run_of(task)


def file_of(task, **fields):
    values = {"path": "a.csv", "name": "a.csv", "version": 1, "state": "held", "size": 1}
    values |= {"sha256": "0" * 64, "modified_at": NOW, "collected_at": NOW}
    return CollectedFile.objects.create(task=task, **(values | fields))


@pytest.mark.parametrize(
    "again",
    [
        {"version": 1, "is_current": False},
        {"version": 2},
        {"path": "b.csv", "batch": 1},
    ],
)
def test_a_state_of_a_file_and_a_batch_are_registered_once(task, again):
    file_of(task, batch=1)

    with pytest.raises(IntegrityError):
        file_of(task, **again)


def test_models_say_what_they_are(task):
    run = run_of(task)
    offer = ColumnOffer(task=task, column="电话", type="text", state="open", seen_at=NOW)
    application = Application(pk=7, title="省婚姻登记", requested_at=NOW)

    words = [str(task), str(run), str(offer), str(application), str(Recall(task=task))]

    assert words == [
        "归集人口", f"归集人口 #{run.pk}", "归集人口 电话", "SQ-2026-00007 省婚姻登记", "回收 归集人口",
    ]  # fmt: skip
