from datetime import date, timedelta
from decimal import Decimal

import pytest

from steward.core.evidence import api as evidence
from steward.core.findings import api as findings
from steward.core.findings.models import Finding
from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue, RateDay, RateDrop
from steward.data.collection import api as collection
from steward.data.sources import api as sources
from tests.data.sources.test_services import run as execute
from tests.factories.accounts import user_in_role, user_with
from tests.factories.catalog import catalogue_in, delisted, provider, published, system_of
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def source(postgres_server):
    url = postgres_server.create_database()
    execute(url, "CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)")
    row = source_at(url, organization_id=provider().id)
    sources.survey_source(row.pk, by=SYSTEM, now=NOW)
    return row


@pytest.fixture
def pair(source):
    """Two published catalogues over tables a and b; the first is collected."""
    system = system_of(source.organization_id, source_id=source.pk)
    rows = [
        published(
            catalogue_in(
                system, name=f"目录信息{name}", source_id=source.pk, source_table=f"public.{name}"
            )
        )
        for name in ("a", "b")
    ]
    collect(source, "a")
    return rows


def collect(source, name):
    draft = collection.TaskDraft(
        name=f"归集{name}", source_id=source.pk, source_table=f"public.{name}", target=f"ods.{name}"
    )
    task = collection.create_task(draft, by=SYSTEM, now=NOW)
    asked = collection.request_run(task.pk, by=SYSTEM, now=NOW)
    collection.execute_run(asked.pk, now=NOW, progress=lambda _step, _rows: None)
    drain_jobs()
    return task


def recall(name):
    task = collection.task_of_table(f"ods.{name}")
    collection.recall_task(task.id, reason="收回", document="函 1 号", by=SYSTEM, now=NOW)
    drain_jobs()


def asked(end=NOW + 5 * DAY):
    query = evidence.MetricQuery("kecheng-2024", NOW - DAY, end, end)
    return evidence.metric_spec("catalog.collection_rate").compute(query)


@pytest.mark.clause("K10.5")
def test_the_rate_is_kept_by_department_its_fall_is_told_and_its_rows_are_open(
    client, pair, source
):
    client.force_login(user_in_role("client_owner"))
    collected, missing = pair
    catalog.take_rates(now=NOW)
    before = asked()
    rows = client.get(before.url).content.decode()
    recall("a")
    catalog.take_rates(now=NOW + DAY)
    fallen = Finding.objects.get(source="data.catalog", fingerprint__startswith="rate:")
    state = fallen.state
    page = client.get("/data/catalog/rate/").content.decode()
    client.post(
        f"/data/catalog/{missing.pk}/decide/",
        {"decision": "collect", "due_on": "2099-01-01", "reason": "应归尽归"},
    )
    client.post(
        f"/data/catalog/{collected.pk}/decide/", {"decision": "delist", "reason": "系统已下线"}
    )
    undecided = client.get("/data/catalog/uncollected/").content.decode()
    collected.refresh_from_db()

    assert (before.value, before.population) == (Decimal("0.500000"), 2)
    assert [event.subject.label for event in before.events] == ["目录信息b"]
    assert ("目录信息b" in rows, "目录信息a" in rows) == (True, False)
    assert (state, fallen.detail["数据已不在平台"]) == ("open", ["目录信息a"])
    assert "下降，原为 1/2" in page
    assert "应归尽归" in undecided
    assert (collected.state, collected.asked) == ("review", "delist")


def test_a_fall_stays_open_until_the_level_is_reached_again(pair, source):
    catalog.take_rates(now=NOW)
    recall("a")
    catalog.take_rates(now=NOW + DAY)
    catalog.take_rates(now=NOW + 2 * DAY)
    still = Finding.objects.get(fingerprint__startswith="rate:").state

    collect(source, "b")
    catalog.take_rates(now=NOW + 3 * DAY)

    drop = RateDrop.objects.get()
    assert still == "open"
    assert drop.regained_on == date(2026, 3, 5)
    assert Finding.objects.get(fingerprint__startswith="rate:").state == "closed"


def test_new_catalogues_without_data_lower_the_rate_and_are_named(pair, source):
    catalog.take_rates(now=NOW)
    published(catalogue_in(pair[0].system, name="新编目录信息"))

    catalog.take_rates(now=NOW + DAY)

    assert RateDrop.objects.get().left == {"新编目未归集": ["新编目录信息"]}


def test_a_delisted_catalogue_leaves_both_sides(pair, source):
    catalog.take_rates(now=NOW)

    delisted(pair[1])
    catalog.take_rates(now=NOW + DAY)

    assert asked().value == Decimal("1.000000")
    assert not RateDrop.objects.exists()


def test_the_figure_of_a_day_is_kept_once(pair):
    catalog.take_rates(now=NOW)
    catalog.take_rates(now=NOW + timedelta(hours=1))

    assert RateDay.objects.count() == 1


def test_without_a_figure_there_is_no_data():
    assert asked().no_data == "期内还没有归集率统计"


def test_a_demanded_collection_that_is_late_is_a_finding_until_it_is_collected(pair, source):
    missing = pair[1]
    catalog.decide_uncollected(
        missing.pk,
        decision="collect",
        reason="应归尽归",
        due_on=date(2026, 3, 3),
        by=SYSTEM,
        now=NOW,
    )
    early = catalog.tell_overdue(now=NOW)

    late = catalog.tell_overdue(now=NOW + 3 * DAY)
    opened = Finding.objects.get(fingerprint=f"overdue:{missing.pk}")
    state = opened.state
    collect(source, "b")
    findings.request_recheck(opened.pk, by=SYSTEM, now=NOW + 4 * DAY)
    drain_jobs()
    opened.refresh_from_db()

    assert (early, late) == (0, 1)
    assert (state, opened.state) == ("open", "closed")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"decision": "collect", "reason": "x"}, "期限"),
        ({"decision": "collect", "reason": "x", "due_on": date(2020, 1, 1)}, "期限"),
        ({"decision": "delist", "reason": ""}, "理由"),
        ({"decision": "keep", "reason": "x"}, "请选择"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(pair, given, words):
    with pytest.raises(catalog.InvalidCatalogueError, match=words):
        catalog.decide_uncollected(pair[1].pk, **given, by=SYSTEM, now=NOW)


def test_collected_data_that_is_older_than_its_cycle_is_a_problem(pair):
    row = pair[0]
    late = NOW + timedelta(days=40, hours=1)

    found = catalog.check_catalogues([row.pk], now=late)[row.pk]

    assert [problem.message for problem in found] == ["已 40 天没有更新，更新周期最长 32 天"]


def test_a_recheck_closes_the_finding_of_a_mended_catalogue():
    row = catalogue_in(system_of(), summary="")
    catalog.check_catalogues([row.pk], now=NOW)
    finding = Finding.objects.get()
    Catalogue.objects.filter(pk=row.pk).update(summary="补充的摘要")

    findings.request_recheck(finding.pk, by=SYSTEM, now=NOW)
    drain_jobs()

    finding.refresh_from_db()
    assert finding.state == "closed"


def test_the_supplier_decides_nothing(client, pair):
    client.force_login(user_with("catalog.catalogue.view"))

    assert client.get(f"/data/catalog/{pair[1].pk}/decide/").status_code == 404
