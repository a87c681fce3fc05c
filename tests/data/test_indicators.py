"""Kecheng's data indicators (KA) from the data apps' own facts: what goes wrong moves the score."""

from datetime import timedelta
from decimal import Decimal
from importlib.resources import files

import pytest

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from steward.core.evidence import api as evidence
from steward.data.catalog import api as catalog
from steward.data.collection import api as collection
from steward.data.collection.models import CollectionRun
from steward.data.quality.models import ProblemOrder
from steward.data.sources import api as sources
from tests.data.sources.test_services import run as execute
from tests.factories import quality
from tests.factories.accounts import user_with
from tests.factories.catalog import catalogue_in, provider, published, system_of
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
CODE = "kecheng-2024"
DAY = timedelta(days=1)
PLANNED = ("sharing", "warehouse", "linli", "themes", "zero-report")


@pytest.fixture
def contract():
    """The shipped pack with its year moved so that the tests' day lies in it."""
    text = (files("steward.contracts.packs.library") / f"{CODE}.yaml").read_text("utf-8")
    moved = text.replace("2025-01-20", "2025-09-01").replace("2026-01-20", "2026-09-01")
    calendars.seed()
    packs.load_pack(moved, file=f"{CODE}.yaml", by=SYSTEM, now=NOW - 100 * DAY)


def indicators(at):
    result = assessment.score(CODE, as_of=at, now=at)
    return {one.id: one for group in result.groups for one in group.indicators}


def behind(metric, at):
    """The rows behind a figure, as the contract asks for it."""
    query = evidence.MetricQuery(contract=CODE, start=NOW - 100 * DAY, end=at, as_of=at)
    return [event.label for event in evidence.metric_spec(metric).compute(query).events]


@pytest.fixture
def collected(contract, postgres_server):
    """Two published catalogues over two collected tables of the contract; the rate is kept."""
    url = postgres_server.create_database()
    execute(url, "CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)")
    source = source_at(url, organization_id=provider().id, contract=CODE)
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    system = system_of(source.organization_id, source_id=source.pk)
    rows = [
        published(
            catalogue_in(
                system, name=f"目录信息{name}", source_id=source.pk, source_table=f"public.{name}"
            )
        )
        for name in ("a", "b")
    ]
    for name in ("a", "b"):
        draft = collection.TaskDraft(
            name=f"归集{name}", source_id=source.pk, source_table=f"public.{name}",
            target=f"ods.{name}",
        )  # fmt: skip
        task = collection.create_task(draft, by=SYSTEM, now=NOW)
        asked = collection.request_run(
            task.pk, trigger=collection.Trigger.SCHEDULE, by=SYSTEM, now=NOW
        )
        collection.execute_run(asked.pk, now=NOW, progress=lambda _step, _rows: None)
    drain_jobs()
    CollectionRun.objects.update(finished_at=NOW)
    catalog.take_rates(now=NOW)
    return rows


def test_a_fallen_rate_lowers_the_catalogue_indicator_and_names_what_left(collected):
    before = indicators(NOW + DAY)["catalog"]

    task = collection.task_of_table("ods.a")
    collection.recall_task(
        task.id, reason="省里回收", document="回收通知", by=SYSTEM, now=NOW + DAY
    )  # fmt: skip
    drain_jobs()
    catalog.take_rates(now=NOW + DAY)
    after = indicators(NOW + 2 * DAY)["catalog"]

    assert (before.value, before.suggestion, before.points) == (1, 5, 0)
    assert (after.value, after.suggestion) == (Decimal("0.75"), Decimal("3.75"))
    assert behind("catalog.collection_rate", NOW + 2 * DAY) == ["目录信息a 未归集"]


def test_a_catalogue_that_breaks_the_standard_lowers_the_catalogue_indicator(collected, client):
    row = collected[1]
    type(row).objects.filter(pk=row.pk).update(summary="")
    catalog.check_catalogues([row.pk], now=NOW)

    catalog.take_rates(now=NOW + DAY)
    after = indicators(NOW + 2 * DAY)["catalog"]
    page = next(one.url for one in after.sources if one.id == "compliance")
    client.force_login(user_with("catalog.catalogue.view"))
    shown = client.get(page).content.decode()

    assert after.suggestion == Decimal("3.75")
    assert behind("catalog.compliance_rate", NOW + 2 * DAY) == ["目录信息b 不符合编目标准"]
    assert ("目录信息a" in shown, "目录信息b" in shown) == (False, True)


def test_a_failed_task_and_data_older_than_its_cycle_lower_the_collection_indicator(collected):
    before = indicators(NOW + DAY)["collection"]
    run = CollectionRun.objects.first()
    run.pk, run.state, run.error = None, "failed", "来源连不上"
    run.requested_at = run.finished_at = NOW + DAY
    run.save(force_insert=True)

    failed = indicators(NOW + 2 * DAY)["collection"]
    late = NOW + 40 * DAY
    catalog.take_rates(now=late)
    stale = indicators(late + DAY)["collection"]

    assert (before.value, before.suggestion) == (1, 8)
    assert failed.suggestion == Decimal("6.6667")
    assert behind("collection.on_time", NOW + 2 * DAY) == [f"{run.task.name}：来源连不上"]
    assert stale.suggestion < failed.suggestion
    assert behind("catalog.update_rate", late + DAY) == ["目录信息a 更新逾期", "目录信息b 更新逾期"]


def test_fallen_quality_and_an_open_problem_order_lower_the_governance_indicator(contract):
    table = quality.checked(contract=CODE)
    quality.use(table, quality.approved(kind="not_null", column="编号"))
    clean = quality.run(table)
    before = indicators(NOW + DAY)["governance"]
    quality.three_rules(table)

    failing = quality.run(table, now=NOW + 2 * DAY)
    drain_jobs()
    after = indicators(NOW + 3 * DAY)["governance"]

    assert (clean.failing_rows, failing.failing_rows) == (0, 15)
    assert before.sources[0].value == 1
    assert ProblemOrder.objects.filter(closed_at=None).exists()
    assert after.suggestion < 4
    assert behind("quality.score", NOW + 3 * DAY) == ["居民：100 行中 15 行不合格"]
    assert behind("quality.orders_settled", NOW + 3 * DAY)[0].endswith("15 行未整改完")


def test_what_no_app_measures_yet_is_no_data_and_says_so(contract):
    found = indicators(NOW)

    assert all(found[code].suggestion is None for code in PLANNED)
    assert all("平台尚未提供" in found[code].sources[0].no_data for code in PLANNED)
    assert {found[code].status for code in PLANNED} == {"unscored"}
