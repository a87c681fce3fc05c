"""Pages of payments, breaches, exclusions and the settlement sheet, for both sides."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steward.contracts.assessment import api as assessment
from steward.kernel.instants import at_local
from tests.contracts.assessment.test_settled_years import YEARS
from tests.contracts.living import CLIENT, live, load_contract, register_payment
from tests.contracts.support import CODE, Happening, Year, load_huaian, year
from tests.factories.accounts import user_with

pytestmark = pytest.mark.django_db

KECHENG = "kecheng-2024"
HOME = f"/contracts/{KECHENG}/"
READ = ("assessment.score.view", "packs.contract.view", "files.file.view")
CLIENT_CODES = (*READ, "assessment.side.client", "assessment.period.settle")
SUPPLIER_CODES = (*READ, "assessment.side.supplier")


def signed_in(*codes: str) -> Client:
    client = Client()
    client.force_login(user_with(*codes))
    return client


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def breach_form(**changes: str) -> dict[str, str]:
    given = {"penalty": "service-failure", "what": "三月例会要求的接口未上线", "side": "client"}
    return given | {"occurred": "2025-03-01"} | changes


def test_an_empty_contract_says_what_to_do_next():
    load_contract(KECHENG)

    html = get(signed_in(*CLIENT_CODES), f"{HOME}accounts/")

    assert "还没有付款记录" in html
    assert "没有登记违约事项" in html
    assert "待乙方开具发票" in html


@pytest.mark.clause("C5")
def test_a_breach_is_registered_by_one_side_and_confirmed_by_the_other():
    load_contract(KECHENG)
    ours, theirs = signed_in(*CLIENT_CODES), signed_in(*SUPPLIER_CODES)

    made = ours.post(f"{HOME}breaches/new/", breach_form())
    page = get(theirs, made["Location"])
    action = re.search(rf'action="({HOME}answers/breach/\d+/)"', page)[1]
    theirs.post(action, {"side": "supplier", "verdict": "confirm"})

    html = get(ours, f"{HOME}settlement/")
    assert "¥5,034.00" in html
    assert "¥1,001,766.00" not in html
    assert "双方已确认" in html


def test_who_registered_it_is_not_offered_to_confirm_it():
    load_contract(KECHENG)
    both = signed_in(*CLIENT_CODES, "assessment.side.supplier")

    made = both.post(f"{HOME}breaches/new/", breach_form())

    page = get(both, made["Location"])
    assert 'value="confirm"' not in page
    assert 'value="withdraw"' in page


def test_a_wrong_breach_is_refused_beside_the_form():
    load_contract(KECHENG)

    answer = signed_in(*CLIENT_CODES).post(
        f"{HOME}breaches/new/", breach_form(occurred="2024-03-01")
    )

    assert answer.status_code == 200
    assert "应在合同开始" in answer.content.decode()


def test_a_ticket_that_does_not_exist_is_named():
    load_contract(KECHENG)

    answer = signed_in(*CLIENT_CODES).post(
        f"{HOME}breaches/new/", breach_form(tickets="INC-2025-99999")
    )

    assert "没有编号为“INC-2025-99999”的工单" in answer.content.decode()


def test_somebody_of_neither_side_reads_and_registers_nothing():
    load_contract(KECHENG)
    reader = signed_in(*READ)

    assert "登记付款" not in get(reader, f"{HOME}accounts/")
    assert reader.get(f"{HOME}breaches/new/").status_code == 404
    assert reader.post(f"{HOME}accounts/payment/", {}).status_code == 404


def test_a_side_cannot_be_claimed_in_the_form():
    load_contract(KECHENG)

    answer = signed_in(*SUPPLIER_CODES).post(f"{HOME}breaches/new/", breach_form(side="client"))

    assert answer.status_code == 404


def test_a_payment_is_registered_and_confirmed_on_the_page():
    load_contract(KECHENG)
    ours, theirs = signed_in(*CLIENT_CODES), signed_in(*SUPPLIER_CODES)
    form = {"stage": "signing", "day": "2025-02-10", "amount": "503400.00", "voucher": "PZ-1"}

    ours.post(f"{HOME}accounts/payment/", form | {"side": "client"})
    page = get(theirs, f"{HOME}accounts/")
    action = re.search(rf'action="({HOME}answers/payment/\d+/)"', page)[1]
    theirs.post(action, {"side": "supplier", "verdict": "confirm"})

    assert "已付清" in get(ours, f"{HOME}accounts/")


def test_a_condition_moves_the_due_date():
    load_contract(KECHENG)
    ours = signed_in(*CLIENT_CODES)
    form = {"what": "signing/invoice", "day": "2025-01-22", "reference": "发票 1 张"}

    ours.post(f"{HOME}accounts/condition/", form)

    assert "不晚于 2025-02-21" in get(ours, f"{HOME}accounts/")


def test_every_figure_of_the_account_is_a_link_to_what_made_it():
    case = next(row for row in YEARS if row["name"].startswith("kecheng, three failures"))
    number = live(case)

    html = get(signed_in(*CLIENT_CODES), f"{HOME}settlements/{number}/sheet/")

    account = html[html.index('class="account fit"') : html.index('id="penalties"')]
    figures = re.findall(r"<b>(¥[\d,.]+)</b>", account)
    assert figures == re.findall(r'<a href="[^"]+"><b>(¥[\d,.]+)</b></a>', account)
    assert "¥991,698.00" in figures
    anchors = set(re.findall(r'href="#([a-z]+)"', account))
    assert all(f'id="{anchor}"' in html for anchor in anchors)
    assert len(re.findall(rf'href="{HOME}breaches/\d+/"', html)) >= 3


def test_a_later_payment_is_shown_beside_the_kept_sheet():
    case = next(row for row in YEARS if row["name"].startswith("kecheng, three failures"))
    number = live(case)
    row = {"stage": "assessment", "day": date(2026, 2, 1), "amount": "488298.00"}
    register_payment(KECHENG, 77, row)

    html = get(signed_in(*CLIENT_CODES), f"{HOME}settlements/{number}/sheet/")

    assert "结算之后登记，凭证 PZ-0077" in html
    assert "减：已付" in html
    assert assessment.settlement_sheet(KECHENG, number).paid == Decimal("503400.00")


def test_the_correction_shows_both_figures_and_the_difference():
    case = next(row for row in YEARS if row["name"].startswith("kecheng, a perfect"))
    number = live(case)
    at = at_local(date(2026, 2, 2))
    row = {"stage": "signing", "day": date(2026, 2, 1), "amount": "1000.00"}
    register_payment(KECHENG, 78, row)
    made = assessment.correct_settlement(number, reason="补登付款", by=CLIENT, now=at)

    html = get(signed_in(*CLIENT_CODES), f"{HOME}settlements/{made}/sheet/")

    assert "更正前后" in html
    assert "¥1,005,800.00" in html
    assert "−¥1,000.00" in html


def test_an_event_is_excluded_with_a_document_and_the_other_sides_consent():
    load_huaian()
    theirs, ours = signed_in(*SUPPLIER_CODES), signed_in(*CLIENT_CODES)
    address = f"/contracts/{CODE}/indicators/process/exclude/?event=change:0"
    proof = SimpleUploadedFile("proof.pdf", b"%PDF-1.4 x")
    form = {"side": "supplier", "ground": "not_supplier", "reason": "甲方要求", "document": proof}

    with year(Year(happenings=[Happening("change", day=60)])):
        made = theirs.post(address, form)
        page = get(ours, made["Location"])
        action = re.search(r'action="(/contracts/[^"]+/answers/exclusion/\d+/)"', page)[1]
        ours.post(action, {"side": "client", "verdict": "confirm"})
        listed = get(ours, f"/contracts/{CODE}/indicators/process/")

    assert "proof.pdf" in page
    assert "已剔除" in listed
    assert "双方已确认" in listed


def test_an_entry_is_answered_on_the_indicators_page():
    load_huaian()
    theirs = signed_in(*SUPPLIER_CODES)
    at = at_local(date(2026, 1, 1))
    new = assessment.NewEntry(CODE, "documents", Decimal(1), "四月缺失", source="missing")
    made = assessment.record_entry(new, by=CLIENT, now=at)

    with year(Year()):
        before = get(theirs, f"/contracts/{CODE}/indicators/documents/")
        form = {"side": "supplier", "verdict": "dispute", "reason": "已补", "owner": "documents"}
        theirs.post(f"/contracts/{CODE}/answers/entry/{made}/", form)
        after = get(theirs, f"/contracts/{CODE}/indicators/documents/?as_of=")

    assert "待对方确认" in before
    assert "乙方" in after
    assert "提出异议：已补" in after
