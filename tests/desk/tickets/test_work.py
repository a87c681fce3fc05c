from datetime import timedelta

import pytest

from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Ticket, TimelineEntry
from steward.kernel.actors import Actor
from tests.factories import desk as made
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
ROBOT = Actor.system("自动答复")


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


@pytest.fixture
def engineer():
    return made.actor(made.PersonFactory())


def test_a_ticket_opens_with_the_clocks_of_its_severity():
    made.install()

    info = made.ticket(severity="major")

    assert info.number == "INC-2026-00001"
    assert [(c.kind, c.target) for c in desk.clocks_of_ticket(info.id)] == [
        ("respond", 30),
        ("onsite", 120),
        ("resolve", 240),
    ]


def test_an_assignment_is_not_an_answer(engineer):
    made.install()
    info = made.ticket()

    desk.assign_ticket(
        info.id, to=desk.Assignment(engineer.user_id), by=SYSTEM, now=NOW + minutes(5)
    )

    assert made.clock(info, "respond").is_open


def test_an_automatic_reply_is_not_an_answer():
    made.install()
    info = made.ticket()

    desk.reply(info.id, text="已收到您的来信", by=ROBOT, now=NOW + minutes(1))

    assert made.clock(info, "respond").is_open


def test_a_persons_reply_stops_the_respond_clock_and_starts_the_work(engineer):
    made.install()
    info = made.ticket()

    after = desk.reply(info.id, text="已联系信息中心", by=engineer, now=NOW + minutes(11))

    assert after.state == desk.TicketState.IN_PROGRESS
    assert made.clock(info, "respond").state == "met"


def test_the_requesters_own_words_are_no_answer():
    made.install()
    person = made.PersonFactory()
    info = made.ticket(requester_id=person.pk)

    desk.reply(info.id, text="请快一点", by=made.actor(person), now=NOW + minutes(2))

    assert made.clock(info, "respond").is_open


def test_an_empty_reply_is_refused(engineer):
    info = made.ticket(contract="")

    with pytest.raises(desk.InvalidInputError, match="请填写回复内容"):
        desk.reply(info.id, text="  \n", by=engineer, now=NOW)


def test_an_arrival_needs_proof(engineer):
    made.install()
    info = made.ticket()

    with pytest.raises(desk.InvalidInputError, match="甲方确认码"):
        desk.check_in(
            info.id, arrival=desk.Arrival(proof="code"), by=engineer, now=NOW + minutes(38)
        )


def test_an_arrival_with_the_clients_code_stops_the_onsite_clock(engineer):
    made.install()
    info = made.ticket()

    desk.check_in(
        info.id,
        arrival=desk.Arrival(proof="code", detail="483920"),
        by=engineer,
        now=NOW + minutes(38),
    )

    assert made.clock(info, "onsite").state == "met"


def test_a_pause_stops_only_the_clocks_whose_contract_allows_its_reason(engineer):
    made.install()
    info = made.ticket(assignee_id=engineer.user_id)
    desk.suspend_ticket(
        info.id, reason="customer", message="等待新端口", by=engineer, now=NOW + minutes(26)
    )

    desk.resume_ticket(info.id, by=engineer, now=NOW + minutes(68))

    assert made.clock(info, "resolve").due_at == NOW + minutes(240 + 42)
    assert made.clock(info, "onsite").due_at == NOW + minutes(120)


def test_a_pause_needs_a_reason_of_the_contract(engineer):
    made.install()
    info = made.ticket(assignee_id=engineer.user_id)

    with pytest.raises(desk.InvalidInputError, match="待第三方、待客户"):
        desk.suspend_ticket(info.id, reason="lunch", message="稍等", by=engineer, now=NOW)


def test_a_pause_needs_a_message_to_the_requester(engineer):
    made.install()
    info = made.ticket(assignee_id=engineer.user_id)

    with pytest.raises(desk.InvalidInputError, match="给报告人的说明"):
        desk.suspend_ticket(info.id, reason="customer", message=" ", by=engineer, now=NOW)


def test_the_requesters_answer_ends_the_pause(engineer):
    made.install()
    person = made.PersonFactory()
    info = made.ticket(assignee_id=engineer.user_id, requester_id=person.pk)
    desk.suspend_ticket(
        info.id, reason="customer", message="等待新端口", by=engineer, now=NOW + minutes(10)
    )

    after = desk.reply(info.id, text="新端口 5433", by=made.actor(person), now=NOW + minutes(52))

    assert after.state == desk.TicketState.IN_PROGRESS
    assert made.clock(info, "resolve").due_at == NOW + minutes(240 + 42)


def test_a_step_is_done_once_and_says_who_did_it(engineer):
    info = made.ticket(kind="program", contract="")
    desk.complete_step(info.id, step="cause", text="索引缺失", by=engineer, now=NOW)

    with pytest.raises(desk.WrongStateError, match=engineer.label):
        desk.complete_step(info.id, step="cause", text="又一次", by=engineer, now=NOW)


def test_the_timeline_can_not_be_rewritten():
    info = made.ticket(contract="")

    with pytest.raises(Exception, match="Cannot update or delete"):
        TimelineEntry.objects.filter(ticket_id=info.id).update(text="改写")


def test_the_next_due_time_places_the_ticket_in_the_queue(engineer):
    made.install()
    info = made.ticket()

    desk.reply(info.id, text="处理中", by=engineer, now=NOW + minutes(5))

    assert Ticket.objects.get(pk=info.id).queue_at == NOW + minutes(120)
