"""Acceptance through the browser's eyes, from both sides."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steward.contracts.acceptance.models import Acceptance
from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.files import api as files
from tests.contracts.support import CODE, Year, load_huaian, year
from tests.factories import acceptance as made
from tests.factories import surveys
from tests.factories.accounts import user_in_role
from tests.factories.organizations import body
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db
ASKED = made.ASKED
PAPERS = ("monitoring-log", "maintenance-records", "security-audit")


def signed_in(role: str, **fields: object) -> Client:
    client = Client()
    client.force_login(user_in_role(role, **fields))
    return client


@pytest.fixture
def supplier() -> Client:
    return signed_in("desk_lead")


@pytest.fixture
def owner() -> Client:
    return signed_in("client_owner")


@pytest.fixture(autouse=True)
def _after_the_term():
    with time_machine.travel(ASKED + timedelta(hours=2), tick=False):
        yield


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7 x")


@pytest.mark.clause("C9")
def test_both_sides_go_from_request_to_certificate_on_the_pages(supplier, owner):
    load_huaian()
    surveys.closed(*[5] * 30)
    with year(Year()):
        assessment.settle_period(CODE, by=SYSTEM, now=ASKED)
    home = supplier.post(f"/acceptance/ask/{CODE}/", {"text": "服务期满"}).headers["Location"]
    for purpose in PAPERS:
        supplier.post(f"{home}papers/", {"file": pdf(purpose), "purpose": purpose})

    owner.post(f"{home}accept/", {"text": "材料齐全"})
    waiting = owner.get(home).content.decode()
    owner.post(
        f"{home}organise/", {"meeting_date": "2026-09-10", "panel": "王教授，大学\n李工，研究院"}
    )
    owner.post(f"{home}pass/", {"text": "同意验收", "opinions": "符合合同"})

    certificate = owner.get(f"{home}print/certificate/").content.decode()
    assert "还剩" in waiting
    assert "2026-10-09 00:00 止" in waiting
    assert Acceptance.objects.get().stage == "passed"
    assert all(words in certificate for words in ("验收报告", "同意验收", "甲方（盖章）"))


@pytest.mark.clause("C9")
def test_rectify_and_again_on_the_pages(supplier, owner):
    row = made.accepted()
    home = f"/acceptance/{row.pk}/"
    owner.post(f"{home}organise/", {"meeting_date": "2026-09-10"})
    owner.post(
        f"{home}rectify/", {"text": "不全", "items": "补日志\n补图", "deadline": "2026-09-20"}
    )

    supplier.post(f"{home}rectified/", {"text": "已补"})

    html = owner.get(home).content.decode()
    assert "第 2 次提请" in html
    assert "1. 补日志" in html
    assert "整改期限 2026-09-20" in html


def test_the_page_says_why_silence_counts_before_the_job_has_run():
    row = made.accepted()

    with time_machine.travel(made.utc(2026, 10, 8, 16), tick=False):
        html = signed_in("client_owner").get(f"/acceptance/{row.pk}/").content.decode()

    assert "2026-10-09 00:00:00 起视为验收合格" in html
    assert "逾期未组织验收，视为乙方提供的服务验收合格" in html


def test_what_is_wrong_is_said_beside_its_form(owner):
    row = made.accepted()

    answer = owner.post(f"/acceptance/{row.pk}/organise/", {"place": "三楼"})

    assert answer.status_code == 422
    assert "<details open" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("desk_lead", "accept"), ("desk_lead", "refuse"), ("desk_lead", "pass"),
        ("engineer", "accept"), ("engineer", "withdraw"), ("client_owner", "withdraw"),
        ("client_owner", "rectified"), ("viewer", "accept"), ("client_owner", "deem"),
    ],
)  # fmt: skip
def test_no_side_acts_for_the_other(role, kind):
    row = made.asked()

    answer = signed_in(role).post(f"/acceptance/{row.pk}/{kind}/", {"text": "x"})

    assert answer.status_code == 404
    assert Acceptance.objects.get().stage == "requested"


def test_the_client_does_not_ask_and_the_supplier_does_not_upload_for_the_panel(owner, supplier):
    row = made.asked()

    assert owner.get(f"/acceptance/ask/{CODE}/").status_code == 404
    answer = supplier.post(f"/acceptance/{row.pk}/papers/", {"file": pdf("x"), "purpose": "review"})
    assert answer.status_code == 404


def test_another_client_finds_nothing():
    row = made.asked()
    place, other = body(), body()
    packs.set_client_organization(CODE, place.id, by=SYSTEM, now=ASKED)
    stranger = signed_in("client_owner", organization_id=other.id, reach="subtree")
    own = signed_in("client_owner", organization_id=place.id, reach="subtree")

    assert stranger.get(f"/acceptance/{row.pk}/").status_code == 404
    assert own.get(f"/acceptance/{row.pk}/").status_code == 200


def test_a_paper_is_read_by_those_who_see_the_acceptance_only(supplier):
    row = made.asked()
    supplier.post(f"/acceptance/{row.pk}/papers/", {"file": pdf("x"), "purpose": PAPERS[0]})
    stranger = signed_in("department_user")

    (paper,) = files.of_subject(row.subject)
    own, other = supplier.get(paper.url), stranger.get(paper.url)
    own.close()
    assert (own.status_code, other.status_code) == (200, 404)


def test_the_list_shows_whose_days_run_out(owner):
    made.accepted()

    html = owner.get("/acceptance/").content.decode()

    assert "审核通过，待组织验收" in html
    assert "2026-10-09 00:00" in html


def test_a_contract_in_its_term_is_not_asked_for_yet():
    load_huaian()

    with time_machine.travel(ASKED - timedelta(days=100), tick=False):
        answer = signed_in("desk_lead").post(f"/acceptance/ask/{CODE}/", {"text": "提前"})

    assert "服务期满后提出验收申请" in answer.content.decode()


def test_there_is_no_certificate_before_the_end(owner):
    row = made.accepted()

    assert owner.get(f"/acceptance/{row.pk}/print/certificate/").status_code == 404
    assert owner.get(f"/acceptance/{row.pk}/print/request/").status_code == 200
