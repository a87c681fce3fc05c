"""Teams made by the lead, and the share of paused time of each engineer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Team
from steward.desk.tickets.queries.pauses import paused_clocks, shares_of
from steward.kernel.periods import Period
from tests.factories import desk as made
from tests.factories.accounts import user_with
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

MONTH = Period(NOW - timedelta(days=1), NOW + timedelta(days=30))


def worker():
    return user_with("desk.ticket.handle", "desk.ticket.view")


def draft(**changes) -> desk.TeamDraft:
    given = {"code": "onsite-1", "name": "驻场一组", "member_ids": [worker().pk]}
    return desk.TeamDraft(**(given | changes))


def test_a_team_is_made_and_changed_with_its_people():
    first, second = worker(), worker()

    number = desk.save_team(
        draft(lead_id=first.pk, member_ids=[first.pk, second.pk]), by=SYSTEM, now=NOW
    )
    desk.save_team(draft(name="驻场组", member_ids=[second.pk]), team_id=number, by=SYSTEM, now=NOW)

    team = Team.objects.get(pk=number)
    assert (team.name, team.lead) == ("驻场组", None)
    assert list(team.members.all()) == [second]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "一组"}, "小写字母"),
        ({"name": " "}, "请填写名称"),
        ({"member_ids": []}, "至少要有一名成员"),
        ({"member_ids": [999_999]}, "成员须是"),
        ({"lead_id": 999_999}, "组长须是"),
    ],
)
def test_a_team_that_cannot_be_is_refused_in_words(changes, words):
    with pytest.raises(desk.InvalidTeamError, match=words):
        desk.save_team(draft(**changes), by=SYSTEM, now=NOW)


def test_a_name_and_a_code_are_taken_once():
    desk.save_team(draft(), by=SYSTEM, now=NOW)

    with pytest.raises(desk.InvalidTeamError, match="已被另一个"):
        desk.save_team(draft(name="别的组"), by=SYSTEM, now=NOW)
    with pytest.raises(desk.InvalidTeamError, match="已有名为"):
        desk.save_team(draft(code="onsite-2"), by=SYSTEM, now=NOW)


def test_a_team_with_open_tickets_or_rules_is_not_switched_off():
    given = draft()
    number = desk.save_team(given, by=SYSTEM, now=NOW)
    off = draft(member_ids=given.member_ids, is_active=False)
    rule = made.RoutingRuleFactory(team_id=number)

    with pytest.raises(desk.TeamInUseError, match=rule.label):
        desk.save_team(off, team_id=number, by=SYSTEM, now=NOW)
    rule.delete()
    info = made.ticket()
    desk.assign_ticket(info.id, to=desk.Assignment(team_id=number), by=SYSTEM, now=NOW)
    with pytest.raises(desk.TeamInUseError, match="1 张在办"):
        desk.save_team(off, team_id=number, by=SYSTEM, now=NOW)


def test_the_lead_makes_a_team_on_its_page():
    member = worker()
    client = Client()
    client.force_login(user_with("desk.routing.view", "desk.routing.change", "desk.ticket.view"))
    given = {"name": "夜班组", "code": "night", "members": [member.pk], "is_active": "on"}

    refused = client.post("/desk/teams/new/", given | {"code": "夜班"})
    saved = client.post("/desk/teams/new/", given)

    page = client.get("/desk/teams/").content.decode()
    assert "小写字母" in refused.content.decode()
    assert saved.status_code == 302
    assert "夜班组" in page
    assert member.name in page


def held_up(engineer, *, hours: int):
    """A ticket of an engineer that waited for its requester for some hours, of ten."""
    made.install()
    info = made.ticket()
    desk.assign_ticket(info.id, to=desk.Assignment(assignee_id=engineer.pk), by=SYSTEM, now=NOW)
    by = made.actor(engineer)
    desk.reply(info.id, text="在看", by=by, now=NOW + timedelta(minutes=1))
    if hours:
        desk.suspend_ticket(
            info.id, reason="customer", message="请补充截图", by=by, now=NOW + timedelta(hours=1)
        )
        desk.resume_ticket(info.id, by=by, now=NOW + timedelta(hours=1 + hours))
    done = desk.Resolution(text="已处理")
    desk.resolve_ticket(info.id, resolution=done, by=by, now=NOW + timedelta(hours=10))
    return info


def test_the_share_of_paused_time_is_told_for_each_engineer():
    often, never = worker(), worker()
    held_up(often, hours=4)
    held_up(never, hours=0)

    rows = paused_clocks(worker_everywhere(), MONTH, at=NOW + timedelta(days=1))

    found = {one.name: one for one in shares_of(rows)}
    assert found[often.name].paused == timedelta(hours=4)
    assert found[often.name].share == Decimal("0.4")
    assert found[often.name].paused_clocks == 1
    assert found[never.name].share == 0
    assert found[often.name].reasons != ()


def worker_everywhere():
    return user_with("desk.ticket.view", "desk.pauses.view")


def test_the_page_lists_the_clocks_behind_a_share():
    engineer = worker()
    info = held_up(engineer, hours=4)
    client = Client()
    client.force_login(worker_everywhere())
    month = f"{NOW:%Y-%m}"

    page = client.get(f"/desk/pauses/?month={month}&person={engineer.pk}&only=paused")
    wrong = client.get("/desk/pauses/?month=nonsense")

    html = page.content.decode()
    assert info.number in html
    assert "40.0%" in html
    assert wrong.status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_tickets(django_assert_max_num_queries):
    engineer = worker()
    for hours in (1, 2, 3, 4):
        held_up(engineer, hours=hours)
    user = worker_everywhere()

    with django_assert_max_num_queries(14):
        paused_clocks(user, MONTH, at=NOW + timedelta(days=1))
