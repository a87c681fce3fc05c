"""What the database holds about a contract."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.factories.packs import ContractFactory, ContractVersionFactory

pytestmark = pytest.mark.django_db


def test_a_contract_ends_after_it_starts():
    with pytest.raises(IntegrityError, match="contract_term"), transaction.atomic():
        ContractFactory.create(end_date=date(2025, 8, 29))


def test_a_version_number_is_given_once():
    first = ContractVersionFactory.create()

    with pytest.raises(IntegrityError, match="contract_version_number"), transaction.atomic():
        ContractVersionFactory.create(contract=first.contract)
