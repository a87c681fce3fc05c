import pytest

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.audit.models import AuditEntry
from steward.data.collection.models import Application, CollectionRun, CollectionTask
from steward.data.sources import api as sources
from steward.kernel.instants import now as wall_clock
from tests.data.collection.support import FILL, TABLE, run
from tests.data.sources.test_services import run as execute
from tests.factories.accounts import user_with
from tests.factories.collection import task_on
from tests.factories.organizations import body
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
ALL = (
    "collection.task.view", "collection.task.change", "collection.task.run",
    "collection.task.recall", "collection.application.view", "collection.application.submit",
    "sources.source.view", "collection.rejects.view_private",
)  # fmt: skip


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    execute(url, TABLE, FILL)
    return url


@pytest.fixture
def source(url):
    row = source_at(url)
    sources.survey_source(row.pk, by=SYSTEM, now=NOW)
    return row


@pytest.fixture
def inside(client):
    client.force_login(user_with(*ALL))
    return client


@pytest.mark.clause("K11.4")
def test_a_task_is_made_run_and_reconciled_on_the_pages(inside, source):
    chosen = inside.get(f"/data/collection/new/?source={source.pk}").content.decode()
    address = f"/data/collection/new/?source={source.pk}&table=public.person"
    form = {
        "name": "归集人口", "target": "ods.人口", "origin": "local", "mode": "full",
        "keys": ["id"], "max_lag_hours": "48", "schedule": "30 2 * * *",
    }  # fmt: skip

    inside.post(address, form)
    task = CollectionTask.objects.get()
    inside.post(f"/data/collection/tasks/{task.pk}/act/run/")
    drain_jobs()
    last = CollectionRun.objects.get()

    assert "public.person" in chosen
    page = inside.get(f"/data/collection/runs/{last.pk}/").content.decode()
    assert last.state == "succeeded"
    assert "相符" in page


def test_what_is_wrong_is_said_beside_its_field(inside, source):
    address = f"/data/collection/new/?source={source.pk}&table=public.person"
    form = {"name": "x", "target": "dwd.x", "origin": "local", "mode": "full", "max_lag_hours": "1"}

    answer = inside.post(address, form).content.decode()

    assert "归集的目标表应在归集层" in answer


def test_the_board_tells_failures_first(inside, source, url):
    task = task_on(source)
    execute(url, "DROP TABLE person")
    run(task)

    page = inside.get("/data/collection/").content.decode()

    assert "最近失败" in page
    assert CollectionRun.objects.get().error in page.replace("&quot;", '"')


@pytest.mark.clause("K11.1")
def test_a_recall_needs_its_ground_and_shows_its_proof(inside, source):
    task = task_on(source)
    run(task)
    address = f"/data/collection/tasks/{task.pk}/recall/"

    refused = inside.post(address, {"reason": "x"})
    done = inside.post(address, {"reason": "收回", "document": "函 12 号"}, follow=True)

    assert refused.status_code == 422
    assert "1000 行" in done.content.decode()


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("province", marks=pytest.mark.clause("K11.1")),
        pytest.param("city", marks=pytest.mark.clause("K11.2")),
    ],
)
def test_data_from_above_is_applied_for_approved_and_then_collected(inside, source, origin):
    boss = user_with("collection.application.approve", "approvals.approval.view")
    form = {
        "origin": origin, "title": "婚姻登记信息", "items": "姓名、证件号", "purpose": "低保核对",
        "document": "需求清单 2026-07", "organization": body("区民政局").name,
    }  # fmt: skip
    inside.post("/data/collection/applications/new/", form)
    row = Application.objects.get()
    before = row.state

    approvals.decide(
        row.approval_id, approve=True, comment="同意", by=actor_of(boss), now=wall_clock()
    )
    drain_jobs()
    row.refresh_from_db()
    task = task_on(source, origin=origin, application_id=row.pk)

    page = inside.get(f"/data/collection/applications/{row.pk}/").content.decode()
    assert (before, row.state) == ("submitted", "approved")
    assert task.name in page


def test_rows_that_could_not_be_read_are_downloaded_on_record(inside, source, settings):
    task = task_on(source)
    found = run(task)
    path = settings.LAKE_ROOT / "_rejects" / f"run-{found.pk}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("文件,行\n", encoding="utf-8")

    answer = inside.get(f"/data/collection/runs/{found.pk}/rejects.csv")

    assert "文件,行" in b"".join(answer.streaming_content).decode()
    assert AuditEntry.objects.filter(code="collection.rejects.read").exists()


def test_other_bodies_see_nothing(client, source):
    task = task_on(source)
    found = run(task)
    client.force_login(user_with(*ALL, organization_id=body().id))

    answers = [
        client.get(f"/data/collection/tasks/{task.pk}/").status_code,
        client.get(f"/data/collection/runs/{found.pk}/").status_code,
        client.get(f"/data/collection/new/?source={source.pk}").status_code,
        client.post(f"/data/collection/tasks/{task.pk}/act/run/").status_code,
        client.post(f"/data/collection/tasks/{task.pk}/recall/", {}).status_code,
    ]

    assert answers == [404] * 5
