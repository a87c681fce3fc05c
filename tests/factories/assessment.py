"""Entries and kept results for tests that only need a row."""

from datetime import date
from decimal import Decimal

import factory

from steward.contracts.assessment.models import ExpertEntry, ScoreSnapshot
from tests.support import NOW


class ExpertEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExpertEntry

    contract = "huaian-2025"
    period = 1
    owner = "documents"
    source = "missing"
    kind = "value"
    value = Decimal(1)
    reason = "按材料核定"
    reviewer = "评审人"
    recorded_at = NOW
    evidence_id = 1


class ScoreSnapshotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScoreSnapshot

    contract = "huaian-2025"
    kind = "daily"
    period = 1
    day = date(2026, 3, 2)
    version = 1
    as_of = NOW
    taken_at = NOW
    taken_by = "系统"
    points = Decimal(90)
    possible = Decimal(100)
    payable = Decimal("1342000.00")
    result = "{}"
    result_hash = "0" * 64
