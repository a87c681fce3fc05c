from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from steward.core.evidence import api as evidence
from steward.kernel.actors import Actor
from steward.operations.monitoring import api as monitoring
from tests.factories.cmdb import SystemFactory
from tests.factories.monitoring import MonitorFactory, observe
from tests.support import NOW

pytestmark = pytest.mark.django_db


def hour(number: float):
    return NOW + timedelta(hours=number)


def ask(code: str, **params):
    query = evidence.MetricQuery("huaian-2025", hour(1), hour(9), as_of=hour(100), params=params)
    return evidence.metric_spec(code).compute(query)


@pytest.fixture
def outage():
    """One core system, down from 4 h to 6 h after NOW."""
    monitor = MonitorFactory(
        item=SystemFactory(), interval=3600, timeout=60, failures_before_down=1, core=True
    )
    states = ("up", "up", "up", "down", "down", "up", "up", "up", "up")
    observe(monitor, *[(hour(n), s) for n, s in enumerate(states, start=1)])
    return monitor


@pytest.mark.clause("HA")
def test_availability_downtime_and_outages_of_a_contract(outage):
    assert ask("monitoring.availability").value == Decimal("0.75")
    assert ask("monitoring.downtime").value == Decimal(7200)
    assert ask("monitoring.outages").value == Decimal(1)


@pytest.mark.clause("C7")
def test_every_figure_lists_the_spans_behind_it_with_their_page_and_evidence(
    outage, admin_client: Client
):
    result = ask("monitoring.availability")

    event = result.events[0]
    assert (event.amount, event.occurred_at) == (Decimal(7200), hour(4))
    assert len(event.evidence) == 1
    assert admin_client.get(event.url).status_code == 200
    assert sum(e.amount for e in result.events) == Decimal(result.detail["down_seconds"])


def test_the_address_of_a_figure_opens_exactly_its_outages(outage, admin_client: Client):
    result = ask("monitoring.outages")

    page = admin_client.get(result.url)

    shown = [o.span_id for o in page.context["page"]]
    assert [f"monitoring.span:{pk}" for pk in shown] == [e.key for e in result.events]


@pytest.mark.clause("HA")
def test_an_agreed_outage_is_listed_with_its_document_and_does_not_count(outage):
    window = monitoring.propose_exclusion(
        monitoring.Targets(item_ids=[outage.item_id]), hour(3), hour(7),
        grounds=monitoring.Grounds("市电中断", "供电公司证明"), by=Actor(1, "乙方"), now=hour(10),
    )  # fmt: skip
    monitoring.confirm_exclusion(window, side="supplier", by=Actor(1, "乙方"), now=hour(10))
    monitoring.confirm_exclusion(window, side="client", by=Actor(2, "甲方"), now=hour(11))

    result = ask("monitoring.outages")

    assert result.value == 0
    assert result.events[0].excluded == "不可抗力：市电中断（供电公司证明）"
    assert ask("monitoring.availability").value == 1


def test_outages_of_one_system_at_one_time_are_one_incident(outage):
    other = MonitorFactory(
        item=outage.item, interval=3600, timeout=60, failures_before_down=1, core=True
    )
    observe(other, (hour(4.5), "down"), (hour(5), "up"), (hour(6), "up"), (hour(7), "down"))

    groups = [e.group for e in ask("monitoring.outages").events]

    assert len(groups) == 3
    assert groups[0] == groups[1] != groups[2]


def test_without_monitors_there_is_no_data():
    for code in ("monitoring.availability", "monitoring.downtime", "monitoring.outages"):
        assert ask(code).value is None
        assert "没有监测数据" in ask(code).no_data


def test_the_same_question_gives_the_same_answer(outage):
    assert ask("monitoring.availability") == ask("monitoring.availability")
