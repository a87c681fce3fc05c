"""What the tables hold by themselves."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories.reports import ReportFactory, ReportPlanFactory, ReportTemplateFactory

pytestmark = pytest.mark.django_db


def test_a_report_says_what_and_when() -> None:
    row = ReportFactory()

    assert str(row) == "样例项目运维工作月报（2026年3月）"
    assert row.subject.ref == f"reports.report:{row.pk}"


def test_of_one_report_only_one_version_is_the_newest() -> None:
    ReportFactory(key="2026-03")

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFactory(key="2026-03", version=2)


def test_a_template_has_one_row_a_version() -> None:
    row = ReportTemplateFactory(number=1)

    assert str(row) == "monthly 模板第 1 版"
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportTemplateFactory(number=1)


def test_a_plan_exists_once() -> None:
    row = ReportPlanFactory()

    assert str(row) == "huaian-2025 · monthly"
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportPlanFactory()
