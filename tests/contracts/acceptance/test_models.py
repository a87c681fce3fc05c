import pytest
from django.db.utils import IntegrityError, ProgrammingError

from steward.contracts.acceptance.models import Acceptance, AcceptanceAct
from tests.factories import acceptance as made

pytestmark = pytest.mark.django_db


def test_an_act_is_never_changed():
    made.asked()

    with pytest.raises(ProgrammingError, match="Cannot update"):
        AcceptanceAct.objects.update(text="改")


def test_a_contract_has_one_open_acceptance():
    row = made.asked()

    with pytest.raises(IntegrityError, match="acceptance_one_open"):
        Acceptance.objects.create(
            contract=row.contract, title="又一次", version=1, stage="requested",
            since=row.since, created_at=row.created_at,
        )  # fmt: skip


def test_deemed_passed_has_its_instant():
    made.asked()

    with pytest.raises(IntegrityError, match="acceptance_deemed_at"):
        Acceptance.objects.update(stage="deemed")
