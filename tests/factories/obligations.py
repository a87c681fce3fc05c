"""Duties and what hangs on them, for tests that only need a row; whole contracts are laid out."""

from datetime import timedelta

import factory

from steward.contracts.obligations.models import (
    Duty,
    Moment,
    Occurrence,
    Proof,
    Reminder,
    Waiver,
    WindowChange,
)
from tests.support import NOW


class DutyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Duty

    contract = "huaian-2025"
    version = 1
    code = factory.Sequence(lambda n: f"duty-{n}")
    title = "每周巡检"
    area = "inspection"
    rhythm = "weekly"
    side = "supplier"
    deliverable = "巡检记录"
    grade = "C"
    clause_ref = "一、4"
    clause_quote = "每周1次"


class MomentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Moment

    contract = "huaian-2025"
    title = "两会保障"
    kind = "sessions"
    starts_at = NOW
    ends_at = NOW + timedelta(days=7)
    side = "client"
    registered_by = "甲方"
    registered_at = NOW


class OccurrenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Occurrence

    duty = factory.SubFactory(DutyFactory)
    contract = factory.SelfAttribute("duty.contract")
    code = factory.SelfAttribute("duty.code")
    area = factory.SelfAttribute("duty.area")
    rhythm = factory.SelfAttribute("duty.rhythm")
    key = factory.Sequence(lambda n: f"key-{n}")
    label = "2026年第10周"
    opens_at = NOW
    due_at = NOW + timedelta(days=7)
    for_at = NOW + timedelta(days=7)
    known_at = NOW
    laid_at = NOW


class WindowChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WindowChange

    occurrence = factory.SubFactory(OccurrenceFactory)
    at = NOW
    opens_before = NOW
    due_before = NOW + timedelta(days=6)
    reason = "工作日历有新版本"


class ProofFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Proof

    occurrence = factory.SubFactory(OccurrenceFactory)
    title = "巡检记录"
    kind = "upload"
    grade = "D"
    evidence_id = factory.Sequence(lambda n: n + 1)
    delivered_at = NOW
    side = "supplier"
    submitted_by = "工程师"
    submitted_at = NOW


class WaiverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Waiver

    occurrence = factory.SubFactory(OccurrenceFactory)
    reason = "平台停机割接"
    file_id = 1
    side = "supplier"
    proposed_by = "服务台长"
    proposed_at = NOW


class ReminderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reminder

    occurrence = factory.SubFactory(OccurrenceFactory)
    kind = "due-7"
    sent_at = NOW
