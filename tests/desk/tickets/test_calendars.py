from datetime import date, timedelta

import pytest

from steward.core.calendars import api as calendars
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Clock
from steward.kernel.clock import Unit
from steward.kernel.instants import at_local
from steward.kernel.worktime import Calendar
from tests.factories import desk as made
from tests.support import SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
MONDAY = at_local(date(2026, 3, 2), 9)


def weekly(*, holiday: date | None = None) -> Calendar:
    off = {} if holiday is None else {holiday: ()}
    return Calendar(
        week=dict.fromkeys(range(1, 6), ("09:00-17:00",)),
        official_until=None,
        version="1" if holiday is None else "2",
        exceptions=off,
    )


@pytest.fixture
def office_ticket():
    """A ticket to be resolved within ten working hours, so on the second day."""
    calendars.add_calendar("office", "机关作息", weekly(), by=SYSTEM, now=MONDAY)
    clock = made.spec("resolve", 600, stop="resolved", unit=Unit.WORKING_MINUTES)
    made.install(made.rule("resolve", clock, calendar="office"))
    return made.ticket(now=MONDAY)


def declare_tuesday_off():
    calendars.install_version(
        "office", weekly(holiday=date(2026, 3, 3)), by=SYSTEM, now=MONDAY + timedelta(hours=1)
    )
    drain_jobs()


def test_a_new_notice_moves_the_due_time_of_open_clocks(office_ticket):
    assert made.clock(office_ticket, "resolve").due_at == at_local(date(2026, 3, 3), 11)

    declare_tuesday_off()

    assert Clock.objects.get().due_at == at_local(date(2026, 3, 4), 11)


def test_a_clock_that_has_ended_keeps_its_calendar(office_ticket):
    desk.resolve_ticket(
        office_ticket.id,
        resolution=desk.Resolution(text="好了"),
        by=SYSTEM,
        now=MONDAY + timedelta(minutes=30),
    )
    before = Clock.objects.get().calendars

    declare_tuesday_off()

    assert Clock.objects.get().calendars == before
