from decimal import Decimal

import pytest

from steward.core.findings.models import Finding
from steward.data.quality import api as quality
from steward.data.quality.models import ProblemOrder, RuleOutcome
from steward.data.quality.rows import FailingRows, Wanted
from tests.factories.organizations import body
from tests.factories.quality import (
    approved,
    checked,
    draft_rule,
    lake_table,
    people,
    put,
    run,
    three_rules,
    use,
)
from tests.support import NOW

pytestmark = pytest.mark.django_db


def test_one_pass_counts_exactly_the_planted_faults():
    table = checked()
    uses = three_rules(table)

    found = run(table)

    failing = {row.use_id: row.failing for row in found.outcomes.all()}
    assert (found.state, found.error) == ("succeeded", "")
    assert (found.rows, found.failing_rows) == (100, 15)
    assert failing == {uses["phone"].pk: 7, uses["name"].pk: 5, uses["card"].pk: 6}
    assert {name: part["failing"] for name, part in found.dimensions.items()} == {
        "conformity": 7, "completeness": 5, "uniqueness": 6,
    }  # fmt: skip


def test_the_score_is_the_stated_formula():
    table = checked()
    three_rules(table)

    found = run(table)

    assert found.dimensions["completeness"]["score"] == "0.950000"
    expected = (Decimal("0.93") * 2 + Decimal("0.95") * 3 + Decimal("0.94") * 2) / 7
    assert found.score == expected.quantize(Decimal("0.000001"))


def test_failing_rows_are_read_by_rule_with_every_rule_they_break():
    table = checked()
    uses = three_rules(table)
    rows = FailingRows(run(table))

    found = rows.page(Wanted(rules=(uses["phone"].code,)), limit=10)

    assert [row.key["编号"] for row in found] == [1, 2, 3, 4, 5, 6, 7]
    assert found[4].rules == (uses["phone"].code, uses["name"].code)
    assert found[0].values["证号"] == "K1"


def test_departments_get_orders_over_exactly_their_rows():
    first, second, owner = body(), body(), body()
    name = lake_table(people(departments=(first.code, second.name)))
    table = checked(name, organization_id=owner.id, department_column="部门")
    three_rules(table)

    found = run(table)

    orders = {order.organization_id: order for order in ProblemOrder.objects.all()}
    assert {key: order.failing_rows for key, order in orders.items()} == {first.id: 8, second.id: 7}
    assert {row.organization_id: row.rows for row in found.bodies.all()} == {
        first.id: 50,
        second.id: 50,
    }
    finding = Finding.objects.get(pk=orders[first.id].finding_id)
    assert (finding.category, finding.organization_id, finding.severity) == (
        "data_quality", first.id, "major",
    )  # fmt: skip


def test_rows_of_no_known_department_belong_to_the_owner_of_the_table():
    first, owner = body(), body()
    name = lake_table(people(departments=(first.code, "没有的部门")))
    table = checked(name, organization_id=owner.id, department_column="部门")
    three_rules(table)

    rows = FailingRows(run(table))

    assert rows.count(Wanted(organization_id=owner.id)) == 7
    assert rows.count(Wanted(organization_id=first.id)) == 8
    assert rows.count(Wanted(organization_id=body().id)) == 0


def test_an_order_closes_only_when_the_check_passes():
    table = checked()
    three_rules(table)
    run(table)
    fixed = [
        row | {"姓名": "补正", "手机号": "13800000000", "证号": f"Z{row['编号']}"}
        for row in people()
    ]
    put(table.name, fixed[:10])
    still = run(table)
    order = ProblemOrder.objects.get()
    half_way = (order.state, order.failing_rows)

    put(table.name, fixed)
    run(table)

    order.refresh_from_db()
    assert (still.failing_rows, half_way) == (6, ("open", 6))
    assert order.state == "closed"
    assert Finding.objects.get(pk=order.finding_id).state == "closed"


def test_new_data_is_checked_by_its_changes_with_the_same_totals():
    table = checked()
    three_rules(table)
    run(table)
    put(table.name, [{"编号": 101, "姓名": " ", "手机号": "1", "证号": "K50", "部门": "甲"}])

    found = run(table)

    assert found.incremental == 2
    assert (found.rows, found.failing_rows) == (101, 17)


def test_a_rule_that_does_not_fit_is_reported_and_the_others_run():
    table = checked()
    three_rules(table)
    broken = use(table, approved(kind="exists_in", columns=["部门"], table="ods.没有"))

    found = run(table)

    outcome = found.outcomes.get(use=broken)
    assert outcome.state == "error"
    assert "ods.没有" in outcome.detail
    assert found.failing_rows == 15


def test_a_failure_below_the_tolerance_opens_no_order():
    table = checked()
    use(table, approved(kind="mobile", column="手机号"), threshold=Decimal("0.1"))

    found = run(table)

    assert found.outcomes.get().state == "tolerated"
    assert not ProblemOrder.objects.exists()


def test_drafts_are_not_checked():
    table = checked()
    draft_rule(kind="mobile", column="手机号")

    found = run(table)

    assert found.state == "failed"
    assert "还没有已批准的规则" in found.error
    assert not RuleOutcome.objects.exists()


def test_a_run_executed_again_records_nothing_twice():
    table = checked()
    three_rules(table)
    found = run(table)

    again = quality.execute_run(found.pk, now=NOW, progress=lambda _step: None)

    assert again.state == "succeeded"
    assert found.outcomes.count() == 3
    assert Finding.objects.get().occurrences == 1
