"""Entries and kept results for tests that only need a row."""

from datetime import date
from decimal import Decimal

import factory

from steward.contracts.assessment.models import (
    BreachCase,
    Exclusion,
    ExpertEntry,
    PaymentRecord,
    Response,
    ScoreSnapshot,
    SettledSheet,
    StageFact,
)
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


class BreachCaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BreachCase

    contract = "kecheng-2024"
    period = 1
    side = "client"
    proposed_by = "甲方科长"
    recorded_at = NOW
    evidence_id = 1
    penalty = "service-failure"
    payer = "supplier"
    what = "未按约定提供服务"
    occurred_date = date(2025, 3, 1)


class ExclusionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Exclusion

    contract = "kecheng-2024"
    period = 1
    side = "supplier"
    proposed_by = "乙方经理"
    recorded_at = NOW
    evidence_id = 1
    owner = "faults"
    event_key = factory.Sequence(lambda n: f"event:{n}")
    event_label = "故障超时"
    ground = "force_majeure"
    reason = "光缆中断"


class PaymentRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PaymentRecord

    contract = "kecheng-2024"
    period = 1
    side = "client"
    proposed_by = "甲方科长"
    recorded_at = NOW
    evidence_id = 1
    stage = "signing"
    paid_date = date(2025, 2, 10)
    amount = Decimal("503400.00")
    voucher = factory.Sequence(lambda n: f"PZ-{n:04d}")


class StageFactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StageFact

    contract = "kecheng-2024"
    period = 1
    side = "client"
    proposed_by = "甲方科长"
    recorded_at = NOW
    evidence_id = 1
    stage = "signing"
    need = "invoice"
    on_date = date(2025, 1, 22)
    reference = "发票 1 张"


class ResponseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Response

    contract = "kecheng-2024"
    about = "breach"
    about_id = 1
    verdict = "confirm"
    side = "supplier"
    answered_by = "乙方经理"
    recorded_at = NOW
    evidence_id = 1


class SettledSheetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SettledSheet

    snapshot = factory.SubFactory(ScoreSnapshotFactory, kind="settled")
    document = "{}"
    document_hash = "0" * 64
