"""CSV and Excel files into tables: once each, counted on both sides, the last good table staying."""

import os

import openpyxl
import pytest

from steward.core.findings.models import Finding
from steward.data.collection import api as collection
from steward.data.collection.lakehouse import rejects_path
from steward.data.collection.models import CollectedFile, CollectionTask, ColumnOffer
from steward.engine.lake.commits import Batch
from tests.data.collection.files_support import PEOPLE, sheet_on
from tests.data.collection.support import rows, run
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def served(root):
    """The folder of the server with one table file in it."""
    for path in (root / "a.csv", root / "b.csv"):
        path.unlink()
    put(root, "人口_01.csv", PEOPLE)
    return root


def put(folder, name, text, *, at=1_700_000_000, encoding="utf-8"):
    """A file as a department delivers it, with its time of change."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    os.utime(path, (at, at))
    return path


@pytest.fixture
def source(ftp, served):
    return source_at(ftp, purpose="files")


@pytest.fixture
def sample(served):
    return served / "人口_01.csv"


def book(folder, name, lines, *, sheet="名单", at=1_700_000_000):
    made = openpyxl.Workbook()
    made.active.title = "说明"
    page = made.create_sheet(sheet)
    for line in lines:
        page.append(line)
    made.save(folder / name)
    os.utime(folder / name, (at, at))
    return folder / name


COLUMNS = "证件号, 姓名, 年龄"


def test_a_file_becomes_rows_counted_on_both_sides(source, sample):
    task = sheet_on(source, sample)

    found = run(task)

    assert (found.state, found.expected, found.read, found.rows_after) == ("succeeded", 2, 2, 2)
    assert rows(task.target, COLUMNS) == [("001", "张三", "30"), ("002", "李四", "41")]


def test_a_file_is_never_written_twice_even_under_another_name(source, sample, served):
    task = sheet_on(source, sample, keys=())
    run(task)
    put(served, "人口_01副本.csv", PEOPLE, at=1_700_000_500)
    os.utime(sample, (1_700_009_000, 1_700_009_000))

    found = run(task)

    assert (found.state, found.read, found.rows_after) == ("succeeded", 0, 2)
    assert [row["result"] for row in found.files] == ["repeated", "repeated"]
    assert run(task).files == []


def test_new_files_are_added_by_their_keys(source, sample, served):
    task = sheet_on(source, sample)
    run(task)
    more = "证件号,姓名,年龄\n002,李四,42\n003,王五,9\n".encode("gb18030")
    (served / "人口_02.csv").write_bytes(more)

    found = run(task)

    assert (found.inserted, found.updated, found.rows_after) == (1, 1, 3)
    assert ("002", "李四", "42") in rows(task.target, COLUMNS)


def test_a_full_task_takes_the_newest_file_only(source, sample, served):
    put(served, "人口_00.csv", "证件号,姓名,年龄\n009,旧,1\n", at=1_600_000_000)
    task = sheet_on(source, sample, mode="full")
    run(task)
    put(served, "人口_02.csv", "证件号,姓名,年龄\n003,王五,9\n", at=1_700_000_900)

    found = run(task)
    again = run(task)

    assert rows(task.target, COLUMNS) == [("003", "王五", "9")]
    assert (found.read, again.read, again.warnings) == (1, 0, ["没有新文件，目标表保持不变"])


def test_a_broken_row_stops_the_file_and_names_its_place(source, sample, served):
    task = sheet_on(source, sample)
    run(task)
    put(served, "人口_02.csv", "证件号,姓名,年龄\n003,王五\n", at=1_700_000_900)

    found = run(task)

    assert found.state == "failed"
    assert "人口_02.csv 第 2 行" in found.error
    assert len(rows(task.target, COLUMNS)) == 2
    assert Finding.objects.get(fingerprint=f"failed:{task.pk}").state == "open"


def test_broken_rows_are_set_aside_on_request_and_counted(source, sample, served):
    task = sheet_on(source, sample, keep_bad_rows=True, types={
        "证件号": "text", "姓名": "text", "年龄": "int",
    })  # fmt: skip
    put(served, "人口_02.csv", "证件号,姓名,年龄\n003,王五\n004,赵六,多\n005,孙七,7\n")

    found = run(task)

    assert (found.state, found.expected, found.read, found.rejected) == ("succeeded", 5, 3, 2)
    aside = rejects_path(found.pk).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in aside[1:]] == [
        ["人口_02.csv", "2"],
        ["人口_02.csv", "3"],
    ]
    taken = CollectedFile.objects.get(path="人口_02.csv")
    assert (taken.rows, taken.rejected) == (1, 2)


def test_a_good_file_is_kept_when_another_is_bad(source, sample, served):
    task = sheet_on(source, sample)
    put(served, "人口_02.csv", "证件号,姓名,年龄\n003\n")

    found = run(task)

    assert found.state == "failed"
    assert "其余 1 个文件照常归集" in found.error
    assert len(rows(task.target, COLUMNS)) == 2


def test_a_vanished_column_blocks_the_task_and_keeps_the_table(source, sample, served):
    task = sheet_on(source, sample)
    run(task)
    put(served, "人口_02.csv", "证件号,姓名\n003,王五\n", at=1_700_000_900)

    found = run(task)

    task.refresh_from_db()
    assert (found.state, task.state) == ("failed", "blocked")
    assert "来源已没有列“年龄”" in found.error
    assert len(rows(task.target, COLUMNS)) == 2


def test_a_blocked_task_goes_on_with_the_columns_that_are_left(source, sample, served):
    task = sheet_on(source, sample)
    run(task)
    put(served, "人口_02.csv", "证件号,姓名\n003,王五\n", at=1_700_000_900)
    run(task)

    collection.unblock_any(task.pk, reason="数源单位已停用该项", by=SYSTEM, now=NOW)
    found = run(CollectionTask.objects.get(pk=task.pk))

    assert found.state == "succeeded"
    assert ("003", "王五", None) in rows(task.target, COLUMNS)


def test_a_new_column_is_offered(source, sample, served):
    task = sheet_on(source, sample)
    put(served, "人口_02.csv", "证件号,姓名,年龄,电话\n003,王五,9,0570\n", at=1_700_000_900)

    found = run(task)
    offer = ColumnOffer.objects.get()
    collection.decide_offer(offer.pk, accept=True, by=SYSTEM, now=NOW)
    put(served, "人口_03.csv", "证件号,姓名,年龄,电话\n004,赵六,8,0571\n", at=1_700_001_900)
    run(CollectionTask.objects.get(pk=task.pk))

    assert (found.state, offer.column) == ("succeeded", "电话")
    assert ("004", "0571") in rows(task.target, "证件号, 电话")


def test_a_changed_file_is_not_appended_a_second_time(source, sample, served):
    task = sheet_on(source, sample, keys=())
    run(task)
    put(served, "人口_01.csv", PEOPLE.replace("30", "31"), at=1_700_000_900)

    found = run(task)

    assert "任务没有关键字列，再追加会重复" in found.error
    assert len(rows(task.target, COLUMNS)) == 2


def test_a_repeated_key_in_a_file_is_an_error_and_nothing_is_written(source, sample, served):
    task = sheet_on(source, sample)
    put(served, "人口_02.csv", "证件号,姓名,年龄\n003,王五,9\n003,王五,9\n")

    found = run(task)

    assert found.state == "failed"
    assert len(rows(task.target, COLUMNS)) == 2


def test_no_file_at_all_is_a_failure(source, sample):
    task = sheet_on(source, sample, pattern="房屋_*.csv")

    assert "没有与“房屋_*.csv”相符的文件" in run(task).error


def test_a_sheet_of_a_workbook_with_its_types(source, served):
    lines = [["证件号", "年龄", "登记日期"], ["001", 30, "2026-01-02"], ["002", None, None]]
    reading = {"sheet": "名单"}
    path = book(served, "名单.xlsx", lines)
    types = {"证件号": "text", "年龄": "int", "登记日期": "date"}
    task = sheet_on(source, path, pattern="*.xlsx", reading=reading, types=types)

    found = run(task)

    assert (found.state, found.expected, found.read) == ("succeeded", 2, 2)
    assert [str(row[2]) for row in rows(task.target, "证件号, 年龄, 登记日期")] == [
        "2026-01-02", "None",
    ]  # fmt: skip


def test_a_cell_of_another_type_is_named_with_its_row_and_column(source, served):
    lines = [["证件号", "年龄"], [], ["001", 30], ["002", "不详"]]
    path = book(served, "名单.xlsx", lines)
    types, reading = {"证件号": "text", "年龄": "int"}, {"sheet": "名单"}
    task = sheet_on(source, path, pattern="*.xlsx", reading=reading, types=types)

    found = run(task)

    assert "名单.xlsx 第 4 行列“年龄”，值为“不详”：不是整数" in found.error


def test_what_the_table_holds_and_the_register_lacks_is_not_written_again(source, sample):
    """As after a kill between the table's commit and the register's."""
    task = sheet_on(source, sample, keys=())
    run(task)
    CollectedFile.objects.all().delete()

    found = run(task)

    assert (found.state, found.rows_after) == ("succeeded", 2)
    assert CollectedFile.objects.get().rows == 2
    last = collection.lake().last_batch(task.target, f"task-{task.pk}")
    assert isinstance(last, Batch)
    assert last.number == 1


def test_a_quote_that_is_not_closed_is_one_bad_row(source, sample, served):
    task = sheet_on(source, sample, keep_bad_rows=True)
    put(served, "人口_02.csv", '证件号,姓名,年龄\n003,"王五,9\n004,赵六,8\n')

    found = run(task)

    assert (found.state, found.read, found.rejected) == ("succeeded", 3, 1)
