"""The score pages, through the browser's eyes: HTML over the test client."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.models import ExpertEntry
from steward.contracts.packs import api as packs
from tests.contracts.support import AFTER, CODE, END, Happening, Year, load_huaian, year
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

ALL = (
    "assessment.score.view",
    "packs.contract.view",
    "assessment.entry.record",
    "assessment.period.settle",
)
BOARD = f"/contracts/{CODE}/"
CUT = (END - timedelta(days=30)).isoformat().replace("+00:00", "Z")
BAD_YEAR = Year(
    availability=Decimal("0.9962"),
    happenings=[
        Happening("breach", clock="resolve", day=60),
        Happening("breach", day=90, excluded="不可抗力，双方确认"),
        Happening("breach", kind="emergency", clock="restore", day=30),
    ],
)


@pytest.fixture
def client() -> Client:
    load_huaian()
    return signed_in(*ALL)


def signed_in(*codes: str, organization_id: int | None = None) -> Client:
    client = Client()
    client.force_login(user_with(*codes, organization_id=organization_id))
    return client


def read(client: Client, address: str) -> str:
    with year(BAD_YEAR):
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.clause("C4", "HA")
def test_the_board_shows_every_indicator_with_its_points_and_the_total(client):
    html = read(client, f"{BOARD}?as_of={CUT}")

    assert html.count("data-indicator=") >= 12
    assert "系统稳定性" in html
    assert "13 / 15" in html
    assert "8 / 10" in html
    assert "待评分指标" in html


@pytest.mark.clause("C7")
def test_one_clicks_from_the_payable_amount_to_the_ticket_that_caused_a_deduction(client):
    board = read(client, f"{BOARD}?as_of={CUT}")
    payable = re.search(rf'href="({BOARD}payable/\?as_of=[^"#]+)"', board)[1]

    derivation = read(client, payable.replace("&amp;", "&"))
    indicator = re.search(rf'href="({BOARD}indicators/efficiency/[^"]+)"', derivation)[1]
    page = read(client, indicator.replace("&amp;", "&"))

    assert 'href="/desk/tickets/0/"' in page
    assert "10 − 2" in page
    assert "不可抗力，双方确认" in page


@pytest.mark.clause("C4")
def test_the_side_explains_an_indicator_with_its_clause(client):
    html = read(client, f"{BOARD}why/efficiency/?as_of={CUT}")

    assert "为什么是 8 分" in html
    assert "超时1次扣2分" in html
    assert "最能改变总分的事" in html


@pytest.mark.clause("C4")
def test_the_end_of_the_year_is_a_range_with_its_method(client):
    html = read(client, f"{BOARD}?tab=outlook&as_of={CUT}")

    assert "按目前频率" in html
    assert "剩余时间不再出问题" in html
    assert "已发生的扣分不再变化" in html


@pytest.mark.clause("C4")
def test_a_reviewer_enters_a_value_with_a_reason_and_the_score_follows(client):
    with year(BAD_YEAR):
        answer = client.post(
            f"{BOARD}indicators/documents/score/",
            {"source": "missing", "value": "2", "reason": "缺两份变更日志"},
        )
    html = read(client, f"{BOARD}indicators/documents/")

    assert answer.status_code == 302
    assert "3 <span" in html
    assert "缺两份变更日志" in html
    assert ExpertEntry.objects.get().reviewer


def test_a_percentage_is_entered_as_people_say_it(client):
    with year(BAD_YEAR):
        client.post(
            f"{BOARD}indicators/satisfaction/score/",
            {"source": "survey", "value": "85", "reason": "问卷汇总"},
        )

    assert "15 / 20" in read(client, BOARD)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"source": "missing", "value": "-1", "reason": "x"}, "大于或等于"),
        ({"source": "missing", "value": "1.5", "reason": "x"}, "应为整数"),
        ({"source": "missing", "value": "1", "reason": ""}, "必填项"),
        ({"source": "other", "value": "1", "reason": "x"}, "选择"),
        ({"source": "missing", "value": "很多", "reason": "x"}, "输入"),
    ],
)
def test_a_wrong_entry_is_refused_in_words(client, given, says):
    with year(BAD_YEAR):
        answer = client.post(f"{BOARD}indicators/documents/score/", given)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not ExpertEntry.objects.exists()


@pytest.mark.clause("C6")
def test_a_veto_is_told_on_the_board_and_refuses_what_is_unpaid(client):
    with year(Year(availability=Decimal("0.94"))):
        html = client.get(f"{BOARD}payable/").content.decode()

    assert "一票否决" in html
    assert "¥671,000.00" in html
    assert "低于 95% 否决，实际 94%" in html


@pytest.mark.clause("C5")
def test_the_derivation_shows_its_arithmetic(client):
    html = read(client, f"{BOARD}payable/?as_of={CUT}")

    assert "÷ 90 × ¥1,342,000.00" in html
    assert "签订合同后支付" in html


def test_settling_freezes_the_score_and_a_correction_shows_what_changed(client):
    with year(BAD_YEAR):
        answer = client.post(f"{BOARD}settle/")
    snapshot = assessment.settlements(CODE)[0]
    late = Happening("breach", day=80, recorded_day=10)
    with year(Year(BAD_YEAR.availability, 3, [*BAD_YEAR.happenings, late])):
        client.post(f"{BOARD}settlements/{snapshot.id}/correct/", {"reason": "补录"})

    correction, settled = assessment.settlements(CODE)
    html = read(client, f"{BOARD}settlements/{correction.id}/")

    assert answer.status_code == 302
    assert settled.points == snapshot.points == correction.points + 2
    assert "8 → 6" in html
    assert "补录" in html
    assert "与内容一致" in read(client, f"{BOARD}settlements/{settled.id}/")


def test_settling_twice_is_refused_in_words(client):
    with year(BAD_YEAR):
        client.post(f"{BOARD}settle/")
        again = client.post(f"{BOARD}settle/")

    assert again.status_code == 409
    assert "已结算" in again.content.decode()


def test_the_portfolio_lists_progress_score_and_money(client):
    html = read(client, "/contracts/")

    assert "淮安市办公平台运维项目" in html
    assert "应付金额" in html
    assert "已失 · 待定" in html
    assert "还有" in html or "已到期" in html


def test_the_pack_page_quotes_clauses_and_contradictions(client):
    html = read(client, f"{BOARD}pack/")

    assert "平台故障在 1 小时内响应" in html
    assert "考核按考核表计分" in html
    assert "待接入" in html


def test_only_people_of_the_client_see_the_contract():
    load_huaian()
    owner, stranger = body("甲方"), body("别的单位")
    packs.set_client_organization(CODE, owner.id, by=SYSTEM, now=AFTER)
    inside = signed_in(*ALL, organization_id=owner.id)
    outside = signed_in(*ALL, organization_id=stranger.id)

    assert read(inside, BOARD)
    assert outside.get(BOARD).status_code == 404
    assert "淮安市办公平台运维项目" not in read(outside, "/contracts/")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "payable/",
        "indicators/efficiency/",
        "pack/",
        "why/efficiency/",
        "indicators/documents/score/",
    ],
)
def test_without_the_permission_a_page_does_not_exist(path):
    load_huaian()

    assert signed_in("desk.ticket.view").get(f"{BOARD}{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/contracts/unknown/", f"{BOARD}indicators/unknown/", f"{BOARD}why/unknown/",
     f"{BOARD}?as_of=gestern", f"{BOARD}?as_of=2999-01-01T00:00:00Z", f"{BOARD}settlements/999/",
     f"{BOARD}pack/?version=9", f"{BOARD}pack/9/source/"],
)  # fmt: skip
def test_what_does_not_exist_answers_404(client, path):
    with year(BAD_YEAR):
        assert client.get(path).status_code == 404


def test_the_board_asks_the_database_a_bounded_number_of_times(
    client, django_assert_max_num_queries
):
    with year(BAD_YEAR), django_assert_max_num_queries(36):
        client.get(f"{BOARD}?as_of={CUT}")
