"""Reports for tests: rows by factories, whole ones by the service."""

import factory

from steward.contracts.reports.models import Report, ReportPlan, ReportTemplate
from steward.contracts.reports.papers import sample
from tests.support import NOW

CONTRACT = "huaian-2025"


class ReportTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReportTemplate

    kind = "monthly"
    number = factory.Sequence(lambda n: n + 1)
    sha256 = "0" * 64
    uploaded_at = NOW
    uploaded_by = "系统管理员"


class ReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Report

    contract = CONTRACT
    kind = "monthly"
    key = factory.Sequence(lambda n: f"{2000 + n}-03")
    label = "2026年3月"
    version = 1
    title = "样例项目运维工作月报"
    start_at = sample.START
    end_at = sample.END
    as_of = NOW
    content = factory.LazyFunction(lambda: sample.content("monthly", "运维工作月报").canonical())
    content_hash = factory.LazyFunction(lambda: sample.content("monthly", "运维工作月报").digest())
    sha256 = "0" * 64
    made_at = NOW
    made_by = "报告"


class ReportPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReportPlan

    contract = CONTRACT
    kind = "monthly"
    changed_at = NOW
    changed_by = "服务台长"
