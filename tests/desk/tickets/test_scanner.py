import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from steward.core.evidence.models import EvidenceRecord
from steward.core.jobs.models import EventRecord
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Clock, ClockEventRow, Ticket, TimelineEntry
from steward.desk.tickets.services.numbering import next_number
from tests.factories import desk as made
from tests.support import NOW

LATER = NOW + timedelta(hours=1)


@pytest.mark.django_db
def test_a_breach_is_recorded_at_the_exact_instant_however_late_the_scan():
    made.install()
    info = made.ticket()

    desk.scan(now=LATER)

    assert made.clock(info, "respond").breached_at == NOW + timedelta(minutes=30)


@pytest.mark.django_db
def test_a_breach_is_kept_told_and_written_down():
    made.install()
    info = made.ticket()

    desk.scan(now=LATER)

    assert EvidenceRecord.objects.filter(kind="desk.clock.breached").count() == 1
    assert EventRecord.objects.filter(name="desk.clock_breached").count() == 1
    entry = TimelineEntry.objects.get(ticket_id=info.id, data__breach="respond")
    assert entry.at == NOW + timedelta(minutes=30)


@pytest.mark.django_db
def test_a_warning_is_told_once():
    made.install()
    made.ticket()

    for minute in (23, 24, 25):
        desk.scan(now=NOW + timedelta(minutes=minute))

    assert EventRecord.objects.filter(name="desk.clock_warned").count() == 1


@pytest.mark.django_db
def test_a_scan_before_anything_is_due_does_nothing():
    made.install()
    made.ticket()

    assert desk.scan(now=NOW + timedelta(minutes=1)) == 0


@pytest.mark.django_db
def test_the_ticket_of_a_breached_clock_is_late_in_the_queue():
    made.install()
    info = made.ticket()

    desk.scan(now=LATER)

    assert Ticket.objects.get(pk=info.id).get_urgency_display() == "已超时"


@pytest.mark.django_db(transaction=True)
def test_two_scanners_never_handle_one_clock_twice():
    made.install()
    for _ in range(30):
        made.ticket()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        while desk.scan(now=LATER, batch=7):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Clock.objects.filter(kind="respond", breached_at__isnull=False).count() == 30
    assert ClockEventRow.objects.filter(type="breach").count() == 30
    assert EventRecord.objects.filter(name="desk.clock_breached").count() == 30


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_somebody_works_on_is_left_to_the_next_scan():
    made.install()
    info = made.ticket()
    counted = []

    def other() -> None:
        counted.append(desk.scan(now=LATER))
        connection.close()

    with transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=info.id)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert counted == [0]
    assert desk.scan(now=LATER) == 1


def give_up(turn: int) -> None:
    """Every fourth ticket is rolled back."""
    if turn % 4 == 3:
        raise RuntimeError("roll back")


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_under_concurrency():
    made.install()
    failures = []

    def work() -> None:
        for turn in range(8):
            try:
                with transaction.atomic():
                    made.ticket(contract="")
                    give_up(turn)
            except RuntimeError:
                failures.append(turn)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert numbers == [f"INC-2026-{n:05d}" for n in range(1, 19)]
    assert len(failures) == 6


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_inside_a_transaction_only():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        next_number("INC", now=NOW)
