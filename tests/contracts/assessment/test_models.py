"""What is kept about a score is truth that the database holds."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.factories.assessment import ExpertEntryFactory, ScoreSnapshotFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [ExpertEntryFactory, ScoreSnapshotFactory])
def test_a_kept_row_is_never_changed_or_removed(factory):
    row = factory.create()

    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(contract="else")
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()


def test_a_day_has_one_snapshot():
    ScoreSnapshotFactory.create()

    with pytest.raises(IntegrityError, match="snapshot_daily_once"), transaction.atomic():
        ScoreSnapshotFactory.create()


def test_a_period_is_settled_once():
    ScoreSnapshotFactory.create(kind="settled")

    with pytest.raises(IntegrityError, match="snapshot_settled_once"), transaction.atomic():
        ScoreSnapshotFactory.create(kind="settled")


def test_a_correction_names_what_it_corrects():
    with pytest.raises(IntegrityError, match="snapshot_corrects"), transaction.atomic():
        ScoreSnapshotFactory.create(kind="correction")
    settled = ScoreSnapshotFactory.create(kind="settled")

    made = ScoreSnapshotFactory.create(kind="correction", corrects=settled)

    assert made.corrects == settled


def test_an_entry_has_a_reason_and_is_not_negative():
    with pytest.raises(IntegrityError, match="expert_entry_reason"), transaction.atomic():
        ExpertEntryFactory.create(reason="")
    with pytest.raises(IntegrityError, match="expert_entry_value"), transaction.atomic():
        ExpertEntryFactory.create(value=-1)
