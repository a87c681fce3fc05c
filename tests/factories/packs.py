"""Contracts for tests that only need a row; whole packs are loaded by the service."""

from datetime import date
from decimal import Decimal

import factory

from steward.contracts.packs.models import Contract, ContractVersion, PackDraft
from tests.support import NOW


class ContractFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contract

    code = factory.Sequence(lambda n: f"contract-{n}")
    title = factory.Sequence(lambda n: f"运维项目 {n}")
    client_name = "甲方单位"
    start_date = date(2025, 8, 29)
    end_date = date(2026, 8, 29)
    amount = Decimal("1342000.00")
    created_at = NOW


class ContractVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContractVersion

    contract = factory.SubFactory(ContractFactory)
    number = 1
    effective_date = date(2025, 8, 29)
    document = factory.LazyFunction(dict)
    source = "format: 1"
    pack_hash = factory.Sequence(lambda n: f"{n:064x}")
    installed_at = NOW
    installed_by = "系统"


class PackDraftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PackDraft

    contract_code = "contract-0"
    title = factory.Sequence(lambda n: f"草案 {n}")
    file_name = "补充协议.yaml"
    source = "format: 1"
    author_id = 1
    author = "起草人"
    created_at = NOW
    changed_at = NOW
