from datetime import timedelta

import pytest

from steward.desk.tickets import api as desk
from steward.kernel.clock import PriorityMode
from tests.factories import desk as made
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


def change(info, to, *, at):
    return desk.change_severity(info.id, to=to, reason="影响扩大", by=SYSTEM, now=NOW + minutes(at))


def test_a_new_target_counts_from_the_original_start():
    made.install()
    info = made.ticket(severity="minor")

    change(info, "major", at=20)

    assert made.clock(info, "respond").due_at == NOW + minutes(30)


def test_going_back_restores_the_first_target():
    made.install()
    info = made.ticket(severity="minor")
    change(info, "major", at=5)

    change(info, "minor", at=10)

    assert made.clock(info, "respond").due_at == NOW + minutes(120)


def test_a_breach_stays_when_the_severity_falls():
    made.install()
    info = made.ticket(severity="major")

    change(info, "minor", at=40)

    assert made.clock(info, "respond").breached_at == NOW + minutes(30)


def test_pauses_carry_over_into_a_clock_that_the_new_severity_adds():
    engineer = made.actor(made.PersonFactory())
    made.install(
        made.rule(
            "resolve-major",
            made.spec("resolve", 240, stop="resolved", pauses=made.WAITING),
            severities=("major",),
        )
    )
    info = made.ticket(severity="minor", assignee_id=engineer.user_id)
    desk.suspend_ticket(
        info.id, reason="customer", message="等", by=engineer, now=NOW + minutes(10)
    )
    desk.resume_ticket(info.id, by=engineer, now=NOW + minutes(40))

    change(info, "major", at=60)

    assert made.clock(info, "resolve").due_at == NOW + minutes(240 + 30)


def test_a_clock_that_no_longer_applies_is_void():
    made.install(
        made.rule("report", made.spec("report", 60, stop="reported"), severities=("major",))
    )
    info = made.ticket(severity="major")

    change(info, "minor", at=10)

    assert made.clock(info, "report").state == "void"


def test_a_contract_may_start_afresh():
    fresh = PriorityMode.FRESH
    made.install(
        made.rule("a", made.spec("resolve", 60, stop="resolved", priority=fresh)),
        made.rule(
            "b", made.spec("resolve", 30, stop="resolved", priority=fresh), severities=("major",)
        ),
    )
    info = made.ticket(severity="minor")

    change(info, "major", at=50)

    assert made.clock(info, "resolve").due_at == NOW + minutes(50 + 30)


def test_a_contract_may_lock_the_target():
    locked = PriorityMode.LOCKED
    made.install(
        made.rule("a", made.spec("resolve", 60, stop="resolved", priority=locked)),
        made.rule(
            "b", made.spec("resolve", 30, stop="resolved", priority=locked), severities=("major",)
        ),
    )
    info = made.ticket(severity="minor")

    change(info, "major", at=10)

    assert made.clock(info, "resolve").target == 60


def test_an_unknown_severity_is_named():
    info = made.ticket(contract="")

    with pytest.raises(desk.UnknownWordError, match="huge"):
        change(info, "huge", at=1)
