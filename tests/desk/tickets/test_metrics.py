from datetime import timedelta
from decimal import Decimal

import pytest

from steward.core.evidence import api as evidence
from steward.desk.tickets import api as desk
from tests.factories import desk as made
from tests.support import NOW

pytestmark = pytest.mark.django_db
END = NOW + timedelta(days=30)


def ask(code, *, as_of=END, contract=made.CONTRACT, **params):
    query = evidence.MetricQuery(contract=contract, start=NOW, end=END, as_of=as_of, params=params)
    return evidence.metric_spec(code).compute(query)


@pytest.fixture
def engineer():
    return made.actor(made.PersonFactory())


@pytest.fixture
def late(engineer):
    """A major incident answered ten minutes too late and resolved in time."""
    made.install()
    info = made.ticket()
    desk.reply(info.id, text="在查", by=engineer, now=NOW + timedelta(minutes=40))
    desk.resolve_ticket(
        info.id,
        resolution=desk.Resolution(text="好了"),
        by=engineer,
        now=NOW + timedelta(hours=1),
    )
    return info


def test_a_breach_is_an_event_that_leads_to_its_clock(late):
    found = ask("desk.clock_breaches")

    clock = made.clock(late, "respond")
    assert found.value == 1
    assert [(e.group, e.url) for e in found.events] == [(late.number, f"/desk/clocks/{clock.id}/")]


def test_the_population_is_what_was_judged(late):
    assert ask("desk.clock_breaches").population == 2


def test_clock_kinds_narrow_the_count(late):
    assert ask("desk.clock_breaches", clock_kinds=["resolve"]).value == 0


def test_ticket_kinds_and_severities_narrow_the_count(late):
    assert ask("desk.clock_breaches", ticket_kinds="security_event").value == 0
    assert ask("desk.clock_breaches", severities=("major",)).value == 1


def test_what_was_recorded_later_does_not_count_yet(late):
    found = ask("desk.clock_breaches", as_of=NOW + timedelta(minutes=35))

    assert found.value == 1 - 0
    assert ask("desk.clock_breaches", as_of=NOW + timedelta(minutes=20)).value == 0


def test_an_excused_breach_is_listed_with_its_document(late, engineer):
    clock = made.clock(late, "respond")
    number = desk.propose_adjustment(
        late.id,
        proposal=desk.Proposal(
            kind="excuse", reason="拒绝接入", document="会议纪要 3", clock_id=clock.id
        ),
        side="supplier",
        by=engineer,
        now=NOW + timedelta(days=1),
    )
    desk.decide_adjustment(
        number,
        agree=True,
        side="client",
        note="",
        by=made.actor(made.PersonFactory()),
        now=NOW + timedelta(days=1),
    )

    found = ask("desk.clock_breaches")

    assert found.value == 0
    assert "会议纪要 3" in found.events[0].excluded
    assert ask("desk.clock_breaches", as_of=NOW + timedelta(hours=2)).value == 1


def test_a_void_ticket_is_in_neither_numerator_nor_population(late, engineer):
    other = made.ticket(now=NOW + timedelta(hours=1))
    desk.scan(now=NOW + timedelta(hours=9))
    desk.void_ticket(
        other.id, state="void", reason="测试单", by=engineer, now=NOW + timedelta(hours=10)
    )

    found = ask("desk.clock_breaches")

    assert (found.value, found.population) == (1, 2)
    assert any("测试单" in event.excluded for event in found.events)


def test_compliance_is_met_by_judged(late):
    assert ask("desk.clock_compliance").value == Decimal("0.5")


def test_without_a_policy_there_is_no_data():
    assert ask("desk.clock_breaches", contract="unknown").value is None


def test_without_a_judged_clock_there_is_no_ratio():
    made.install()

    assert "没有已判定的时限" in ask("desk.clock_compliance").no_data


def test_tickets_are_counted_and_void_ones_listed(late, engineer):
    other = made.ticket(now=NOW + timedelta(hours=1))
    desk.void_ticket(
        other.id, state="cancelled", reason="撤回", by=engineer, now=NOW + timedelta(hours=2)
    )

    found = ask("desk.tickets")

    assert (found.value, found.population) == (1, 2)


def test_what_is_not_resolved_by_then_is_unfinished(late):
    assert ask("desk.unfinished").value == 0
    assert ask("desk.unfinished", as_of=NOW + timedelta(minutes=50)).value == 1


def test_the_grace_spares_what_was_just_opened(late):
    found = ask("desk.unfinished", as_of=NOW + timedelta(minutes=50), grace_minutes=60)

    assert found.value == 0
