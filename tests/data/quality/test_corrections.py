import io

import pytest
from openpyxl import load_workbook

from steward.core.audit.models import AuditEntry
from steward.core.findings import api as findings
from steward.core.findings.models import Finding
from steward.data.quality.models import ChangeSet, ProblemOrder
from steward.desk.tickets.models import TicketFinding
from tests.data.collection.support import rows as lake_rows
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.quality import checked, lake_table, people, put, run, three_rules
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
CORRECT = ("quality.order.view", "quality.order.correct")


@pytest.fixture
def table():
    table = checked()
    three_rules(table)
    run(table)
    drain_jobs()
    return table


@pytest.fixture
def order(table):
    return ProblemOrder.objects.get(table=table)


@pytest.fixture
def inside(client):
    client.force_login(user_with(*CORRECT, "quality.rows.view_private"))
    return client


def filled(client, order, change):
    """The exported book after `change(sheet)`, as bytes."""
    answer = client.get(f"/data/quality/orders/{order.pk}/problem-rows.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    change(book["问题数据"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(client, order, content):
    upload = io.BytesIO(content)
    upload.name = "回填.xlsx"
    return client.post(
        f"/data/quality/orders/{order.pk}/return/",
        {"file": upload, "reason": "已向本人核实"},
        follow=True,
    )


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def correct_everything(sheet):
    at = columns(sheet)
    for number in range(2, sheet.max_row + 1):
        key = int(sheet.cell(number, at["编号"]).value)
        sheet.cell(number, at["姓名"]).value = f"居民{key}"
        sheet.cell(number, at["手机号"]).value = f"138{key:08d}"
        sheet.cell(number, at["证号"]).value = f"N{key}"


@pytest.mark.clause("K12.2")
def test_an_excel_return_is_taken_applied_rechecked_and_closes_the_order(inside, order):
    content = filled(inside, order, correct_everything)

    page = send(inside, order, content)
    row = ChangeSet.objects.get()
    before = row.state
    inside.post(f"/data/quality/changes/{row.pk}/act/apply/")
    drain_jobs()

    order.refresh_from_db()
    row.refresh_from_db()
    assert "读到 15 行" in page.content.decode()
    assert (before, row.state) == ("draft", "applied")
    assert row.cells.count() == 27
    assert order.state == "closed"
    assert TicketFinding.objects.filter(finding_id=order.finding_id).count() == 1
    assert Finding.objects.get(pk=order.finding_id).state == "closed"


def test_bad_rows_of_a_return_are_named_and_the_good_ones_kept(inside, order):
    def change(sheet):
        at = columns(sheet)
        sheet.cell(2, at["手机号"]).value = "13800000001"
        sheet.cell(3, at["编号"]).value = "999"
        sheet.cell(4, 1).value = "0" * 24
        sheet.cell(5, 2).value = "Y" + "0" * 24
        sheet.append([None, None, "1000", "陌生人"])

    send(inside, order, filled(inside, order, change))

    row = ChangeSet.objects.get()
    assert [cell.key["编号"] for cell in row.cells.all()] == ["1"]
    assert [words.split("：")[0] for words in row.problems] == [
        "第 3 行", "第 4 行", "第 5 行", "第 17 行",
    ]  # fmt: skip
    assert "主键“编号”被改动" in row.problems[0]
    assert "不是本工单的行" in row.problems[1]
    assert "校验不符" in row.problems[2]
    assert "没有行号" in row.problems[3]


def test_a_row_that_changed_since_the_export_is_stale(inside, order, table):
    content = filled(inside, order, correct_everything)
    put(table.name, [people()[0] | {"手机号": "456"}])
    run(table)

    send(inside, order, content)

    row = ChangeSet.objects.get()
    assert len(row.problems) == 1
    assert "数据在导出后已变化" in row.problems[0]


def test_a_cell_changed_meanwhile_is_refused_and_the_others_written(inside, order, table):
    send(inside, order, filled(inside, order, correct_everything))
    row = ChangeSet.objects.get()
    put(table.name, [people()[0] | {"手机号": "456"}])

    inside.post(f"/data/quality/changes/{row.pk}/act/apply/")

    row.refresh_from_db()
    assert row.state == "applied"
    assert any("行 1 的“手机号”已被别处改动" in words for words in row.problems)
    assert (1, "456") in lake_rows(table.name, "编号, 手机号")
    assert (2, "13800000002") in lake_rows(table.name, "编号, 手机号")


def test_undo_gives_every_value_back_unless_it_changed(inside, order, table):
    send(inside, order, filled(inside, order, correct_everything))
    row = ChangeSet.objects.get()
    before = lake_rows(table.name, "*")
    inside.post(f"/data/quality/changes/{row.pk}/act/apply/")

    inside.post(f"/data/quality/changes/{row.pk}/act/undo/", {"reason": "核实有误"})
    drain_jobs()

    row.refresh_from_db()
    order.refresh_from_db()
    assert row.state == "undone"
    assert lake_rows(table.name, "*") == before
    assert order.state == "open"


def test_undo_is_refused_where_a_value_changed_since(inside, order, table):
    send(inside, order, filled(inside, order, correct_everything))
    row = ChangeSet.objects.get()
    inside.post(f"/data/quality/changes/{row.pk}/act/apply/")
    put(table.name, [people()[0] | {"手机号": "456"}])

    page = inside.post(
        f"/data/quality/changes/{row.pk}/act/undo/", {"reason": "核实有误"}, follow=True
    ).content.decode()

    row.refresh_from_db()
    assert "不能撤销" in page
    assert row.state == "applied"


def test_a_row_is_corrected_in_place(inside, order):
    page = inside.get(f"/data/quality/orders/{order.pk}/").content.decode()
    token = page.partition("edit/?row=")[2][:24]
    address = f"/data/quality/orders/{order.pk}/edit/?row={token}"

    inside.post(
        address,
        {"cell_0": "1", "cell_1": "居民1", "cell_2": "13800000001", "cell_3": "K1", "cell_4": "甲",
         "reason": "电话核实"},
    )  # fmt: skip

    cell = ChangeSet.objects.get().cells.get()
    assert (cell.before, cell.after) == ("123", "13800000001")


def test_without_the_right_the_file_is_masked_and_untouched_cells_stay(client, order):
    client.force_login(user_with(*CORRECT))

    def change(sheet):
        at = columns(sheet)
        assert "*" in sheet.cell(6, at["手机号"]).value
        sheet.cell(6, at["姓名"]).value = "补正"

    send(client, order, filled(client, order, change))

    cell = ChangeSet.objects.get().cells.get()
    assert (cell.column, cell.before, cell.after) == ("姓名", None, "补正")
    exported = AuditEntry.objects.filter(code="quality.rows.exported")
    assert exported.count() == 1


def test_a_department_cannot_touch_the_order_of_another(client, table):
    first, second = body(), body()
    other = checked(
        lake_table(people(departments=(first.code, second.code))), department_column="部门"
    )
    three_rules(other)
    run(other)
    theirs = ProblemOrder.objects.get(organization_id=second.id)
    client.force_login(user_with(*CORRECT, organization_id=first.id))

    answers = [
        client.get(f"/data/quality/orders/{theirs.pk}/problem-rows.xlsx").status_code,
        client.get(f"/data/quality/orders/{theirs.pk}/edit/?row=x").status_code,
        client.post(f"/data/quality/orders/{theirs.pk}/return/").status_code,
        client.post(f"/data/quality/orders/{theirs.pk}/recheck/").status_code,
    ]

    assert answers == [404] * 4


def test_a_recheck_that_somebody_asks_for_runs_the_check(order):
    findings.request_recheck(order.finding_id, by=SYSTEM, now=NOW)

    drain_jobs()

    assert order.table.runs.first().trigger == "recheck"


def test_a_file_that_is_none_is_refused_in_words(inside, order):
    page = send(inside, order, b"no excel").content.decode()

    assert "不是能读的 Excel" in page
    assert not ChangeSet.objects.exists()
