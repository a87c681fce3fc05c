"""Reports on screen: preview, making, downloads, versions, templates; who may and who sees."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.contracts.reports.models import Report, ReportTemplate
from steward.core.calendars import api as calendars
from steward.core.jobs.registry import JOBS
from steward.core.jobs.services import RunHandle, start_job
from steward.kernel.instants import at_local, local_date, now
from tests.contracts.reports.support import CODE, document_of, pairs_of, template
from tests.contracts.support import pack_text
from tests.factories.accounts import user_in_role
from tests.factories.desk import ticket
from tests.factories.organizations import body
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def place() -> int:
    """Huai'an with its year moved so that today lies 200 days in it; a ticket last month."""
    first = local_date(now()) - timedelta(days=200)
    until = first.replace(year=first.year + 1, day=min(first.day, 28))
    text = pack_text().replace("2025-08-29", f"{first}").replace("2026-08-29", f"{until}")
    start = at_local(first)
    calendars.seed()
    packs.load_pack(text, file="huaian-2025.yaml", by=SYSTEM, now=start)
    obligations.lay_out_contract(CODE, reason="第一版", by=SYSTEM, now=start)
    found = body(name="指挥中心").id
    packs.set_client_organization(CODE, found, by=SYSTEM, now=start)
    ticket(now=at_local(last_month()) + timedelta(days=3))
    return found


def last_month() -> date:
    return (local_date(now()).replace(day=1) - timedelta(days=1)).replace(day=1)


def key() -> str:
    return f"{last_month():%Y-%m}"


def address(step: str = "preview") -> str:
    return f"/reports/{step}/{CODE}/monthly/{key()}/"


def signed_in(role: str, place: int | None = None) -> Client:
    client = Client()
    client.force_login(user_in_role(role, place))
    return client


def read(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def make(client: Client) -> Report:
    assert client.post(address("make")).status_code == 302
    return Report.objects.get()


def on_screen(page: str) -> dict[str, str]:
    """The key figures of a page by their names."""
    found = re.findall(r'class="k">([^<]+)</div><div class="v[^"]*">(?:<a [^>]*>)?([^<]+)<', page)
    return dict(found)


def test_the_preview_keeps_nothing(place: int) -> None:
    page = read(signed_in("desk_lead", place), address())

    assert "未保存" in page
    assert "工单与时限" in page
    assert Report.objects.count() == 0


@pytest.mark.clause("C10")
def test_the_page_and_the_document_say_the_same_figures(place: int) -> None:
    client = signed_in("desk_lead", place)
    row = make(client)

    said = on_screen(read(client, f"/reports/{row.pk}/"))

    info = reports.reports_of(CODE)[0]
    assert said == pairs_of(document_of(info))
    assert said["工单数"] == "1"


def test_the_figures_of_a_page_open_their_rows(place: int) -> None:
    client = signed_in("desk_lead", place)

    page = read(client, address())

    links = re.findall(r'class="v[^"]*"><a href="([^"]+)"', page)
    assert len(links) > 8
    assert {client.get(link.replace("&amp;", "&")).status_code for link in links} == {200}


def test_the_document_is_downloaded_by_whoever_sees_the_report(place: int) -> None:
    row = make(signed_in("desk_lead", place))

    answer = signed_in("client_owner", place).get(f"/files/{row.file_id}/")

    opened = Document(BytesIO(b"".join(answer)))
    assert "运维工作月报" in opened.paragraphs[0].text


def test_another_client_sees_neither_the_report_nor_its_document(place: int) -> None:
    row = make(signed_in("desk_lead", place))
    stranger = Client()
    stranger.force_login(user_in_role("client_owner", body(name="别的单位").id, "subtree"))

    assert stranger.get(f"/reports/{row.pk}/").status_code == 404
    assert stranger.get(f"/files/{row.file_id}/").status_code == 404
    assert stranger.get(address()).status_code == 404


def test_the_client_reads_and_does_not_make(place: int) -> None:
    owner = signed_in("client_owner", place)

    page = read(owner, address())

    assert "生成并存为证据" not in page
    assert owner.post(address("make")).status_code == 404


def test_a_new_version_asks_for_its_reason(place: int) -> None:
    client = signed_in("desk_lead", place)
    row = make(client)

    refused = client.post(f"/reports/{row.pk}/again/", {"reason": ""})
    client.post(f"/reports/{row.pk}/again/", {"reason": "补录工单"})

    assert refused.status_code == 422
    assert sorted(Report.objects.values_list("version", flat=True)) == [1, 2]
    assert "补录工单" in read(client, f"/reports/{Report.objects.get(version=2).pk}/")


def test_the_list_shows_the_newest_version_of_each(place: int) -> None:
    client = signed_in("desk_lead", place)
    row = make(client)
    client.post(f"/reports/{row.pk}/again/", {"reason": "补录工单"})

    page = read(client, f"/reports/?contract={CODE}&kind=monthly")

    assert page.count("下载</a>") == 1
    assert "第 2 版" in page


def test_the_list_asks_few_questions(place: int, django_assert_max_num_queries) -> None:
    client = signed_in("desk_lead", place)
    make(client)

    with django_assert_max_num_queries(60):
        read(client, "/reports/")


def test_what_can_be_made_is_offered_with_what_exists(place: int) -> None:
    client = signed_in("desk_lead", place)
    make(client)

    page = read(client, f"/reports/new/?contract={CODE}")

    assert "已生成第 1 版" in page
    assert "进行中" in page


def test_the_making_by_itself_is_switched_off_and_on(place: int) -> None:
    client = signed_in("desk_lead", place)

    client.post(f"/reports/plan/{CODE}/monthly/", {"is_on": "0"})

    assert "不自动生成" in read(client, "/reports/new/")


def test_an_office_changes_its_template(place: int) -> None:
    admin = signed_in("system_admin")
    text = template("指挥中心月报", "{{p 正文 }}")
    given = {"kind": "monthly", "contract": "", "note": "换版头",
             "file": SimpleUploadedFile("月报模板.docx", text, content_type=DOCX)}  # fmt: skip

    answer = admin.post("/reports/templates/upload/", given)

    assert answer.status_code == 302
    assert "换版头" in read(admin, "/reports/templates/")
    row = make(signed_in("desk_lead", place))
    assert "指挥中心月报" in Document(BytesIO(document_of(reports.reports_of(CODE)[0]))).paragraphs[0].text  # fmt: skip
    assert row.template == ReportTemplate.objects.get()


def test_a_wrong_template_is_refused_with_its_place(place: int) -> None:
    admin = signed_in("system_admin")
    file = SimpleUploadedFile("a.docx", template("{{ 文号 }}", "{{p 正文 }}"), content_type=DOCX)

    answer = admin.post("/reports/templates/upload/", {"kind": "monthly", "file": file})

    assert answer.status_code == 422
    assert "第 1 段“{{ 文号 }}”用了未知的占位符“文号”" in answer.content.decode()
    assert not ReportTemplate.objects.exists()


def test_the_default_template_is_downloaded(place: int) -> None:
    answer = signed_in("system_admin").get("/reports/templates/default.docx")

    assert "{{ 标题 }}" in Document(BytesIO(answer.content)).paragraphs[0].text


def test_engineers_do_not_change_templates(place: int) -> None:
    assert signed_in("engineer", place).get("/reports/templates/").status_code == 404


@pytest.mark.clause("C10")
def test_the_hourly_job_makes_what_is_due(place: int) -> None:
    reports.plan(CODE, "weekly", is_on=False, by=SYSTEM, now=now())
    due = {(one.wanted.kind, one.wanted.key) for one in reports.due_reports(now=now())}

    JOBS["reports.make_due"].run(RunHandle(start_job("reports.make_due", by=SYSTEM, now=now())))

    assert set(Report.objects.values_list("kind", "key")) == due
