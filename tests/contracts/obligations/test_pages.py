"""Clause C3 through the browser's eyes: calendar, list, proof, confirmation, lateness, waiver."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Moment, Occurrence, Proof, Waiver
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from steward.core.evidence import api as evidence
from steward.core.jobs.registry import JOBS
from steward.core.jobs.services import RunHandle, start_job
from steward.core.notify.models import Message
from steward.kernel.instants import at_local, local_date, now
from steward.kernel.subjects import Subject
from tests.contracts.obligations.support import CODE, PDF, WEEKLY, fulfilled, submit
from tests.contracts.obligations.support import engineer as an_engineer
from tests.contracts.support import pack_text
from tests.factories.accounts import user_in_role
from tests.factories.organizations import body
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOME = "/obligations/"


@pytest.fixture
def place() -> int:
    """Huai'an with its year moved so that today lies 200 days in it; the client's id."""
    from_today = local_date(now()) - timedelta(days=200)
    until = from_today.replace(year=from_today.year + 1, day=min(from_today.day, 28))
    text = pack_text().replace("2025-08-29", f"{from_today}").replace("2026-08-29", f"{until}")
    start = at_local(from_today)
    calendars.seed()
    packs.load_pack(text, file="huaian-2025.yaml", by=SYSTEM, now=start)
    obligations.lay_out_contract(CODE, reason="第一版", by=SYSTEM, now=start)
    return client_of(start)


def client_of(start: datetime) -> int:
    found = body(name="指挥中心").id
    packs.set_client_organization(CODE, found, by=SYSTEM, now=start)
    return found


def signed_in(role: str, place: int | None = None) -> Client:
    client = Client()
    client.force_login(user_in_role(role, place))
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def running(duty: str = WEEKLY) -> Occurrence:
    """The occurrence whose stretch holds the present."""
    at = now()
    return (
        Occurrence.objects.select_related("duty")
        .filter(contract=CODE, code=duty, opens_at__lte=at, due_at__gt=at)
        .order_by("-opens_at")[0]
    )


def overdue(duty: str = "document-changes") -> Occurrence:
    rows = Occurrence.objects.select_related("duty").filter(code=duty, due_at__lte=now())
    return rows.order_by("-due_at")[0]


def pdf(name: str = "巡检记录.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def put(client: Client, row: Occurrence, **given: object):
    data = {"title": "巡检记录", "file": pdf()} | given
    return client.post(f"{HOME}{row.pk}/proofs/", data)


def watch() -> None:
    run = start_job("obligations.watch", by=SYSTEM, now=now())
    JOBS["obligations.watch"].run(RunHandle(run))


@pytest.mark.clause("C3")
def test_a_duty_is_laid_out_reminded_proved_confirmed_and_shown_as_done(place):
    row = running()
    user_in_role("engineer")
    supplier, client = signed_in("engineer"), signed_in("client_owner", place)
    month = read(
        supplier, f"{HOME}month/?contract={CODE}&month={local_date(row.due_at - DAY):%Y-%m}"
    )
    assert "待履行 · 每周巡检" in month
    Occurrence.objects.filter(pk=row.pk).update(due_at=now() + timedelta(hours=20))
    watch()
    assert Message.objects.filter(title__contains="每周巡检", url=f"{HOME}{row.pk}/").exists()

    put(supplier, row)
    assert "证据等级不足（现有 D，要求 C）" in read(supplier, f"{HOME}{row.pk}/")
    client.post(f"{HOME}proofs/{Proof.objects.get().pk}/confirm/")

    page = read(client, f"{HOME}{row.pk}/")
    assert "按时履行" in page
    assert "C · 甲方确认" in page
    assert row.duty.clause_quote in page
    assert f'href="{HOME}{row.pk}/"' in read(client, f"{HOME}?standing=done")


@pytest.mark.clause("C3")
def test_late_fulfilment_is_shown_as_late_with_how_much(place):
    row = overdue()
    assert "已逾期" in read(signed_in("engineer"), f"{HOME}?standing=overdue&duty={row.code}")

    fulfilled(row, at=row.due_at + timedelta(days=1, hours=3))

    page = read(signed_in("client_owner", place), f"{HOME}{row.pk}/")
    assert "逾期履行" in page
    assert "逾期 1 天 3 h" in page


@pytest.mark.clause("C3")
@pytest.mark.parametrize(
    ("duty", "count"),
    [
        ("vulnerability-scan", 4),
        ("penetration-test", 2),
        ("code-audit", 2),
        ("app-security-test", 2),
        ("risk-assessment", 2),
        ("emergency-support", 2),
        ("management-assessment", 1),
        ("security-training", 1),
        ("inspection-holidays", 3),
    ],
)
def test_the_calendar_holds_what_the_contract_counts(place, duty, count):
    page = read(signed_in("viewer"), f"{HOME}?duty={duty}&standing=all&contract={CODE}")

    assert len(set(re.findall(rf'href="({HOME}\d+/)"', page))) == count


def test_every_count_on_the_list_is_a_link_to_exactly_so_many_rows(place):
    fulfilled(running(), at=now())
    fulfilled(overdue(), at=now())
    client = signed_in("desk_lead")
    tabs = re.findall(
        r'<a href="(\?[^"]*)"[^>]*>[^<]* <b>(\d+)</b>', read(client, f"{HOME}?area=document")
    )

    shown = {
        href: len(
            set(
                re.findall(
                    rf'href="({HOME}\d+/)"><b>', read(client, f"{HOME}{href.replace('&amp;', '&')}")
                )
            )
        )
        for href, _ in tabs
    }

    assert len(tabs) == 8
    assert shown == {href: int(count) for href, count in tabs}


def test_every_box_of_the_year_opens_exactly_its_occurrences(place):
    client = signed_in("desk_lead")
    boxes = re.findall(
        r'<a class="box [^"]*" href="([^"]*)"[^>]*><b>\d+/(\d+)</b>',
        read(client, f"{HOME}year/?contract={CODE}&area=security"),
    )

    shown = [
        len(set(re.findall(rf'href="({HOME}\d+/)"><b>', read(client, href.replace("&amp;", "&")))))
        for href, _ in boxes
    ]

    assert len(boxes) > 8
    assert shown == [int(count) for _, count in boxes]


def test_a_link_to_evidence_proves_with_its_own_grade(place):
    row = running()
    at = now()
    number = evidence.keep(
        evidence.Fact(CODE, "inspection.sheet", Subject("inspection.sheet", "1", "巡检单"), at, "inspection", "A"),
        now=at,
    )  # fmt: skip

    put(signed_in("engineer"), row, file="", link=f"https://steward.example/evidence/{number}/")

    row.refresh_from_db()
    assert row.status == "done"
    assert Proof.objects.get().grade == "A"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"file": "", "link": ""}, "请上传文件，或填写平台内链接"),
        ({"file": "", "link": "/nowhere/"}, "不是平台内记录的页面地址"),
        ({"file": "", "link": "/evidence/999999/"}, "没有编号为 999999 的证据"),
        ({"title": ""}, "材料名称"),
    ],
)
def test_what_is_wrong_with_a_proof_is_said_beside_the_form(place, given, words):
    answer = put(signed_in("engineer"), running(), **given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Proof.objects.exists()


def test_a_wrong_file_is_refused_and_nothing_is_kept(place):
    answer = put(signed_in("engineer"), running(), file=SimpleUploadedFile("a.exe", b"MZ"))

    assert "类型不在允许之列" in answer.content.decode()
    assert not Proof.objects.exists()


def test_one_file_proves_a_month_of_daily_records(place):
    rows = Occurrence.objects.filter(code="daily-maintenance", due_at__lte=now()).order_by(
        "-due_at"
    )[:5]
    address = f"{HOME}batch/?" + "&".join(f"id={row.pk}" for row in rows)

    signed_in("engineer").post(address, {"title": "十一月维护记录", "file": pdf()})

    assert Proof.objects.count() == 5
    assert Occurrence.objects.filter(awaits_client=True).count() == 5


def test_occurrences_of_different_duties_are_not_proved_together(place):
    answer = signed_in("engineer").get(f"{HOME}batch/?id={running().pk}&id={overdue().pk}")

    assert answer.status_code == 422
    assert "勾选同一项义务" in answer.content.decode()


def test_a_proof_is_withdrawn_and_returned_only_with_a_reason(place):
    row = running()
    number = submit(row, by=an_engineer(), at=now())
    client = signed_in("client_owner", place)

    client.post(f"{HOME}proofs/{number}/return/", {"reason": ""})
    assert Proof.objects.get().state == "standing"
    client.post(f"{HOME}proofs/{number}/return/", {"reason": "缺签字"})

    assert "缺签字" in read(client, f"{HOME}{row.pk}/")
    assert Proof.objects.get().state == "returned"


def test_a_waiver_needs_a_document_and_both_sides(place):
    row = running()
    supplier, client = signed_in("desk_lead"), signed_in("client_owner", place)
    supplier.post(
        f"{HOME}{row.pk}/waivers/",
        {"side": "supplier", "reason": "停机搬迁", "file": pdf("函.pdf")},
    )
    waiver = Waiver.objects.get()
    assert (
        supplier.post(f"{HOME}{row.pk}/waivers/{waiver.pk}/", {"agree": "yes"}).status_code == 404
    )

    client.post(f"{HOME}{row.pk}/waivers/{waiver.pk}/", {"agree": "yes", "note": "属实"})

    row.refresh_from_db()
    assert row.status == "waived"
    assert "已豁免" in read(client, f"{HOME}?standing=waived&contract={CODE}")


@pytest.mark.clause("C3")
def test_a_moment_registered_by_one_side_and_confirmed_by_the_other_brings_its_check(place):
    supplier, client = signed_in("desk_lead"), signed_in("client_owner", place)
    begins = local_date(now()) + timedelta(days=20)
    client.post(
        f"{HOME}moments/",
        {"side": "client", "contract": CODE, "title": "两会保障", "kind": "sessions",
         "starts_at": f"{begins}T08:00", "ends_at": f"{begins + timedelta(days=6)}T18:00"},
    )  # fmt: skip
    moment = Moment.objects.get()
    assert client.post(f"{HOME}moments/{moment.pk}/decide/", {"agree": "yes"}).status_code == 404

    supplier.post(f"{HOME}moments/{moment.pk}/decide/", {"agree": "yes"})

    check = Occurrence.objects.get(code="moment-check")
    assert check.due_at == at_local(begins, 8) - timedelta(days=7)
    assert "重要时刻健康检查" in read(client, f"{HOME}moments/")


def test_the_home_page_shows_the_next_duties_and_the_badge_counts_what_is_overdue(place):
    page = read(signed_in("engineer"), "/")

    assert "近期义务" in page
    late = (
        Occurrence.objects.filter(status="open", due_at__lte=now()).exclude(rhythm="daily").count()
    )
    assert f"已逾期 {late}" in page


def test_the_page_of_the_contract_shows_how_its_duties_stand(place):
    page = read(signed_in("viewer"), f"/contracts/{CODE}/pack/")

    done = re.search(r'<a class="tag" href="([^"]*)">已逾期 (\d+)</a>', page)
    rows = Occurrence.objects.filter(status="open", due_at__lte=now()).count()
    assert int(done[2]) == rows


def test_the_client_of_another_contract_finds_nothing(place):
    scoped = Client()
    user = user_in_role("client_owner", body(name="又一单位").id, "subtree")
    scoped.force_login(user)
    row = running()

    assert scoped.get(f"{HOME}{row.pk}/").status_code == 404
    assert "还没有您可以查看的合同" in read(scoped, HOME)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("engineer", {"proofs": True, "confirm": False, "waivers": False}),
        ("desk_lead", {"proofs": True, "confirm": False, "waivers": True}),
        ("client_owner", {"proofs": True, "confirm": True, "waivers": True}),
        ("viewer", {"proofs": False, "confirm": False, "waivers": False}),
        ("department_user", {"proofs": False, "confirm": False, "waivers": False}),
    ],
)
def test_each_role_does_what_is_its_own(place, role, may):
    row = running()
    number = submit(row, by=an_engineer(), at=now())
    client = signed_in(role, place)

    answers = {
        "proofs": put(client, row, title="").status_code,
        "waivers": client.post(f"{HOME}{row.pk}/waivers/", {"reason": "", "side": ""}).status_code,
        "confirm": client.post(f"{HOME}proofs/{number}/confirm/").status_code,
    }

    assert {name: status != 404 for name, status in answers.items()} == may


def test_files_of_a_proof_are_read_by_whoever_sees_the_duty_and_nobody_else(place):
    number = submit(running(), by=an_engineer(), at=now())
    file_id = Proof.objects.get(pk=number).file_id

    answer = signed_in("viewer").get(f"/files/{file_id}/")
    assert b"".join(answer.streaming_content) == PDF
    assert signed_in("department_user").get(f"/files/{file_id}/").status_code == 404


def test_nonsense_in_the_address_answers_404(place):
    client = signed_in("viewer")

    for query in ("?standing=dance", "?since=yesterday", "?until=2026-01-01T00:00:00"):
        assert client.get(f"{HOME}{query}").status_code == 404
    assert client.get(f"{HOME}month/?month=2026-13").status_code == 404


def test_without_contracts_the_pages_say_what_to_do():
    client = signed_in("viewer")

    assert "载入合同包后，义务会自动排出" in read(client, HOME)
    assert "本月没有到期的义务" in read(client, f"{HOME}month/")
    assert "这一年没有到期的义务" in read(client, f"{HOME}year/")
    assert "还没有登记重要时刻" in read(client, f"{HOME}moments/")


def test_the_list_of_a_year_asks_few_queries(place, django_assert_max_num_queries):
    client = signed_in("desk_lead")
    read(client, HOME)

    with django_assert_max_num_queries(45):
        read(client, f"{HOME}?standing=all&daily=1")
    with django_assert_max_num_queries(35):
        read(client, f"{HOME}month/")
    with django_assert_max_num_queries(35):
        read(client, f"{HOME}year/?contract={CODE}")
