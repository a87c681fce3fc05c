from datetime import timedelta

import pytest

from steward.data.collection import api as collection
from steward.data.collection.models import CollectionRun, CollectionTask
from steward.kernel.errors import StewardError
from tests.data.collection.support import FILL, TABLE
from tests.data.sources.test_services import run as execute
from tests.factories.collection import draft, task_on
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(postgres_server):
    url = postgres_server.create_database()
    execute(url, TABLE, FILL)
    return source_at(url)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "请填写任务名称"),
        ({"source_table": "public.nobody"}, "数据源里没有表“public.nobody”"),
        ({"target": "dwd.person"}, "归集的目标表应在归集层"),
        ({"target": "../etc"}, "表名“../etc”无效"),
        ({"columns": ("id", "电话")}, "源表没有列“电话”；已有列：id、姓名、changed"),
        ({"keys": ("no",)}, "源表没有列“no”"),
        ({"mode": "incremental"}, "须选择游标列"),
        ({"mode": "mirror", "cursor": "changed", "keys": ()}, "镜像须选择关键字列"),
        ({"mode": "x"}, "没有名为“x”的归集方式"),
        ({"columns": ("姓名",)}, "交换字段须包含“id”"),
        ({"condition": "changed >"}, "过滤条件“changed >”有误"),
        ({"condition": "电话 = '1'"}, "过滤条件里的列“电话”不在源表中"),
        (
            {"mode": "incremental", "cursor": "changed", "condition": "id > 1"},
            "带过滤条件的增量会留下",
        ),
        ({"schedule": "every day"}, "写法有误，应为五段 cron"),
        ({"origin": "province"}, "省回流须先有批准的数据申请"),
    ],
)
def test_what_is_wrong_with_a_task_is_named(source, fields, words):
    task_on(source)

    with pytest.raises(StewardError) as error:
        collection.create_task(draft(source, **fields), by=SYSTEM, now=NOW)

    assert words in str(error.value)
    assert CollectionTask.objects.count() == 1


def test_one_table_has_one_task(source):
    task = task_on(source)

    with pytest.raises(collection.InvalidTaskError, match="已有归集任务"):
        collection.create_task(draft(source, target=task.target), by=SYSTEM, now=NOW)


def test_a_task_runs_at_its_shanghai_hour(source):
    task = task_on(source, schedule="30 2 * * *")

    assert task.next_run_at.isoformat() == "2026-03-03T02:30:00+08:00"


def test_what_is_due_is_queued_once_and_gets_its_next_time(source):
    task = task_on(source, schedule="30 2 * * *")
    later = NOW + timedelta(days=1)

    first = collection.run_due(by=SYSTEM, now=later)
    second = collection.run_due(by=SYSTEM, now=later)

    task.refresh_from_db()
    assert (first, second) == (1, 0)
    assert task.next_run_at > later
    assert CollectionRun.objects.get().trigger == "schedule"


def test_a_second_run_waits_for_the_first(source):
    task = task_on(source)
    collection.request_run(task.pk, by=SYSTEM, now=NOW)

    with pytest.raises(collection.TaskStateError, match="已经在排队或运行"):
        collection.request_run(task.pk, by=SYSTEM, now=NOW)


def test_a_paused_task_does_not_run(source):
    task = task_on(source, schedule="30 2 * * *")
    collection.switch_task(
        task.pk, to=collection.TaskState.PAUSED, reason="割接", by=SYSTEM, now=NOW
    )

    with pytest.raises(collection.TaskStateError, match="暂停"):
        collection.request_run(task.pk, by=SYSTEM, now=NOW)
    assert collection.run_due(by=SYSTEM, now=NOW + timedelta(days=9)) == 0
