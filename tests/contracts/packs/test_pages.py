"""The page of a contract's terms, for each of the four."""

import re

import pytest
from django.test import Client

from steward.contracts.packs import api as packs
from tests.contracts.support import AFTER
from tests.factories.accounts import user_with
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(user_with("packs.contract.view", "packs.draft.submit"))
    return client


def page_of(client: Client, code: str) -> str:
    packs.load_library_pack(code, by=SYSTEM, now=AFTER)
    answer = client.get(f"/contracts/{code}/pack/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("code", ["beijing-2022", "huaian-2025", "kecheng-2024", "keqiao-2024"])
def test_the_sections_stand_in_the_order_in_which_one_reads_a_contract(client, code):
    html = page_of(client, code)

    ids = re.findall(r'class="sw-panel" id="([a-z_]+)"', html)
    order = ["overview", "versions", "sla", "obligations", "assessment", "payment", "penalties",
             "contradictions"]  # fmt: skip
    assert [name for name in ids if name in order] == [name for name in order if name in ids]
    assert {"overview", "versions", "sla", "obligations", "payment", "penalties"} <= set(ids)
    assert "起草补充协议" in html


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("beijing-2022", "6.67% · 固定日期，2022-11-30 前"),
        ("beijing-2022", "甲方付：每 15 天按合同金额的 1%，累计不超过 3%"),
        ("beijing-2022", "甲方可终止，满 30 天"),
        ("keqiao-2024", "没有考核表"),
        ("keqiao-2024", "甲方可终止，满 10 个工作日"),
        ("kecheng-2024", "任何一方可终止，提前 30 天书面通知"),
        ("huaian-2025", "每合同年 4 次"),
        ("huaian-2025", "节前（五一、国庆、春节）"),
    ],
)
def test_terms_are_told_as_people_say_them(client, code, says):
    assert says in page_of(client, code)
