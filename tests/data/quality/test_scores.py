import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from steward.data.quality import scores
from steward.data.quality.models import CheckedTable
from steward.kernel.instants import now as wall_clock
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.quality import checked, lake_table, people, put, run, three_rules
from tests.support import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def inside(client):
    client.force_login(user_with("quality.table.view", "quality.order.view", "entities.home.view"))
    return client


def two_bodies() -> tuple[CheckedTable, int, int]:
    """A checked table of two departments: 8 bad rows of 50, and 7 of 50."""
    first, second = body("甲局"), body("乙局")
    name = lake_table(people(departments=(first.code, second.code)))
    table = checked(name, department_column="部门")
    three_rules(table)
    return table, first.id, second.id


def test_each_department_has_a_score_in_each_dimension():
    table, first, second = two_bodies()
    run(table)

    rows = {part.organization_id: part for part in scores.shares([table.pk])}

    found = scores.row_of(first, "甲局", [rows[first]])
    figures = {code: figure for code, figure in found.dimensions if figure is not None}
    assert {code: figure.failing for code, figure in figures.items()} == {
        "completeness": 3, "conformity": 4, "uniqueness": 3,
    }  # fmt: skip
    assert figures["completeness"].score == Decimal("0.940000")
    assert rows[second].failing + rows[first].failing == 15


def test_the_figures_of_a_department_lead_to_exactly_its_rows(inside):
    table, first, _ = two_bodies()
    found = run(table)

    page = inside.get("/data/quality/scores/").content.decode()
    link = f"/data/quality/runs/{found.pk}/?dimension=conformity&amp;body={first}#rows"
    rows = inside.get(unescape(link)).content.decode()

    assert link in page
    assert "共 4 行" in rows


def test_over_time_a_table_keeps_its_last_score_until_it_is_checked_again():
    table, other = checked(), checked()
    three_rules(table)
    three_rules(other)
    run(table, now=NOW)
    run(other, now=NOW + 24 * HOUR)
    put(table.name, [row | {"姓名": "补正"} for row in people()])
    run(table, now=NOW + 48 * HOUR)

    days = scores.history([table.pk, other.pk], since=NOW - HOUR)

    assert [day.dimensions["completeness"] for day in days] == [
        Decimal("0.950000"), Decimal("0.950000"), Decimal("0.975000"),
    ]  # fmt: skip


def test_a_score_from_before_the_period_still_counts_in_it():
    table, other = checked(), checked()
    three_rules(table)
    three_rules(other)
    run(other, now=NOW)
    put(table.name, [row | {"姓名": "补正"} for row in people()])
    run(table, now=NOW + 48 * HOUR)

    (day,) = scores.history([table.pk, other.pk], since=NOW + HOUR)

    assert day.dimensions["completeness"] == Decimal("0.975000")


def test_the_history_of_one_department_is_its_own():
    table, first, _ = two_bodies()
    run(table)

    (day,) = scores.history([table.pk], since=NOW - HOUR, organization_id=first)

    assert day.dimensions["completeness"] == Decimal("0.940000")


def test_the_page_draws_the_days(inside):
    table, _, _ = two_bodies()
    run(table, now=wall_clock() - 48 * HOUR)
    run(table, now=wall_clock())

    page = inside.get("/data/quality/scores/?days=30").content.decode()

    data = json.loads(unescape(re.search(r'data-value="([^"]+)"', page)[1]))
    assert [item["label"] for item in data["datasets"]] == ["综合", "完整性", "规范性", "唯一性"]
    assert len(data["labels"]) == 2


def test_the_data_home_tells_the_score_and_the_weakest_departments(inside):
    table, first, _ = two_bodies()
    found = run(table)

    page = inside.get("/data/").content.decode()

    assert "综合得分" in page
    assert f"/data/quality/runs/{found.pk}/?dimension=conformity#rows" in page
    assert f"/data/quality/scores/?body={first}" in page
    assert "/data/quality/orders/?state=open" in page


def test_the_data_home_has_no_card_before_the_first_check(inside):
    checked()

    page = inside.get("/data/").content.decode()

    assert "综合得分" not in page


def test_scores_need_few_queries_whatever_the_number_of_tables(
    inside, django_assert_max_num_queries
):
    for _ in range(3):
        table, _, _ = two_bodies()
        run(table)

    with django_assert_max_num_queries(25):
        inside.get("/data/quality/scores/")
