import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from steward.data.quality.models import CleaningProject, CleaningRun, ProblemOrder
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.quality import checked, lake_table, run, three_rules
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    table = checked()
    three_rules(table)
    run(table)
    drain_jobs()
    return ProblemOrder.objects.get()


@pytest.fixture
def inside(client):
    client.force_login(user_with("quality.irs.exchange", "quality.order.view"))
    return client


def answers(*lines):
    book = Workbook()
    book.active.title = "工单答复"
    for line in (("工单号", "答复", "说明", "答复人"), *lines):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "答复.xlsx"
    return out


@pytest.mark.clause("K12.4")
def test_orders_and_problem_data_go_out(inside, order):
    content = inside.get("/data/quality/irs/problem-orders.zip").content

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        listed = book.read("工单.csv").decode("utf-8-sig").splitlines()
        rows = load_workbook(io.BytesIO(book.read(f"问题数据/{order.number}.xlsx")))["问题数据"]
    assert len(listed) == 2
    assert listed[1].startswith(order.number)
    assert rows.max_row == 16


@pytest.mark.clause("K12.4")
def test_answers_come_in_and_a_correction_is_checked_again(inside, order):
    upload = answers(
        (order.number, "已更正", "", "经办人"),
        ("ZL-999999", "已更正", "", ""),
        (order.number, "不知道", "", ""),
        (order.number, "无法更正", "", ""),
    )

    page = inside.post("/data/quality/irs/answers/", {"file": upload}, follow=True).content.decode()
    drain_jobs()

    order.refresh_from_db()
    assert "采纳 1 条答复" in page
    assert "第 3 行：没有工单“ZL-999999”" in page
    assert "第 4 行：答复“不知道”" in page
    assert "第 5 行：答复“无法更正”须写明说明" in page
    assert order.table.runs.first().trigger == "recheck"
    assert order.state == "open"


@pytest.mark.clause("K12.3")
def test_a_cleaning_project_on_the_pages(client):
    name, owner = lake_table(), body("区民政局")
    client.force_login(user_with("quality.project.view", "quality.project.change"))
    client.post(
        "/data/quality/projects/new/",
        {"name": "临时清洗", "purpose": "专题分析", "organization": owner.name},
    )
    project = CleaningProject.objects.get()
    client.post(
        f"/data/quality/projects/{project.pk}/tables/",
        {"source": name, "target": "dwd.净居民", "keys": "编号",
         "steps": "- {kind: codes, column: 部门, codes: {甲: A}}"},
    )  # fmt: skip
    client.post(f"/data/quality/cleaning/{project.tables.get().pk}/run/")
    drain_jobs()
    done = CleaningRun.objects.get()

    page = client.get(f"/data/quality/cleaning/runs/{done.pk}/?step=0").content.decode()
    listed = client.get("/data/quality/projects/").content.decode()
    shown = client.get(f"/data/quality/projects/{project.pk}/").content.decode()
    client.post(f"/data/quality/cleaning/runs/{done.pk}/undo/")

    assert (done.state, done.counts) == ("succeeded", [50])
    assert "读入 100 行，写出 100 行" in page
    assert "临时清洗" in listed
    assert "dwd.净居民" in shown
    done.refresh_from_db()
    assert done.state == "undone"
