"""Truth about a row is held by the database."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.factories.obligations import (
    DutyFactory,
    MomentFactory,
    OccurrenceFactory,
    ProofFactory,
    ReminderFactory,
    WaiverFactory,
    WindowChangeFactory,
)
from tests.support import NOW

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_a_version_states_a_duty_once():
    row = DutyFactory.create()

    with pytest.raises(IntegrityError, match="duty_once"), transaction.atomic():
        DutyFactory.create(code=row.code)


def test_an_occurrence_comes_once_until_it_is_retired():
    row = OccurrenceFactory.create()
    with pytest.raises(IntegrityError, match="occurrence_once"), transaction.atomic():
        OccurrenceFactory.create(duty=row.duty, key=row.key)
    row.retired_at = NOW
    row.save()

    assert OccurrenceFactory.create(duty=row.duty, key=row.key)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"due_at": NOW}, "occurrence_window"),
        ({"status": "done"}, "occurrence_fulfilled"),
        ({"fulfilled_at": NOW}, "occurrence_fulfilled"),
        ({"status": "done", "fulfilled_at": NOW + WEEK}, "occurrence_late"),
        ({"status": "late", "fulfilled_at": NOW}, "occurrence_late"),
    ],
)
def test_an_occurrence_ends_as_its_window_says(given, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        OccurrenceFactory.create(**given)


def test_a_moment_has_a_length():
    with pytest.raises(IntegrityError, match="moment_span"), transaction.atomic():
        MomentFactory.create(ends_at=NOW)


def test_evidence_proves_an_occurrence_once_while_it_stands():
    row = ProofFactory.create()
    with pytest.raises(IntegrityError, match="proof_once"), transaction.atomic():
        ProofFactory.create(occurrence=row.occurrence, evidence_id=row.evidence_id)
    with pytest.raises(IntegrityError, match="proof_ended"), transaction.atomic():
        ProofFactory.create(state="withdrawn", ended_at=NOW)

    assert ProofFactory.create(state="withdrawn", ended_at=NOW, end_reason="错件")


def test_one_waiver_is_open_or_agreed_at_a_time():
    row = WaiverFactory.create()

    with pytest.raises(IntegrityError, match="waiver_one_open"), transaction.atomic():
        WaiverFactory.create(occurrence=row.occurrence, state="agreed")


def test_a_reminder_is_written_once():
    row = ReminderFactory.create()

    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        ReminderFactory.create(occurrence=row.occurrence)


def test_what_a_window_was_is_never_changed():
    row = WindowChangeFactory.create()

    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(reason="x")
