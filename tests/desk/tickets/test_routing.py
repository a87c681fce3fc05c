from datetime import timedelta

import pytest

from steward.core.findings import api as findings
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Ticket, TimelineEntry
from steward.desk.tickets.services.routing import facts_of, save_rule
from steward.kernel.conditions import InvalidConditionError
from steward.kernel.subjects import Subject
from tests.factories import desk as made
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


def test_a_finding_opens_a_ticket_by_the_first_rule_that_fits():
    team = made.TeamFactory()
    made.RoutingRuleFactory(order=20, label="一般", condition={})
    made.RoutingRuleFactory(order=10, team=team, severity="critical", ticket_kind="data_quality")
    seen = made.finding()

    info = desk.take_finding(seen.id, episode=1, now=NOW)

    assert (info.kind, info.severity, info.team_id) == ("data_quality", "critical", team.pk)


def test_without_a_rule_a_finding_becomes_an_incident_of_its_severity():
    info = desk.take_finding(made.finding(severity="minor").id, episode=1, now=NOW)

    assert (info.kind, info.severity) == ("incident", "minor")


def test_without_a_rule_problem_data_is_a_ticket_that_the_passing_check_resolves():
    seen = made.finding(category="data_quality")
    info = desk.take_finding(seen.id, episode=1, now=NOW)

    findings.clear(seen.source, seen.fingerprint, now=NOW)
    drain_jobs()

    assert info.kind == "data_quality"
    assert Ticket.objects.get(pk=info.id).state == "resolved"


def test_one_episode_makes_one_ticket_however_often_it_is_told():
    seen = made.finding()
    first = desk.take_finding(seen.id, episode=1, now=NOW)

    again = desk.take_finding(seen.id, episode=1, now=NOW)

    assert again.id == first.id


def test_another_finding_of_the_same_object_joins_the_open_ticket():
    first = desk.take_finding(made.finding().id, episode=1, now=NOW)

    other = desk.take_finding(made.finding(fingerprint="sql:2").id, episode=1, now=NOW)

    assert other.id == first.id


def test_a_finding_of_another_object_gets_its_own_ticket():
    first = desk.take_finding(made.finding().id, episode=1, now=NOW)
    elsewhere = made.finding(fingerprint="x", subject=Subject("test.thing", "2", "民政局"))

    other = desk.take_finding(elsewhere.id, episode=1, now=NOW)

    assert other.id != first.id


def test_what_comes_back_before_closing_reopens_its_ticket():
    made.RoutingRuleFactory(auto_resolve=True)
    seen = made.finding()
    drain_jobs()
    findings.clear(seen.source, seen.fingerprint, now=NOW + timedelta(minutes=5))
    drain_jobs()

    made.finding(now=NOW + timedelta(minutes=9))
    drain_jobs()

    ticket = Ticket.objects.get()
    assert (ticket.is_open, ticket.reopen_count) == (True, 1)


def test_a_rule_may_open_no_ticket():
    made.RoutingRuleFactory(opens_ticket=False)

    assert desk.take_finding(made.finding().id, episode=1, now=NOW) is None


def test_a_finding_that_healed_before_it_was_routed_still_leaves_its_ticket():
    made.RoutingRuleFactory(auto_resolve=True)
    seen = made.finding()
    findings.clear(seen.source, seen.fingerprint, now=NOW + timedelta(seconds=5))

    info = desk.take_finding(seen.id, episode=1, now=NOW + timedelta(seconds=9))

    assert desk.get_ticket(info.id).state == desk.TicketState.RESOLVED


def test_an_accepted_finding_is_written_down_and_leaves_the_ticket_to_people():
    seen = made.finding()
    info = desk.take_finding(seen.id, episode=1, now=NOW)
    findings.accept(seen.id, reason="下月更换", by=SYSTEM, now=NOW)

    drain_jobs()

    assert desk.get_ticket(info.id).is_open
    assert TimelineEntry.objects.filter(ticket_id=info.id, text__contains="已被接受").exists()


def test_a_rule_with_an_unknown_field_is_refused_by_its_place():
    rule = made.RoutingRuleFactory.build(condition={"field": "colour", "eq": "red"})

    with pytest.raises(InvalidConditionError, match="colour"):
        save_rule(rule, by=SYSTEM, now=NOW)


def test_the_tester_sees_where_a_finding_would_go():
    made.RoutingRuleFactory()

    assert desk.route(facts_of(made.finding())).label == "归集类 → 数据组"
