import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from steward.data.entities.models import LineageChange, LineageField
from tests.factories.entities import lineage
from tests.support import NOW

pytestmark = pytest.mark.django_db


def test_a_source_of_a_field_is_known_once():
    row = lineage()
    row.pk = None

    with pytest.raises(IntegrityError, match="lineage_once"):
        row.save(force_insert=True)


def test_authority_counts_from_one():
    row = lineage()

    with pytest.raises(IntegrityError, match="lineage_authority"):
        LineageField.objects.filter(pk=row.pk).update(authority=0)


def test_a_change_of_lineage_is_never_changed():
    lineage()

    with pytest.raises(ProgrammingError), transaction.atomic():
        LineageChange.objects.update(reason="改写")


def test_models_say_what_they_are():
    row = LineageField(
        target_table="population", target_field="mobile", source_system="邻礼通",
        source_table="person", source_field="mobile",
    )  # fmt: skip
    change = LineageChange(line=str(row), version=3, changed_at=NOW)

    assert str(row) == "population.mobile ← 邻礼通 person.mobile"
    assert str(change) == "population.mobile ← 邻礼通 person.mobile（版本 3）"
