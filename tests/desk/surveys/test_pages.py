"""Surveys through the browser's eyes: the stranger, the client, the supplier."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from steward.core.notify import services as notify
from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Answer, Invitation, Recipient, Round, TicketRating
from steward.desk.tickets.models import Ticket
from tests.factories import desk
from tests.factories import surveys as made
from tests.factories.accounts import user_in_role
from tests.factories.organizations import body
from tests.fakes.smtp import smtp_server
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
LATER = made.LATER


@pytest.fixture(autouse=True)
def _at_noon():
    cache.clear()
    with time_machine.travel(LATER, tick=False):
        yield


def signed_in(role: str, **fields: object) -> Client:
    client = Client()
    client.force_login(user_in_role(role, **fields))
    return client


def link(token: str) -> str:
    return f"/surveys/answer/{token}/"


@pytest.fixture
def token() -> str:
    return made.tokens(made.opened())[0]


def test_a_stranger_reads_what_it_is_and_answers_without_signing_in(token):
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(link(token))
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]

    sent = stranger.post(link(token), made.rated(5) | {"csrfmiddlewaretoken": secret})

    html = page.content.decode()
    assert all(words in html for words in ("市大数据管理中心", "约 1 分钟", "匿名", "系统稳定性"))
    assert sent.status_code == 302
    assert "已收到您的回答" in stranger.get(link(token)).content.decode()
    assert Answer.objects.count() == 1


def test_the_form_is_not_taken_from_another_site(token):
    assert Client(enforce_csrf_checks=True).post(link(token), made.rated(5)).status_code == 403


def test_the_form_is_neither_kept_nor_framed_nor_indexed(token):
    headers = Client().get(link(token)).headers

    assert "no-store" in headers["Cache-Control"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_form_names_nobody(token):
    html = Client().get(link(token)).content.decode()

    assert not any(r.name in html for r in Recipient.objects.all())


def test_what_was_chosen_stays_when_something_is_missing(token):
    answer = Client().post(link(token), made.rated(4) | {"training": ""})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "请回答“培训支持”" in html
    assert html.count("checked") == 4


@pytest.mark.parametrize(
    ("days", "status", "words"), [(0, 200, "提交"), (7, 410, "已截止"), (30, 410, "已截止")]
)
def test_a_link_says_when_it_is_too_late(*, token, days, status, words):
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        answer = Client().get(link(token))

    assert (answer.status_code, words in answer.content.decode()) == (status, True)


def test_trying_links_is_slowed_down(token):
    stranger = Client()
    answers = [stranger.get(link("x" * 43)).status_code for _ in range(20)]

    assert set(answers) == {404}
    assert stranger.get(link(token)).status_code == 429


def test_sending_again_and_again_is_slowed_down(token):
    stranger = Client()
    answers = [stranger.post(link(token), {}).status_code for _ in range(21)]

    assert (set(answers[:20]), answers[20]) == ({422}, 429)


def test_the_client_runs_a_whole_round_on_the_pages():
    place = body(name="市中心")
    owner = signed_in("client_owner", organization_id=place.id, reach="subtree")
    desk.install()
    new = {
        "contract": desk.CONTRACT, "title": "年度调查", "asker": "市中心",
        "version_id": made.version(), "period_start": "2026-01-01", "period_last": "2026-12-31",
        "closes_at": "2026-03-20T18:00", "formula": "share", "satisfied_from": "4",
        "basis": "all", "minimum": "3",
    }  # fmt: skip
    home = owner.post("/surveys/new/", new).headers["Location"]
    people = "姓名,单位\n" + "".join(f"人{n},局{n % 3}\n" for n in range(12)) + ",空\n"
    upload = SimpleUploadedFile("名单.csv", people.encode())

    imported = owner.post(f"{home}import/", {"file": upload}, follow=True).content.decode()
    owner.post(f"{home}draw/", {"method": "stratified", "size": "6"})
    owner.post(f"{home}open/")
    sheet = load_workbook(BytesIO(owner.post(f"{home}links/").content)).active
    links = [row[2].value for row in sheet.iter_rows(min_row=2)]
    for address in links[:4]:
        Client().post(address.removeprefix("http://testserver"), made.rated(5))
    owner.post(f"{home}close/")

    row = Round.objects.get()
    html = owner.get(home).content.decode()
    assert "第 14 行缺姓名" in imported
    assert (len(links), row.period_end, row.state) == (6, date(2027, 1, 1), "closed")
    assert "100.00%" in html
    assert "回收率 66.7%" in html


def test_results_wait_for_the_end(token):
    Client().post(link(token), made.rated(1))
    round_id = Round.objects.get().pk

    html = signed_in("desk_lead").get(f"/surveys/{round_id}/").content.decode()

    assert "结果在调查结束后公布" in html
    assert "各题评分" not in html


@pytest.mark.parametrize("role", ["desk_lead", "engineer", "viewer"])
def test_the_supplier_and_readers_see_results_but_no_persons_and_no_controls(role):
    row = made.closed(5, 4, 3)
    client = signed_in(role)

    html = client.get(f"/surveys/{row.pk}/").content.decode()

    assert "各题评分" in html
    assert not any(r.name in html for r in Recipient.objects.all())
    assert client.get(f"/surveys/{row.pk}/people/").status_code == 404


@pytest.mark.parametrize("role", ["desk_lead", "engineer", "system_admin", "department_user"])
@pytest.mark.parametrize("action", ["links", "open", "draw", "invite", "close", "extend", "cancel"])
def test_only_the_client_side_acts_on_a_round(role, action):
    round_id = made.opened()

    answer = signed_in(role).post(f"/surveys/{round_id}/{action}/")

    assert answer.status_code == 404
    assert (Round.objects.get().state, Invitation.objects.count()) == ("open", 0)


def test_another_client_finds_nothing():
    place, other = body(), body()
    round_id = made.opened(organization_id=place.id)
    stranger = signed_in("client_owner", organization_id=other.id, reach="subtree")

    assert stranger.get(f"/surveys/{round_id}/").status_code == 404
    assert stranger.post(f"/surveys/{round_id}/links/").status_code == 404


def test_who_answered_is_known_to_the_client_what_is_not():
    round_id = made.opened()
    made.answered(round_id, 1, 5)
    owner = signed_in("client_owner")

    html = owner.get(f"/surveys/{round_id}/people/?show=answered").content.decode()

    assert html.count("tag g") == 2
    assert "非常不满意" not in html


def test_free_text_does_not_follow_the_order_of_answering():
    round_id = made.opened(made.people(8))
    words = [f"意见{n}" for n in range(8)]
    for token, text in zip(made.tokens(round_id), words, strict=True):
        Client().post(link(token), made.rated(5, advice=text))
    surveys.close_round(round_id, by=SYSTEM, now=LATER)

    html = signed_in("desk_lead").get(f"/surveys/{round_id}/").content.decode()

    shown = re.findall(r"<li>(意见\d)</li>", html)
    assert sorted(shown) == words
    assert shown != words


def test_mail_goes_out_where_the_channel_is_configured_with_a_link_that_works():
    person = made.with_mail(made.people(1)[0], "li@office.test")
    round_id = made.opened([person])
    with smtp_server() as box:
        values = {"host": "127.0.0.1", "port": str(box.port), "security": "none", "sender": "a@b.test"}  # fmt: skip
        notify.configure_channel("mail", values, is_enabled=True, by=SYSTEM, now=NOW)
        signed_in("client_owner").post(f"/surveys/{round_id}/invite/")
        drain_jobs()
    text = box.messages[0].get_content()
    address = re.search(r"http://testserver(/surveys/answer/\S+)", text)[1]

    assert Client().post(address, made.rated(5)).status_code == 302
    assert Recipient.objects.get().reach == "mail"


def test_a_refused_mail_is_told_and_no_token_is_lost():
    round_id = made.opened([made.with_mail(made.people(1)[0], "gone@office.test")])
    with smtp_server() as box:
        box.refuse = {"gone@office.test"}
        values = {"host": "127.0.0.1", "port": str(box.port), "security": "none", "sender": "a@b.test"}  # fmt: skip
        notify.configure_channel("mail", values, is_enabled=True, by=SYSTEM, now=NOW)
        surveys.invite(round_id, base="", by=SYSTEM, now=LATER)
        drain_jobs()

    assert "拒绝" in Recipient.objects.get().problem


def test_an_ended_ticket_is_rated_once_by_its_requester():
    place = body()
    user = user_in_role("department_user", organization_id=place.id, reach="subtree")
    client = Client()
    client.force_login(user)
    ticket = desk.ticket(organization_id=place.id, requester_id=user.pk)
    Ticket.objects.filter(pk=ticket.id).update(state="closed", resolved_at=NOW, closed_at=NOW)

    shown = client.get(f"/desk/{ticket.id}/").content.decode()
    client.post(f"/surveys/tickets/{ticket.id}/rate/", {"rating": "5", "comment": "快"})
    again = client.post(f"/surveys/tickets/{ticket.id}/rate/", {"rating": "1"})

    assert "点一下即完成" in shown
    assert (TicketRating.objects.get().rating, again.status_code) == (5, 409)


def test_somebody_else_s_ticket_is_not_rated():
    ticket = desk.ticket()

    answer = signed_in("client_owner").post(f"/surveys/tickets/{ticket.id}/rate/", {"rating": "1"})

    assert answer.status_code == 404


def test_a_questionnaire_is_edited_on_its_page():
    made.version()
    owner = signed_in("client_owner")
    lines = {
        "title": "简版", "intro": "", "q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "1",
        "q-0-code": "overall", "q-0-title": "整体满意度", "q-0-kind": "rating", "q-0-required": "on",
        "q-1-title": "多久用一次", "q-1-kind": "choice", "q-1-choices": "每天；每周",
    }  # fmt: skip

    answer = owner.post("/surveys/questionnaires/short/", lines)

    newest = {v.questionnaire.code: v for v in surveys.newest_versions()}["short"]
    assert answer.status_code == 302
    assert [q["title"] for q in newest.questions] == ["整体满意度", "多久用一次"]
