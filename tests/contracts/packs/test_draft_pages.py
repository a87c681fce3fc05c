"""The pages of drafts: upload, mistakes beside the line, differences, two persons, one scope."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steward.contracts.packs import api as packs
from steward.contracts.packs.models import PackDraft
from tests.contracts.support import AFTER, CODE, amended, load_huaian
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

SEE = ("packs.draft.view", "packs.contract.view")
WRITE = (*SEE, "packs.draft.submit")
DECIDE = (*SEE, "packs.draft.confirm_client")
NEW = "/contracts/drafts/new/"
STRICTER = ("deduct: 2, grouping: event", "deduct: 3, grouping: event")
AMENDMENT = amended(STRICTER, effective="2026-03-01")
BROKEN = amended(STRICTER, ("maximum: 100", "maximum: 90"), effective="2026-03-01")


def signed_in(*codes: str, organization_id: int | None = None) -> Client:
    client = Client()
    client.force_login(user_with(*codes, organization_id=organization_id))
    return client


@pytest.fixture
def writer() -> Client:
    load_huaian()
    return signed_in(*WRITE)


def written(client: Client, text: str) -> str:
    """The address of a draft made from an uploaded file."""
    file = SimpleUploadedFile("补充协议.yaml", text.encode(), content_type="text/yaml")
    return client.post(NEW, {"file": file})["Location"]


def sent(client: Client, text: str = AMENDMENT) -> str:
    address = written(client, text)
    client.post(f"{address}submit/", {"reason": "补充协议（一）"})
    return address


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("C1")
def test_mistakes_stand_beside_their_line_and_cannot_be_sent(writer):
    address = written(writer, BROKEN)

    html = html_of(writer, address)

    line = next(n for n, row in enumerate(BROKEN.splitlines(), 1) if row.strip() == "groups:")
    assert f'href="#L{line + 1}"' in html
    assert "各组合计 100 分，须等于 90 分" in html
    assert "提交确认" not in html
    assert len(packs.versions_of(CODE)) == 1


def test_a_right_draft_shows_what_it_would_change(writer):
    html = html_of(writer, written(writer, AMENDMENT))

    assert "与第 1 版的差异" in html
    assert "平台运维情况 › 指标 › 问题处理效率 › 计分方式 › 每次扣分" in html
    assert "提交确认" in html


@pytest.mark.clause("C1")
def test_another_person_confirms_and_the_terms_are_installed(writer):
    address = sent(writer)
    other = signed_in(*DECIDE)
    assert "确认并生效" in html_of(other, address)

    answer = other.post(f"{address}confirm/", {"note": "与纸质一致"})

    assert answer["Location"] == address
    assert packs.versions_of(CODE)[0].number == 2
    assert "查看第 2 版" in html_of(writer, address)


def test_the_author_sees_no_button_to_confirm_and_is_refused(writer):
    load_huaian()
    both = signed_in(*WRITE, "packs.draft.confirm_client")
    address = sent(both)

    answer = both.post(f"{address}confirm/", {"note": "同意"})

    assert "确认并生效" not in html_of(both, address)
    assert answer.status_code == 409
    assert "请由另一人确认" in answer.content.decode()
    assert len(packs.versions_of(CODE)) == 1


def test_a_refusal_needs_words_and_goes_back_to_the_author(writer):
    address, other = sent(writer), signed_in(*DECIDE)

    without = other.post(f"{address}refuse/", {"note": ""})
    other.post(f"{address}refuse/", {"note": "缺附件"})

    assert "请写明确认或退回的意见" in without.content.decode()
    assert "缺附件" in html_of(writer, address)


def test_the_text_is_mended_on_the_page(writer):
    address = written(writer, BROKEN)

    answer = writer.post(f"{address}text/", {"text": AMENDMENT})

    assert answer["Location"] == address
    assert "处错误" not in html_of(writer, address)


def test_a_submitted_draft_is_not_changed_behind_the_confirmer(writer):
    address = sent(writer)

    answer = writer.post(f"{address}text/", {"text": BROKEN})

    assert answer.status_code == 409
    assert PackDraft.objects.get().source == AMENDMENT
    writer.post(f"{address}withdraw/")
    assert PackDraft.objects.get().state == "draft"


def test_an_amendment_begins_with_the_terms_in_force(writer):
    html = html_of(writer, f"{NEW}?contract={CODE}")

    assert "amends: 1" in html
    assert "淮安市办公平台运维项目" in html


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "请选择文件"),
        ({"text": "   "}, "请选择文件"),
        ({"file": SimpleUploadedFile("x.yaml", "编码".encode("gbk"))}, "不是 UTF-8"),
        ({"file": SimpleUploadedFile("x.yaml", b"a" * 2_000_001)}, "超过 2 MB"),
    ],
)
def test_what_is_no_text_is_refused_in_words(writer, given, says):
    answer = writer.post(NEW, given)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not PackDraft.objects.exists()


def test_a_text_that_is_no_yaml_is_kept_and_told(writer):
    html = html_of(writer, written(writer, "code: [huaian\ntitle: x"))

    assert "不是合法的 YAML" in html


def test_a_draft_of_a_new_contract_says_what_it_holds(writer):
    text = AMENDMENT.replace("code: huaian-2025", "code: another-2026")
    address = written(writer, text.replace("  amends: 1\n", ""))

    assert "确认后成为第 1 版" in html_of(writer, address)


def test_people_of_another_body_see_neither_draft_nor_terms(writer):
    owner, stranger = body("甲方"), body("别的单位")
    packs.set_client_organization(CODE, owner.id, by=SYSTEM, now=AFTER)
    address = written(writer, AMENDMENT)
    inside = signed_in(*SEE, organization_id=owner.id)
    outside = signed_in(*WRITE, organization_id=stranger.id)

    assert "与第 1 版的差异" in html_of(inside, address)
    assert outside.get(address).status_code == 404
    assert outside.get(f"{NEW}?contract={CODE}").status_code == 404
    told = html_of(outside, written(outside, AMENDMENT))
    assert "已被别的合同使用" in told
    assert "的差异" not in told


def test_a_stranger_cannot_send_terms_of_a_contract_that_is_not_his(writer):
    packs.set_client_organization(CODE, body("甲方").id, by=SYSTEM, now=AFTER)
    outside = signed_in(*WRITE, organization_id=body("别的单位").id)
    address = written(outside, AMENDMENT)

    answer = outside.post(f"{address}submit/", {"reason": "x"})

    assert answer.status_code == 409
    assert PackDraft.objects.get().state == "draft"


def test_what_waits_is_on_the_page_of_today(writer):
    sent(writer)

    assert "合同条款待确认" in html_of(signed_in(*DECIDE), "/")
    assert "合同条款待确认" not in html_of(writer, "/")


def test_the_list_shows_drafts_by_state(writer):
    sent(writer)

    assert "补充协议（一）" in html_of(writer, "/contracts/drafts/list/?state=submitted")
    assert "还没有草案" in html_of(writer, "/contracts/drafts/list/?state=refused")


@pytest.mark.parametrize("action", ["confirm", "refuse", "nonsense"])
def test_an_action_without_its_permission_does_not_exist(writer, action):
    address = sent(writer)

    assert writer.post(f"{address}{action}/", {"note": "x"}).status_code == 404


def test_the_text_can_be_taken_as_a_file(writer):
    address = written(writer, AMENDMENT)

    assert writer.get(f"{address}source/").content.decode() == AMENDMENT
