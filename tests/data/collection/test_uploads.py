"""Uploads: each file is taken or refused with its reason; what was taken is collected once."""

import pytest

from steward.core.audit.models import AuditEntry
from steward.data.collection import api as collection
from steward.data.collection import uploads
from steward.data.collection.models import CollectedFile, CollectionRun
from tests.data.collection.files_support import (
    PEOPLE,
    filing_on,
    given,
    sheet_on,
    upload_source,
)
from tests.data.collection.support import rows
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source():
    return upload_source()


@pytest.fixture
def task(source, tmp_path):
    sample = tmp_path / "sample.csv"
    sample.write_text(PEOPLE)
    return sheet_on(source, sample, pattern="人口*.csv")


def send(task, *files):
    """Upload, and carry out the run."""
    told = collection.upload_files(task.pk, files, by=SYSTEM, now=NOW)
    if told.run_id is not None:
        collection.execute_run(told.run_id, now=NOW, progress=lambda _step, _rows: None)
    return told


def test_an_uploaded_table_is_collected_and_waits_no_longer(task):
    told = send(task, given("人口.csv", PEOPLE))

    found = CollectionRun.objects.get()
    assert (told.taken, found.state, found.trigger) == (1, "succeeded", "upload")
    assert len(rows(task.target, "证件号")) == 2
    assert uploads.waiting(task) == []
    assert AuditEntry.objects.filter(code="collection.uploaded").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("房屋.csv", PEOPLE, "与任务要求的“人口*.csv”不符"),
        ("人口.csv", "", "空文件"),
        ("人口.csv", "证件号,姓名\n1,张\n", "文件里没有列“年龄”，像是另一张表"),
        ("人口.csv", "证件号,证件号\n1,张\n", "表头重复"),
        ("人口.csv", "x" * 3000, "超过上限"),
        ("..\\.人口.csv", PEOPLE, "文件名无效"),
    ],
)
def test_a_foreign_file_is_refused_with_its_reason(task, name, *, content, words):
    type(task).objects.filter(pk=task.pk).update(max_bytes=2000)

    told = send(task, given(name, content))

    assert words in told.answers[0].words
    assert (told.run_id, uploads.waiting(task)) == (None, [])


def test_good_files_are_taken_when_one_is_bad(task):
    told = send(task, given("人口1.csv", PEOPLE), given("房屋.csv", PEOPLE))

    assert [answer.is_taken for answer in told.answers] == [True, False]
    assert CollectionRun.objects.get().rows_after == 2


def test_the_same_file_is_refused_the_second_time(task):
    send(task, given("人口1.csv", PEOPLE))

    told = send(task, given("人口2.csv", PEOPLE))

    assert "内容相同，没有重复收取" in told.answers[0].words


def test_an_upload_that_was_cut_is_not_taken(task):
    cut = collection.Given("人口1.csv", 500, [PEOPLE.encode()])

    told = send(task, cut)

    assert "上传中断，请重传" in told.answers[0].words
    assert uploads.waiting(task) == []


def test_a_file_with_a_broken_row_waits_until_it_is_replaced_or_thrown_away(task):
    send(task, given("人口1.csv", PEOPLE + "003\n"))
    waiting = [file.name for file in uploads.waiting(task)]

    uploads.discard_waiting(task.pk, "人口1.csv", by=SYSTEM, now=NOW)

    assert (waiting, uploads.waiting(task)) == (["人口1.csv"], [])


def test_documents_are_registered_once_by_name_and_content(source):
    task = filing_on(source)
    send(task, given("通知.pdf", b"one"), given("附件.docx", b"two"))
    send(task, given("通知.pdf", b"one"))
    send(task, given("通知.pdf", b"three"))

    found = list(CollectedFile.objects.order_by("path", "version").values_list("path", "version"))
    assert found == [("通知.pdf", 1), ("通知.pdf", 2), ("附件.docx", 1)]
    assert uploads.waiting(task) == []


def test_files_that_come_during_a_run_get_one_of_their_own(source):
    task = filing_on(source)
    told = collection.upload_files(task.pk, [given("a.pdf", b"1")], by=SYSTEM, now=NOW)
    collection.execute_run(told.run_id, now=NOW, progress=lambda _step, _rows: None)
    folder = uploads._folder(task)
    (folder / "b.pdf").write_bytes(b"2")

    uploads.run_again_for_late(told.run_id, by=SYSTEM, now=NOW)

    assert CollectionRun.objects.filter(state="queued").count() == 1


def test_a_paused_task_takes_nothing(task):
    collection.switch_task(
        task.pk, to=collection.TaskState.PAUSED, reason="割接", by=SYSTEM, now=NOW
    )

    with pytest.raises(collection.TaskStateError, match="暂停"):
        send(task, given("人口.csv", PEOPLE))
