"""The shipped contract with the platform's own facts: from a late answer and an outage to the money."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.access import api as access
from steward.core.accounts.api import actor_of
from steward.core.calendars import api as calendars
from steward.desk.tickets import api as tickets
from steward.operations.monitoring.models import Span
from tests.contracts.support import CODE, END, START
from tests.factories.accounts import user_with
from tests.factories.cmdb import ItemFactory
from tests.factories.monitoring import MonitorFactory, SpanFactory
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

OPENED = START + timedelta(days=10, hours=2)
LATE = OPENED + timedelta(hours=3)
SOLVED = OPENED + timedelta(hours=5)
CUT = START + timedelta(days=100)


@pytest.fixture
def user():
    return user_with(*(permission.code for permission in access.permissions()))


@pytest.fixture
def ticket(user) -> tickets.TicketInfo:
    """A minor incident answered after three hours: late by the table's two, solved in time."""
    calendars.seed()
    packs.load_library_pack(CODE, by=SYSTEM, now=START)
    new = tickets.NewTicket(
        kind="incident", severity="minor", title="公文流转缓慢", contract=CODE, channel="phone"
    )
    opened = tickets.open_ticket(new, by=SYSTEM, now=OPENED)
    tickets.reply(opened.id, text="已在处理", by=actor_of(user), now=LATE)
    solved = tickets.Resolution(text="重启服务", cause="连接泄漏")
    return tickets.resolve_ticket(opened.id, resolution=solved, by=actor_of(user), now=SOLVED)


def outage(hours: int) -> Span:
    """A core monitor that was up but for one outage; the contract's only one."""
    monitor = MonitorFactory(item=ItemFactory(contract=CODE), created_at=START, core=True)
    Span.objects.filter(monitor=monitor).delete()
    down = START + timedelta(days=50)
    up = down + timedelta(hours=hours)
    stretches = [("up", START, down), ("down", down, up), ("up", up, END)]
    made = [
        SpanFactory(
            monitor=monitor, state=state, start_at=start, end_at=end, recorded_at=start,
            ended_recorded_at=min(end, CUT), cause="连接被拒绝",
        )
        for state, start, end in stretches
    ]  # fmt: skip
    return made[1]


def get(user, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def links(html: str, pattern: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(f'href="({pattern})"', html)]


@pytest.mark.clause("C2", "C4", "HA")
def test_a_late_response_costs_two_points_and_the_services_hour_costs_none(ticket):
    result = assessment.score(CODE, as_of=CUT, now=CUT)

    node = result.indicator("efficiency")
    assert (node.points, node.status) == (Decimal(8), "scored")
    assert [ticket.number in event.label for event in node.events] == [True]
    assert node.population == 2


@pytest.mark.clause("HA")
def test_an_outage_lowers_the_availability_and_its_points(ticket):
    outage(hours=10)

    node = assessment.score(CODE, as_of=CUT, now=CUT).indicator("stability")

    assert Decimal(node.sources[0].detail["down_seconds"]) == 36_000
    assert node.value == Decimal(2390) / Decimal(2400)
    assert node.points == 12
    assert -sum(event.points for event in node.events) == 3


@pytest.mark.clause("C7")
def test_one_clicks_from_the_money_to_the_span_and_to_the_clock(ticket, user):
    span = outage(hours=10)
    cut = CUT.isoformat().replace("+00:00", "Z")

    derivation = get(user, f"/contracts/{CODE}/payable/?as_of={cut}")
    stability = get(user, links(derivation, f'/contracts/{CODE}/indicators/stability/[^"]*')[0])
    efficiency = get(user, links(derivation, f'/contracts/{CODE}/indicators/efficiency/[^"]*')[0])

    assert "连接被拒绝" in get(user, links(stability, f'/[a-z]+/[^"]*{span.pk}/')[0])
    assert ticket.number in get(user, links(efficiency, "/desk/clocks/[0-9]+/")[0])


@pytest.mark.clause("C4")
def test_the_ticket_says_in_which_indicator_it_counts_and_what_it_costs(ticket, user):
    page = get(user, f"/desk/{ticket.id}/")

    assert "计入考核" in page
    assert "问题处理效率" in page


def test_the_same_year_scores_to_the_same_bytes_in_real_metrics(ticket):
    outage(hours=10)

    first = assessment.score(CODE, as_of=CUT, now=CUT)
    second = assessment.score(CODE, as_of=CUT, now=CUT + timedelta(days=1))

    assert first.canonical() == second.canonical()
