"""The pages of entities, as people see them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steward.core.audit.models import AuditEntry
from steward.core.findings import api as findings
from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.sources import api as sources
from tests.factories.accounts import user_with
from tests.factories.collection import draft as task_draft
from tests.factories.entities import lineage
from tests.factories.organizations import body
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

LINEAGE = ("entities.lineage.view", "entities.lineage.change")
HOME = (
    "entities.home.view", "entities.rows.view", "sources.source.view", "collection.task.view",
    "findings.finding.view",
)  # fmt: skip


@pytest.fixture(scope="module")
def front_end(postgres_server):
    """A front-end database with six hundred people."""
    url = postgres_server.create_database()
    with entities.generate(entities.Recipe(people=600)) as population:
        entities.deliver(population, url)
    return url


@pytest.fixture
def people(front_end):
    """The people in the lake as `ods.person`."""
    source = source_at(front_end)
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    task = collection.create_task(
        task_draft(source, target="ods.person", keys=("person_id",)), by=SYSTEM, now=NOW
    )
    run = collection.request_run(task.pk, by=SYSTEM, now=NOW)
    collection.execute_run(run.pk, now=NOW, progress=lambda _step, _rows: None)
    return task


def read(client, *codes, at):
    client.force_login(user_with(*codes))
    answer = client.get(at)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("K15.1")
@pytest.mark.django_db
def test_the_matrix_shows_which_fields_come_from_the_neighbourhood_platform(client):
    entities.load_standard(by=SYSTEM, now=NOW)

    text = read(client, *LINEAGE, at="/data/lineage/population/?show=ours")

    assert "手机号码" in text
    assert "按 person.home_id 关联" in text
    assert "社会保险状态" not in text


@pytest.mark.django_db
def test_the_overview_counts_what_the_matrix_lists(client):
    lineage()

    text = read(client, *LINEAGE, at="/data/lineage/")

    assert '?show=ours">1</a>' in text
    assert '?show=none">20</a>' in text


@pytest.mark.django_db
def test_the_standard_lineage_is_loaded_by_a_button(client):
    client.force_login(user_with(*LINEAGE))

    answer = client.post("/data/lineage/standard/", follow=True)

    assert "载入标准血缘：30 条改变" in answer.content.decode()


@pytest.mark.django_db
def test_a_source_is_added_and_removed_on_the_page_of_a_field(client):
    client.force_login(user_with(*LINEAGE))
    form = {"source_system": "邻礼通", "source_table": "person", "source_field": "mobile",
            "authority": "1", "reason": "梳理"}  # fmt: skip
    client.post("/data/lineage/population/mobile/", form)
    (line,) = entities.lineage_of("population")

    answer = client.post(f"/data/lineage/lines/{line.id}/remove/", {"reason": "停用"}, follow=True)

    assert entities.lineage_of("population") == ()
    assert "停用" in answer.content.decode()


@pytest.mark.django_db
def test_a_wrong_source_is_named_at_its_field(client):
    client.force_login(user_with(*LINEAGE))
    form = {"source_system": "邻礼通", "source_table": "shop", "source_field": "x",
            "authority": "1", "reason": "梳理"}  # fmt: skip

    answer = client.post("/data/lineage/population/mobile/", form)

    assert "邻礼通没有表“shop”" in answer.content.decode()


@pytest.mark.django_db
def test_the_sheet_goes_out_and_comes_back(client):
    lineage()
    client.force_login(user_with(*LINEAGE))
    content = client.get("/data/lineage/population/lineage.xlsx").content
    form = {"file": SimpleUploadedFile("a.xlsx", content), "reason": "核对"}

    answer = client.post("/data/lineage/population/import/", form, follow=True)

    assert "导入：0 条改变，1 条原样" in answer.content.decode()


@pytest.mark.django_db
def test_a_reader_cannot_change_lineage(client):
    row = lineage()
    client.force_login(user_with("entities.lineage.view"))

    answer = client.post(f"/data/lineage/lines/{row.pk}/remove/", {"reason": "停用"})

    assert answer.status_code == 404


@pytest.mark.django_db
def test_the_history_tells_what_was_and_why(client):
    lineage()

    text = read(client, *LINEAGE, at="/data/lineage/population/history/")

    assert "population.mobile ← 邻礼通 person.mobile" in text
    assert "梳理" in text


@pytest.mark.django_db
def test_rows_are_masked_by_the_level_of_their_columns(people, client):
    sample = entities.masked_rows("ods.person", user_with("entities.rows.view"), now=NOW)

    columns = [column.code for column in sample.columns]
    shown = dict(zip(columns, zip(*sample.rows, strict=True), strict=True))
    assert sample.masked
    assert all(value is None or value.endswith("************") for value in shown["citizen_id"])
    assert set(shown["address"]) == {"***"}
    assert all(len(value) == 10 for value in shown["person_id"])


@pytest.mark.django_db
def test_whoever_may_see_private_values_does_and_it_is_audited(people, client):
    read(client, *HOME, "entities.rows.view_private", at="/data/tables/ods.person/")

    entry = AuditEntry.objects.get(code="entities.rows.read")
    assert entry.sentence == "查看表“ods.person”的 20 行原值"


@pytest.mark.django_db
def test_a_masked_look_is_not_audited(people, client):
    text = read(client, *HOME, at="/data/tables/ods.person/")

    assert "按级别脱敏" in text
    assert not AuditEntry.objects.filter(code="entities.rows.read").exists()


@pytest.mark.django_db
def test_the_page_of_a_table_says_what_it_feeds(people, client):
    entities.load_standard(by=SYSTEM, now=NOW)

    text = read(client, *HOME, at="/data/tables/ods.person/")

    assert "population.mobile" in text
    assert "600 行" in text


@pytest.mark.django_db
def test_a_table_that_is_not_there_is_not_found(client):
    client.force_login(user_with("entities.rows.view"))

    assert client.get("/data/tables/ods.nothing/").status_code == 404


@pytest.mark.django_db
def test_the_home_page_shows_tables_flow_and_findings_by_department(people, client):
    place = body("区公安分局")
    report = findings.Report(
        "data.quality", "x", "身份号码不正确", "minor", people.subject, organization_id=place.id
    )
    findings.report(report, now=NOW)

    text = read(client, *HOME, at="/data/")

    assert "/data/tables/ods.person/" in text
    assert "共 600 行" in text
    assert f'?organization={place.id}&amp;source=data.quality">1</a>' in text


@pytest.mark.django_db
def test_the_number_of_findings_opens_exactly_those(people, client):
    place, other = body("区公安分局"), body("区民政局")
    for number, owner in enumerate((place, place, other)):
        findings.report(
            findings.Report("data.quality", f"x{number}", f"问题{number}", "minor",
                            people.subject, organization_id=owner.id), now=NOW,
        )  # fmt: skip

    text = read(client, *HOME, at=f"/findings/?organization={place.id}&source=data.quality")

    assert ("问题0" in text, "问题1" in text, "问题2" in text) == (True, True, False)


@pytest.mark.django_db
def test_the_home_page_asks_as_much_for_many_tables(people, client, django_assert_max_num_queries):
    client.force_login(user_with(*HOME))
    client.get("/data/")

    with django_assert_max_num_queries(25):
        client.get("/data/")


@pytest.mark.django_db
def test_the_late_tasks_are_exactly_those_of_the_number(people, client):
    text = read(client, *HOME, at="/data/collection/?late=1")

    assert "还没有归集任务" in text
