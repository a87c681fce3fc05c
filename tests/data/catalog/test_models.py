import pytest
from django.db import ProgrammingError, transaction

from steward.data.catalog.models import (
    CatalogueProblem,
    CatalogueVersion,
    CollectionDecision,
    DataItem,
    Demand,
    RateDay,
    RateDrop,
    ServiceItem,
    ServiceItemLink,
    SurveyGap,
)
from tests.factories.catalog import catalogue_in, published, system_of
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_version_is_never_changed(change):
    row = published(catalogue_in(system_of()))
    version = CatalogueVersion.objects.filter(catalogue=row)

    with pytest.raises(ProgrammingError, match="append_only"), transaction.atomic():
        getattr(version, change)(**({"reason": "改写"} if change == "update" else {}))

    assert version.get().reason == "发布"


def test_models_say_what_they_are():
    row = catalogue_in(system_of(), name="低保对象信息")
    item = ServiceItem(name="低保审核确认")

    words = [
        str(row),
        str(row.system),
        str(DataItem(code="xm")),
        str(CatalogueVersion(catalogue=row, number=2)),
        str(CatalogueProblem(message="摘要未填写")),
        str(SurveyGap(kind="table_gone", table="public.a")),
        str(item),
        str(ServiceItemLink(item=item, catalogue=row)),
        str(Demand(pk=3, title="核验", requested_at=NOW)),
        str(CollectionDecision(decision="delist", catalogue=row)),
        str(RateDay(organization=row.organization, day=NOW.date())),
        str(RateDrop(organization=row.organization, day=NOW.date())),
    ]

    assert words == [
        "低保对象信息", "社会救助系统", "xm", "低保对象信息 第 2 版", "摘要未填写",
        "编目的表已消失 public.a", "低保审核确认", "低保审核确认 — 低保对象信息", "XQ-2026-00003 核验",
        "下架 低保对象信息", "区民政局 2026-03-02", "区民政局 2026-03-02",
    ]  # fmt: skip
