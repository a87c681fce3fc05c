from datetime import timedelta
from decimal import Decimal

import pytest

from steward.core.evidence import api as evidence
from steward.data.quality.metrics import orders_settled
from steward.data.quality.models import OrderSpell
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.quality import checked, lake_table, people, put, run, three_rules
from tests.support import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CONTRACT = "kecheng-2024"


def asked(start, end, as_of=None) -> evidence.MetricResult:
    return orders_settled(
        evidence.MetricQuery(contract=CONTRACT, start=start, end=end, as_of=as_of or end)
    )


def clean(departments) -> list[dict[str, object]]:
    return [
        row | {"姓名": "补正", "手机号": "13800000000", "证号": f"Z{row['编号']}"}
        for row in people(departments=departments)
    ]


def settled_by_half():
    """Two orders on the first day; the first department's rows are right on the third."""
    departments = (body().code, body().code)
    table = checked(
        lake_table(people(departments=departments)), department_column="部门", contract=CONTRACT
    )
    three_rules(table)
    run(table, now=NOW)
    put(table.name, clean(departments)[::2])
    run(table, now=NOW + 2 * DAY)
    return table, departments


def test_the_share_of_problem_orders_that_a_passing_check_ended():
    settled_by_half()

    found = asked(NOW - DAY, NOW + 3 * DAY)

    assert (found.value, found.population, len(found.events)) == (Decimal("0.500000"), 2, 1)


def test_what_was_settled_later_was_not_settled_then():
    settled_by_half()

    found = asked(NOW - DAY, NOW + DAY)

    assert (found.value, len(found.events)) == (Decimal("0.000000"), 2)


def test_an_order_that_came_back_counts_again():
    table, departments = settled_by_half()
    put(table.name, people(departments=departments))
    run(table, now=NOW + 4 * DAY)

    found = asked(NOW - DAY, NOW + 5 * DAY)

    assert OrderSpell.objects.count() == 3
    assert (found.value, found.population) == (Decimal("0.333333"), 3)


def test_an_order_settled_before_the_period_does_not_count_in_it():
    settled_by_half()

    found = asked(NOW + 3 * DAY, NOW + 4 * DAY)

    assert (found.value, found.population) == (Decimal("0.000000"), 1)


def test_without_problem_orders_there_is_no_figure():
    assert asked(NOW - DAY, NOW).value is None


def test_the_figure_leads_to_exactly_the_orders_it_counts(client):
    settled_by_half()
    client.force_login(user_with("quality.order.view"))

    page = client.get(asked(NOW + 3 * DAY, NOW + 4 * DAY).url).content.decode()

    assert page.count('<td><a href="/data/quality/orders/') == 1
