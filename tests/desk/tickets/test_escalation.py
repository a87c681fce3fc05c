from datetime import timedelta

import pytest

from steward.core.notify.models import Message
from steward.desk.tickets import api as desk
from steward.kernel.instants import now as wall_clock
from tests.factories import desk as made
from tests.support import SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignee():
    return made.PersonFactory()


@pytest.fixture
def lead():
    return made.PersonFactory()


def opened(minutes: int, **fields):
    return made.ticket(now=wall_clock() - timedelta(minutes=minutes), **fields)


def told(person) -> list[str]:
    return list(Message.objects.filter(recipient=person).values_list("title", flat=True))


def test_the_assignee_is_warned_before_a_clock_runs_out(assignee):
    made.install()
    info = opened(25, assignee_id=assignee.pk)

    desk.scan(now=wall_clock())
    drain_jobs()

    assert told(assignee)[0].startswith(f"{info.number} 响应将于")


def test_a_breach_reaches_the_assignee_and_the_lead(assignee, lead):
    made.install()
    team = made.TeamFactory(lead=lead)
    info = opened(35, assignee_id=assignee.pk, team_id=team.pk)

    desk.scan(now=wall_clock())
    drain_jobs()

    assert f"{info.number} 响应已超时" in told(assignee)
    assert f"{info.number} 响应已超时" in told(lead)


def test_without_an_assignee_the_whole_team_is_warned(assignee):
    made.install()
    team = made.TeamFactory()
    team.members.add(assignee)
    opened(25, team_id=team.pk)

    desk.scan(now=wall_clock())
    drain_jobs()

    assert len(told(assignee)) == 1


def test_a_new_assignee_is_told(assignee):
    info = made.ticket(contract="")

    desk.assign_ticket(info.id, to=desk.Assignment(assignee.pk), by=SYSTEM, now=wall_clock())
    drain_jobs()

    assert told(assignee) == [f"{info.number} 派给了你"]


def test_a_reply_is_told_to_the_requester_and_not_to_its_author(assignee):
    requester = made.PersonFactory()
    info = made.ticket(contract="", requester_id=requester.pk, assignee_id=assignee.pk)

    desk.reply(info.id, text="已处理", by=made.actor(assignee), now=wall_clock())
    drain_jobs()

    assert told(requester) == [f"{info.number} 有新回复"]
    assert told(assignee) == []
