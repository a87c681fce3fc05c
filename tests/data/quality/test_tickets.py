import pytest

from steward.core.findings.models import Finding
from steward.data.catalog import api as catalog
from steward.data.quality.models import ProblemOrder
from steward.desk.tickets.models import Ticket
from steward.desk.tickets.services.ending import Resolution, StillFailingError, resolve_ticket
from tests.factories.catalog import catalogue_in, system_of
from tests.factories.desk import RoutingRuleFactory
from tests.factories.organizations import body
from tests.factories.quality import checked, lake_table, people, put, run, three_rules
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


def clean() -> list[dict[str, object]]:
    return [
        row | {"姓名": "补正", "手机号": "13800000000", "证号": f"Z{row['编号']}"}
        for row in people()
    ]


def test_each_department_gets_a_ticket_about_its_problem_order():
    first, second = body(), body()
    name = lake_table(people(departments=(first.code, second.code)))
    table = checked(name, department_column="部门")
    three_rules(table)

    run(table)
    drain_jobs()

    tickets = {row.organization_id: row for row in Ticket.objects.all()}
    orders = {row.organization_id: row for row in ProblemOrder.objects.all()}
    assert {row.kind for row in tickets.values()} == {"data_quality"}
    assert {key: row.subject_key for key, row in tickets.items()} == {
        key: str(order.pk) for key, order in orders.items()
    }


def test_the_ticket_is_not_resolved_while_the_check_fails():
    table = checked()
    three_rules(table)
    run(table)
    drain_jobs()
    ticket = Ticket.objects.get()

    with pytest.raises(StillFailingError):
        resolve_ticket(ticket.pk, resolution=Resolution(text="已处理"), by=SYSTEM, now=NOW)

    assert ProblemOrder.objects.get().state == "open"


@pytest.mark.clause("K12.2")
def test_a_passing_check_closes_order_and_finding_and_resolves_the_ticket():
    table = checked()
    three_rules(table)
    run(table)
    drain_jobs()
    put(table.name, clean())

    run(table)
    drain_jobs()

    assert ProblemOrder.objects.get().state == "closed"
    assert Finding.objects.get().state == "closed"
    assert Ticket.objects.get().state == "resolved"


def test_rows_that_fail_again_reopen_the_same_order():
    table = checked()
    three_rules(table)
    run(table)
    put(table.name, clean())
    run(table)
    put(table.name, people())

    run(table)

    order = ProblemOrder.objects.get()
    assert (order.state, order.failing_rows) == ("open", 15)
    assert Finding.objects.get().episode == 2


def test_faults_of_a_catalogue_become_a_ticket_of_its_department():
    owner = body()
    row = catalogue_in(system_of(owner.id), summary="")

    catalog.check_catalogues([row.pk], now=NOW)
    drain_jobs()

    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.organization_id) == ("data_quality", owner.id)
    assert (ticket.subject_kind, ticket.subject_key) == (catalog.CATALOGUE_KIND, str(row.pk))


def test_a_rule_of_the_desk_comes_before_the_usual_route():
    RoutingRuleFactory(condition={"field": "category", "eq": "data_quality"}, opens_ticket=False)
    table = checked()
    three_rules(table)

    run(table)
    drain_jobs()

    assert not Ticket.objects.exists()
