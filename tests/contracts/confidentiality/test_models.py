import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from steward.contracts.confidentiality.models import Grant, HandbackItem, HandbackList
from tests.factories import confidentiality as made
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "factory",
    [made.AgreementFactory, made.AccessRequestFactory, made.GrantFactory, made.UseEntryFactory,
     made.UseWitnessFactory, made.HandbackItemFactory, made.HandbackListFactory,
     made.ConfidentialityFlowSeedFactory],
)  # fmt: skip
def test_every_row_has_words(factory):
    assert str(factory())


@pytest.mark.parametrize("factory", [made.UseEntryFactory, made.UseWitnessFactory])
def test_what_was_written_down_is_never_changed(factory):
    row = factory()

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()


def test_a_revocation_has_a_reason():
    row = made.GrantFactory()

    with pytest.raises(IntegrityError, match="grant_revoke_reason"), transaction.atomic():
        Grant.objects.filter(pk=row.pk).update(state="revoked", closed_at=NOW)


def test_a_destroyed_item_has_its_proof():
    row = made.HandbackItemFactory()

    with pytest.raises(IntegrityError, match="handback_destroyed_proof"), transaction.atomic():
        HandbackItem.objects.filter(pk=row.pk).update(state="destroyed", settled_at=NOW)


def test_a_list_is_not_closed_by_one_side():
    row = made.HandbackListFactory(supplier_signed_at=NOW)

    with pytest.raises(IntegrityError, match="handback_both_signed"), transaction.atomic():
        HandbackList.objects.filter(pk=row.pk).update(closed_at=NOW)
