import pytest

from steward.core.findings.models import Finding
from steward.core.jobs.models import EventRecord
from steward.data.collection import api as collection
from steward.data.collection.models import CollectionTask, ColumnOffer
from steward.data.sources import api as sources
from tests.data.collection.support import FILL, TABLE, rows, run
from tests.data.sources.test_services import run as execute
from tests.factories.collection import task_on
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    execute(url, TABLE, FILL)
    return url


@pytest.fixture
def source(url):
    return source_at(url)


def test_a_table_is_collected_whole_and_counted_on_both_sides(source):
    task = task_on(source)

    found = run(task)

    assert (found.state, found.expected, found.read, found.rows_after) == (
        "succeeded", 1000, 1000, 1000,
    )  # fmt: skip
    assert rows(task.target)[0] == (1, "居民1")
    assert EventRecord.objects.filter(name="collection.table_collected").count() == 1


def test_only_the_chosen_columns_travel(source):
    task = task_on(source, columns=("id", "changed"))

    run(task)

    names = collection.lake().describe(task.target).schema.names
    assert names == ["id", "changed"]


def test_an_incremental_run_brings_what_is_new_and_what_changed(source, url):
    task = task_on(source, mode="incremental", cursor="changed")
    run(task)
    execute(
        url,
        "UPDATE person SET 姓名 = '改名', changed = 2000 WHERE id = 7",
        "INSERT INTO person VALUES (1001, '新来', 2001)",
    )

    found = run(task)

    assert (found.read, found.inserted, found.updated, found.rows_after) == (3, 1, 1, 1001)
    assert (7, "改名") in rows(task.target)


def test_a_mirror_sees_what_the_source_deleted(source, url):
    task = task_on(source, mode="mirror", cursor="changed")
    run(task)
    execute(url, "DELETE FROM person WHERE id <= 5")

    found = run(task)

    assert (found.deleted, found.rows_after) == (5, 995)


@pytest.mark.mariadb
def test_mariadb_is_collected_alike(mariadb_server):
    url = mariadb_server.create_database()
    name = url.rpartition("/")[2]
    mariadb_server.execute(f"CREATE TABLE {name}.person (id int PRIMARY KEY, 姓名 varchar(20))")
    mariadb_server.execute(f"INSERT INTO {name}.person VALUES (1, '张'), (2, NULL)")  # noqa: S608
    task = task_on(source_at(url), source_table="person")

    found = run(task)

    assert found.state == "succeeded"
    assert rows(task.target) == [(1, "张"), (2, None)]


def test_a_lost_column_blocks_the_task_and_keeps_the_last_table(source, url):
    task = task_on(source)
    run(task)
    execute(url, "ALTER TABLE person DROP 姓名")

    found = run(task)

    task.refresh_from_db()
    assert (found.state, task.state) == ("failed", "blocked")
    assert "来源已没有列“姓名”" in found.error
    assert len(rows(task.target)) == 1000
    assert Finding.objects.get(fingerprint=f"failed:{task.pk}").state == "open"


def test_a_changed_type_blocks_the_task_and_names_both_types(source, url):
    task = task_on(source)
    run(task)
    execute(url, "ALTER TABLE person ALTER changed TYPE text")

    found = run(task)

    assert "“changed”由 integer 变为 text" in found.error


def test_a_blocked_task_goes_on_with_what_the_source_still_has(source, url):
    task = task_on(source)
    run(task)
    execute(url, "ALTER TABLE person DROP 姓名")
    run(task)
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)

    collection.unblock_task(task.pk, reason="数源单位已停用该项", by=SYSTEM, now=NOW)
    found = run(CollectionTask.objects.get(pk=task.pk))

    assert found.state == "succeeded"
    assert Finding.objects.get(fingerprint=f"failed:{task.pk}").state == "closed"


def test_a_new_column_is_offered_and_comes_only_when_accepted(source, url):
    task = task_on(source)
    run(task)
    execute(url, "ALTER TABLE person ADD phone text DEFAULT '0570'")
    run(task)
    before = collection.lake().describe(task.target).schema.names
    offer = ColumnOffer.objects.get()

    collection.decide_offer(offer.pk, accept=True, by=SYSTEM, now=NOW)
    run(CollectionTask.objects.get(pk=task.pk))

    assert before == ["id", "姓名", "changed"]
    assert rows(task.target, "DISTINCT phone") == [("0570",)]


def test_a_dead_source_is_a_finding_and_loses_nothing(source):
    task = task_on(source)
    run(task)
    type(source).objects.filter(pk=source.pk).update(host="127.0.0.1", port=1)

    found = run(task)

    assert found.state == "failed"
    assert "127.0.0.1" in found.error
    assert len(rows(task.target)) == 1000


def test_a_disabled_source_is_not_read(source):
    task = task_on(source)
    sources.switch_source(
        source.pk, to=sources.SourceState.DISABLED, reason="迁移", by=SYSTEM, now=NOW
    )

    assert "已停用" in run(task).error


def test_a_run_that_ended_is_not_executed_again(source):
    task = task_on(source)
    found = run(task)

    collection.execute_run(found.pk, now=NOW, progress=lambda _step, _rows: None)

    found.refresh_from_db()
    assert found.attempts == 1


def test_only_rows_that_meet_the_condition_are_collected(source):
    task = task_on(source, condition="id <= 10 AND 姓名 <> '居民3'")

    found = run(task)

    assert (found.read, found.filtered, found.rows_after) == (1000, 991, 9)
