"""Reminders and overdue duties: each told once, to the right people, with one finding each."""

from datetime import date, timedelta

import pytest

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Occurrence, Reminder
from steward.core.accounts.models import User
from steward.core.findings.models import Finding
from steward.core.notify.models import Message
from steward.desk.tickets.models import Ticket
from steward.kernel.instants import at_local
from tests.contracts.obligations.support import (
    CODE,
    SECOND,
    SYSTEM,
    WEEKLY,
    contract,
    drain_jobs,
    engineer,
    fulfilled,
    occurrence,
    submit,
)
from tests.factories.accounts import user_in_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> dict[str, User]:
    place = contract()
    roles = ("engineer", "desk_lead", "client_owner", "viewer", "department_user")
    return {role: user_in_role(role, place) for role in roles}


def kinds(row: Occurrence, now) -> list[str]:
    return [kind for one, kind, _ in obligations.due_reminders(now) if one.pk == row.pk]


def told() -> set[int]:
    return set(Message.objects.values_list("recipient_id", flat=True))


@pytest.mark.parametrize(
    ("before", "expected"),
    [(3 * DAY + SECOND, []), (3 * DAY, ["due-3"]), (DAY, ["due-1"]), (SECOND, ["due-1"])],
)
def test_a_weekly_duty_is_reminded_three_days_and_one_day_ahead(people, before, expected):
    row = occurrence()

    assert kinds(row, row.due_at - before) == expected


def test_a_monthly_duty_is_reminded_a_week_ahead_and_a_daily_one_never(people):
    monthly, daily = (
        occurrence("document-changes", "2026-03"),
        occurrence("backup-daily", "2026-03-03"),
    )

    assert kinds(monthly, monthly.due_at - 7 * DAY) == ["due-7"]
    assert kinds(daily, daily.due_at - SECOND) == []


def test_a_share_of_a_year_is_reminded_before_its_suggested_time(people):
    row = occurrence("vulnerability-scan", "y1-2")

    assert kinds(row, row.planned_at - 3 * DAY) == ["plan-3"]


def test_nothing_is_reminded_before_it_may_be_done_nor_after_it_is(people):
    report = occurrence("document-changes", "2026-03")
    fulfilled(report, at=report.opens_at)

    assert kinds(report, report.due_at - DAY) == []


def test_a_reminder_goes_out_once_to_those_who_can_fulfil_it(people):
    row = occurrence()
    now = row.due_at - DAY

    sent = [obligations.remind(row, "due-1", now=now) for _ in range(2)]

    assert sent == [True, False]
    assert told() == {people["engineer"].pk, people["desk_lead"].pk}
    assert kinds(row, now) == []


def test_what_waits_for_the_client_is_told_to_the_client_and_not_reminded(people):
    row = occurrence()

    submit(row, by=engineer(), at=row.due_at - DAY)

    assert told() == {people["client_owner"].pk}
    assert kinds(row, row.due_at - DAY) == []


def test_an_overdue_duty_is_noted_once_from_its_due_instant_on(people):
    row = occurrence()
    assert row.pk not in obligations.overdue(row.due_at - SECOND)
    assert row.pk in obligations.overdue(row.due_at)

    first = obligations.note_missed(row.pk, now=row.due_at)
    again = obligations.note_missed(row.pk, now=row.due_at + DAY)

    assert first is not None
    assert again is None
    assert Finding.objects.get(fingerprint=f"{CODE}/{WEEKLY}/2026-W10").occurrences == 1


def test_an_overdue_duty_reaches_the_owner_and_both_leads(people):
    row = occurrence()

    obligations.escalate(row, now=row.due_at)

    assert told() == {people[name].pk for name in ("engineer", "desk_lead", "client_owner")}
    assert set(Message.objects.values_list("urgency", flat=True)) == {"urgent"}


def test_the_finding_of_an_overdue_duty_opens_a_work_order_and_closes_with_the_proof(people):
    row = occurrence()
    obligations.note_missed(row.pk, now=row.due_at)
    drain_jobs()
    assert Ticket.objects.filter(title__contains="合同义务逾期：每周巡检").count() == 1

    fulfilled(row, at=row.due_at + DAY)

    assert Finding.objects.get().state == "closed"


def test_the_days_of_a_daily_duty_share_one_finding_that_closes_with_the_last(people):
    days = [occurrence("daily-maintenance", f"2026-03-0{n}") for n in (3, 4)]
    for row in days:
        obligations.note_missed(row.pk, now=row.due_at)
    assert Finding.objects.get().occurrences == 2

    fulfilled(days[0], at=days[1].due_at)
    assert Finding.objects.get().state == "open"
    fulfilled(days[1], at=days[1].due_at)

    assert Finding.objects.get().state == "closed"


def test_an_overdue_duty_whose_proof_is_withdrawn_is_noted_anew(people):
    row = occurrence()
    obligations.note_missed(row.pk, now=row.due_at)
    fulfilled(row, at=row.due_at + DAY)

    proof = row.proofs.get()
    obligations.end_proof(proof.pk, returned=False, reason="错件", by=SYSTEM, now=row.due_at + DAY)

    assert row.pk in obligations.overdue(row.due_at + DAY)
    obligations.note_missed(row.pk, now=row.due_at + DAY)
    assert Finding.objects.get().state == "regressed"


def test_reminders_of_a_whole_contract_are_found_in_two_queries(people, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = obligations.due_reminders(at_local(date(2026, 3, 6)))

    assert found
    assert not Reminder.objects.exists()
