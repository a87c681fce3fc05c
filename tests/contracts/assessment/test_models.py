"""What is kept about a score is truth that the database holds."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.factories.assessment import (
    BreachCaseFactory,
    ExclusionFactory,
    ExpertEntryFactory,
    PaymentRecordFactory,
    ResponseFactory,
    ScoreSnapshotFactory,
    SettledSheetFactory,
    StageFactFactory,
)

pytestmark = pytest.mark.django_db


KEPT = [
    (BreachCaseFactory, "contract"),
    (ExclusionFactory, "contract"),
    (ExpertEntryFactory, "contract"),
    (PaymentRecordFactory, "contract"),
    (ResponseFactory, "contract"),
    (ScoreSnapshotFactory, "contract"),
    (SettledSheetFactory, "document"),
    (StageFactFactory, "contract"),
]


@pytest.mark.parametrize(("factory", "column"), KEPT)
def test_a_kept_row_is_never_changed_or_removed(factory, column):
    row = factory.create()

    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**{column: "else"})
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


def test_a_breach_and_an_exclusion_say_what_and_why():
    with pytest.raises(IntegrityError, match="breach_what"), transaction.atomic():
        BreachCaseFactory.create(what="")
    with pytest.raises(IntegrityError, match="exclusion_reason"), transaction.atomic():
        ExclusionFactory.create(reason="")


def test_a_payment_is_more_than_nothing():
    with pytest.raises(IntegrityError, match="payment_amount"), transaction.atomic():
        PaymentRecordFactory.create(amount=0)


def test_the_platform_proposes_a_late_payment_once_for_a_stage():
    BreachCaseFactory.create(penalty="late-payment", stage="signing", by_platform=True)

    with pytest.raises(IntegrityError, match="breach_platform_once"), transaction.atomic():
        BreachCaseFactory.create(penalty="late-payment", stage="signing", by_platform=True)
