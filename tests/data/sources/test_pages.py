import pytest
from procrastinate.contrib.django import app as queue

from steward.core.jobs.models import JobRun
from steward.data.sources import api as sources
from steward.data.sources.models import FrontEndRight, Source, TableProfile
from tests.data.sources.test_services import run
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
ALL = ("sources.source.view", "sources.source.change", "sources.right.view", "sources.right.change")


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    run(
        url,
        "CREATE TABLE person (id int PRIMARY KEY, 证件 text, 性别 text)",
        "INSERT INTO person SELECT n, '33080219900101' || lpad(n::text, 4, '0'), "
        "CASE WHEN n % 2 = 0 THEN '男' ELSE '女' END FROM generate_series(1, 200) n",
    )
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


def test_a_source_is_registered_on_the_page_and_its_state_said(inside, url):
    place = source_at(url, code="tmp-1")
    form = {
        "name": "区公安分局前置库",
        "code": "qzk-ga",
        "purpose": "front_end",
        "organization": body("区公安分局").name,
        "engine": "postgresql",
        "host": place.host,
        "database": place.database,
        "username": "postgres",
    }

    answer = inside.post("/data/sources/new/", form, follow=True)

    assert "读取账号权限过大" in answer.content.decode()
    assert Source.objects.get(code="qzk-ga").port == 5432


def test_an_unknown_body_is_said_beside_its_field(inside):
    answer = inside.post("/data/sources/new/", {"organization": "没有的局"})

    assert "没有编码或名称为“没有的局”的单位" in answer.content.decode()


def test_a_stored_password_never_reaches_a_page(inside, url):
    row = source_at(url, password="Qz-secret-1")

    pages = [
        inside.get(f"/data/sources/{row.pk}/").content.decode(),
        inside.get(f"/data/sources/{row.pk}/edit/").content.decode(),
    ]

    assert not [page for page in pages if "Qz-secret-1" in page]


def test_the_list_counts_by_health(inside, source):
    page = inside.get("/data/sources/?health=warned").content.decode()

    assert source.name in page
    assert source.name not in inside.get("/data/sources/?health=down").content.decode()


def test_the_schema_is_read_on_demand(inside, source, url):
    run(url, "ALTER TABLE person ADD phone text")

    answer = inside.post(f"/data/sources/{source.pk}/act/survey/", follow=True)

    assert "发现 1 处变化" in answer.content.decode()
    changes = inside.get(f"/data/sources/{source.pk}/changes/").content.decode()
    assert "新增列" in changes


def test_a_profile_shows_counts_and_keeps_no_personal_value(inside, source):
    table = source.tables.get()

    inside.post(f"/data/sources/tables/{table.pk}/profile/")
    drain_jobs()

    page = inside.get(f"/data/sources/tables/{table.pk}/").content.decode()
    assert JobRun.objects.get(code="sources.profile").status == "succeeded"
    assert "200 行" in page
    assert "33080219900101" not in str(TableProfile.objects.get().result)


@pytest.mark.clause("K11.4")
def test_a_right_is_granted_audited_and_revoked_on_the_pages(inside, source, url):
    run(url, "DROP ROLE IF EXISTS page_bureau", "CREATE ROLE page_bureau LOGIN")
    form = {
        "organization": body("区教育局").name,
        "account": "page_bureau",
        "table": "public.person",
        "privileges": ["SELECT"],
        "reason": "学籍核对",
    }

    inside.post(f"/data/sources/{source.pk}/rights/", form)
    checked = inside.post(f"/data/sources/{source.pk}/rights/audit/").content.decode()
    right = FrontEndRight.objects.get()
    inside.post(f"/data/sources/rights/{right.pk}/revoke/", {"reason": "学年结束"})
    right.refresh_from_db()

    assert "库内与登记一致，1 项" in checked
    assert right.state == "revoked"


def test_other_bodies_do_not_see_the_source(client, source):
    client.force_login(user_with(*ALL, organization_id=body().id))

    assert client.get(f"/data/sources/{source.pk}/").status_code == 404
    assert client.get(f"/data/sources/tables/{source.tables.get().pk}/").status_code == 404
    assert client.post(f"/data/sources/{source.pk}/act/test/").status_code == 404


def test_the_nightly_job_goes_on_past_a_dead_source(source, url):
    source_at(url, host="127.0.0.1", port=1, password="x", code="aaa-dead")

    queue.tasks["job.sources.survey"].func(timestamp=0)

    source.refresh_from_db()
    assert source.checked_at > NOW
