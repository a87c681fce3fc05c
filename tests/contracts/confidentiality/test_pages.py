from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.models import AccessRequest, Agreement, Grant, HandbackItem
from steward.core.audit.models import AuditEntry
from tests.factories.accounts import allow, user_in_role, user_with
from tests.factories.confidentiality import WEEK, granted, sign
from tests.factories.organizations import body
from tests.factories.staffing import CONTRACT, person
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
BASE = f"/confidentiality/{CONTRACT}"
FORM = {
    "kind": "database", "target": "共享交换库", "purpose": "排查同步失败", "scope": "只读",
    "starts_at": "2026-03-02T09:00", "ends_at": "2026-03-06T18:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nine_o_clock(time_machine):
    """A Monday of the contract's term, nine in the morning."""
    time_machine.move_to(NOW, tick=False)


def sign_in(client, role):
    user = user_in_role(role)
    client.force_login(user)
    return user


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def engineer(client):
    """An engineer of the team, with an agreement, signed in."""
    user = sign_in(client, "engineer")
    member = person("周一", user_id=user.pk)
    sign(member.id)
    return member


def ask(client, member, **fields):
    return client.post(f"{BASE}/requests/new/", FORM | {"member": member.id} | fields)


@pytest.mark.clause("C11")
def test_access_is_asked_for_approved_used_and_shown(client, engineer):
    boss = allow(user_in_role("client_owner"), "approvals.approval.view")
    asked = ask(client, engineer)
    row = AccessRequest.objects.get()
    client.force_login(boss)
    client.post(f"/approvals/{row.approval_id}/decide/", {"decision": "approve"})
    drain_jobs()
    grant = Grant.objects.get()
    client.force_login(engineer_user(engineer))
    client.post(
        f"{BASE}/grants/{grant.pk}/use/",
        {"started_at": "2026-03-02T09:00", "ended_at": "2026-03-02T09:00",
         "action": "查询同步日志", "from_where": "运维终端 01"},
    )  # fmt: skip

    assert asked.status_code == 302
    assert "查询同步日志" in text(client.get(f"{BASE}/grants/{grant.pk}/"))
    assert "共享交换库" in text(client.get(f"{BASE}/"))


def engineer_user(member):
    return Agreement.objects.get(member_id=member.id).member.user


def test_the_same_request_sent_twice_is_filed_once(client, engineer):
    user_in_role("client_owner")
    ask(client, engineer)

    again = ask(client, engineer)

    assert "正待甲方批准" in text(again)
    assert AccessRequest.objects.count() == 1


def test_a_person_without_agreement_is_told_so(client):
    user = sign_in(client, "engineer")

    answer = ask(client, person("郑二", user_id=user.pk))

    assert "没有登记保密协议" in text(answer)


@pytest.mark.clause("C11")
def test_an_engineer_sees_only_their_own_access(client, engineer):
    other = person("郑二")
    sign(other.id)
    grant = granted(other.id, target="别人的库")

    assert "别人的库" not in text(client.get(f"{BASE}/?show=all"))
    assert client.get(f"{BASE}/grants/{grant.pk}/").status_code == 404
    assert client.post(f"{BASE}/grants/{grant.pk}/use/").status_code == 404
    assert client.get(f"{BASE}/requests/{grant.request_id}/").status_code == 404


@pytest.mark.clause("C11")
def test_reading_somebody_else_s_access_is_audited(client, engineer):
    grant = granted(engineer.id)
    client.get(f"{BASE}/grants/{grant.pk}/")
    own = AuditEntry.objects.filter(code="confidentiality.grant_read").count()
    sign_in(client, "client_owner")

    client.get(f"{BASE}/grants/{grant.pk}/")

    assert own == 0
    assert AuditEntry.objects.filter(code="confidentiality.grant_read").count() == 1


def test_an_engineer_asks_for_nobody_else(client, engineer):
    other = person("郑二")
    sign(other.id)

    assert "选择一个有效的选项" in text(ask(client, other))


def test_the_client_revokes_early_and_the_engineer_does_not(client, engineer):
    grant = granted(engineer.id)
    refused = client.post(f"{BASE}/grants/{grant.pk}/revoke/", {"reason": "不用了"})
    sign_in(client, "client_owner")
    empty = client.post(f"{BASE}/grants/{grant.pk}/revoke/", {"reason": ""})
    client.post(f"{BASE}/grants/{grant.pk}/revoke/", {"reason": "任务完成"})

    assert (refused.status_code, empty.status_code) == (404, 422)
    assert Grant.objects.get().close_reason == "任务完成"


def test_an_expired_grant_is_shown_as_over_before_the_job_has_come(client, engineer, time_machine):
    granted(engineer.id)
    time_machine.move_to(NOW + WEEK, tick=False)
    client.force_login(engineer_user(engineer))

    page = text(client.get(f"{BASE}/"))

    assert "有效 <b>0</b>" in page
    assert "已到期 <b>1</b>" in page


def test_what_leaves_without_its_checksum_is_refused_beside_the_field(client, engineer):
    grant = granted(engineer.id, kind="export")

    answer = client.post(
        f"{BASE}/grants/{grant.pk}/use/",
        {"started_at": "2026-03-02T09:00", "ended_at": "2026-03-02T09:00", "action": "导出",
         "from_where": "终端", "rows": "10", "sha256": "x", "recipient": "省平台"},
    )  # fmt: skip

    assert "bad-field" in text(answer)
    assert grant.uses.count() == 0


def test_the_watcher_confirms_from_the_home_page_on(client, engineer):
    owner = user_in_role("client_owner")
    grant = granted(engineer.id, kind="remote", watcher_id=owner.pk)
    use = confidentiality.record_use(
        confidentiality.UseDraft(
            grant_id=grant.pk, started_at=NOW, ended_at=NOW, action="厂家远程", from_where="厂家"
        ),
        by=SYSTEM,
        now=NOW,
    )
    client.force_login(owner)
    waiting = text(client.get("/"))
    client.post(f"{BASE}/grants/{grant.pk}/witness/", {"use": use.id})

    assert "待您确认监督" in waiting
    assert "已监督" in text(client.get(f"{BASE}/grants/{grant.pk}/"))


def test_an_extension_starts_from_the_grant(client, engineer):
    grant = granted(engineer.id, target="共享库甲")

    page = text(client.get(f"{BASE}/requests/new/?extends={grant.pk}"))

    assert f"延长 {grant.request.number}" in page
    assert 'value="共享库甲"' in page


@pytest.mark.clause("C11")
def test_the_lead_files_an_agreement_with_its_document(client):
    sign_in(client, "desk_lead")
    member = person()
    before = text(client.get(f"{BASE}/agreements/"))
    client.post(
        f"{BASE}/agreements/new/",
        {"member": member.id, "signed_date": "2026-03-01",
         "file": SimpleUploadedFile("协议.pdf", b"%PDF-1.4 x")},
    )  # fmt: skip
    row = Agreement.objects.get()
    page = text(client.get(f"{BASE}/agreements/"))
    document = b"".join(client.get(f"/files/{row.file_id}/").streaming_content)
    sign_in(client, "engineer")

    assert "1 人没有有效的保密协议" in before
    assert ("协议.pdf" in page, document) == (True, b"%PDF-1.4 x")
    assert client.get(f"/files/{row.file_id}/").status_code == 404


def test_an_agreement_is_ended_on_its_page(client):
    sign_in(client, "desk_lead")
    info = sign(person().id)

    client.post(f"{BASE}/agreements/{info.id}/end/", {"ended_date": "2026-03-02", "reason": "离职"})

    assert "终止：离职" in text(client.get(f"{BASE}/agreements/?show=over"))


@pytest.mark.clause("C11")
def test_everything_is_handed_back_against_the_list_and_signed_by_both(client):
    owner, lead = user_in_role("client_owner"), user_in_role("desk_lead")
    person()
    client.force_login(owner)
    form = {"kind": "data", "name": "共享库副本", "given_date": "2026-03-01"}
    client.post(f"{BASE}/handback/new/", form)
    item = HandbackItem.objects.get()
    early = client.post(f"{BASE}/handback/sign/client/")
    client.force_login(lead)
    client.post(
        f"{BASE}/handback/{item.pk}/settle/",
        {"to": "destroyed", "note": "低格", "proof": SimpleUploadedFile("销毁.pdf", b"%PDF-1.4 y")},
    )
    client.force_login(owner)
    client.post(f"{BASE}/handback/{item.pk}/confirm/", {"verdict": "accept"})
    client.post(f"{BASE}/handback/sign/client/")
    client.force_login(lead)
    client.post(f"{BASE}/handback/sign/supplier/")

    assert early.status_code == 409
    assert "已办结" in text(client.get(f"{BASE}/handback/"))


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("desk_lead", ["handback/1/confirm/", "handback/sign/client/"]),
        ("client_owner", ["handback/1/settle/", "handback/sign/supplier/", "agreements/new/",
                          "requests/new/"]),
        ("engineer", ["handback/new/", "handback/1/settle/", "agreements/", "uncovered/",
                      "outside/"]),
    ],
)  # fmt: skip
def test_each_side_keeps_to_its_own(*, client, role, paths):
    sign_in(client, role)

    assert {path: client.post(f"{BASE}/{path}").status_code for path in paths} == dict.fromkeys(
        paths, 404
    )


def test_the_figures_open_exactly_their_rows(client, engineer, time_machine):
    grant = granted(engineer.id)
    confidentiality.record_use(
        confidentiality.UseDraft(
            grant_id=grant.pk, started_at=NOW + WEEK, ended_at=NOW + WEEK, action="逾期查询",
            from_where="终端",
        ),
        by=SYSTEM,
        now=NOW + WEEK,
    )  # fmt: skip
    time_machine.move_to(NOW + WEEK + timedelta(days=1), tick=False)
    sign_in(client, "client_owner")

    assert "逾期查询" in text(client.get(f"{BASE}/outside/"))
    assert "其中 <b>0</b> 项" in text(client.get(f"{BASE}/uncovered/"))
    assert "共享交换库" in text(client.get(f"{BASE}/?show=outside"))


def test_every_tab_opens(client):
    sign_in(client, "desk_lead")

    for path in ("", "?show=soon", "requests/", "requests/?state=approved", "agreements/?show=soon",
                 "handback/?show=waiting", "handback/?show=done"):  # fmt: skip
        assert client.get(f"{BASE}/{path}").status_code == 200


def test_a_contract_of_another_body_is_unknown(client):
    client.force_login(user_with("confidentiality.grant.view", organization_id=body().id))

    assert client.get(f"{BASE}/").status_code == 404
    assert CONTRACT not in text(client.get("/confidentiality/"))
