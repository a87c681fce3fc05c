from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Attendance, Dispute, Member, RosterEntry, TeamChange
from steward.kernel.instants import local_date
from steward.kernel.instants import now as wall_clock
from tests.factories.accounts import allow, user_in_role, user_with
from tests.factories.organizations import body
from tests.factories.staffing import CONTRACT, TODAY, AttendanceFactory, person
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
BASE = f"/staffing/{CONTRACT}"
DAY = f"{BASE}/days/{TODAY}"


@pytest.fixture(autouse=True)
def _nine_o_clock(time_machine):
    """A Monday of the contract's term, nine in the morning."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lead(client):
    client.force_login(user_in_role("desk_lead"))
    return client


def sign_in(client, role):
    user = user_in_role(role)
    client.force_login(user)
    return user


def text(answer) -> str:
    return answer.content.decode()


def test_the_overview_shows_who_is_wanted_and_who_is_there(lead):
    person()

    page = text(lead.get("/staffing/"))

    assert "淮安市办公平台运维项目" in page
    assert f'href="{BASE}/"' in page


def test_every_count_of_the_team_opens_exactly_its_rows(lead):
    person("周一", is_key=True)
    person("郑二", is_on_site=False)

    whole, site, key = (text(lead.get(f"{BASE}/?show={s}")) for s in ("", "site", "key"))

    assert "在册 <b>2</b>" in whole
    assert ("周一" in site, "郑二" in site) == (True, False)
    assert ("周一" in key, "郑二" in key) == (True, False)


def test_a_person_is_entered_on_the_page_once(lead):
    form = {"name": "周一", "position_title": "运维工程师", "is_on_site": "on",
            "joined_date": "2026-03-02", "weekdays": ["1", "2", "3"], "mobile": "13912345678"}  # fmt: skip

    lead.post(f"{BASE}/members/new/", form)
    again = lead.post(f"{BASE}/members/new/", form)

    assert "已在团队中" in text(again)
    assert Member.objects.get().weekdays == "123"


def test_a_wrong_sign_in_name_is_said_beside_the_field(lead):
    form = {"name": "周一", "position_title": "工程师", "joined_date": "2026-03-02",
            "weekdays": ["1"], "username": "nobody"}  # fmt: skip

    assert "没有登录名为“nobody”的账号" in text(lead.post(f"{BASE}/members/new/", form))


def test_personal_data_is_masked_until_it_is_consulted_with_a_reason(lead):
    member = person(mobile="13912345678")
    path = f"{BASE}/members/{member.id}/"

    masked = text(lead.get(path))
    refused = lead.post(f"{path}reveal/", {"reason": ""})
    clear = lead.post(f"{path}reveal/", {"reason": "进场登记"})

    assert ("13912345678" in masked, "139****5678" in masked) == (False, True)
    assert refused.status_code == 422
    assert "13912345678" in text(clear)
    assert "no-store" in clear.headers["Cache-Control"]


def test_an_engineer_does_not_consult_the_files_of_others(client):
    member = person(mobile="13912345678")
    sign_in(client, "engineer")

    answer = client.post(f"{BASE}/members/{member.id}/reveal/", {"reason": "好奇"})

    assert answer.status_code == 404
    assert "调阅" not in text(client.get(f"{BASE}/members/{member.id}/"))


def test_a_qualification_file_is_kept_with_the_person(lead):
    member = person()
    file = SimpleUploadedFile("证书.pdf", b"%PDF-1.4 test")

    answer = lead.post(f"{BASE}/members/{member.id}/files/", {"file": file}, follow=True)

    assert "证书.pdf" in text(answer)


def test_a_correction_and_a_leaving_are_made_on_the_page(lead):
    member = person()
    path = f"{BASE}/members/{member.id}/"

    lead.post(f"{path}correct/", {"qualification": "高级工程师", "weekdays": ["1"]})
    lead.post(f"{path}leave/", {"left_date": "2026-03-02", "reason_kind": "resignation"})
    page = text(lead.get(path))

    assert "高级工程师" in page
    assert "2026-03-02 离场" in page


def test_what_is_wrong_in_a_correction_is_said(lead):
    member = person()

    answer = lead.post(f"{BASE}/members/{member.id}/correct/", {"username": "nobody"})

    assert answer.status_code == 422
    assert "没有登录名为“nobody”的账号" in text(answer)


@pytest.mark.clause("C8")
def test_the_roster_is_laid_and_shown_as_a_grid(lead):
    person()

    lead.post(f"{BASE}/roster/generate/", {"month": "2026-03"})
    page = text(lead.get(f"{BASE}/roster/?month=2026-03"))

    assert RosterEntry.objects.count() == 22
    assert "计划到岗" in page


def test_a_month_outside_the_term_says_so(lead):
    assert "不在合同期内" in text(lead.get(f"{BASE}/roster/?month=2020-01"))
    assert lead.get(f"{BASE}/roster/?month=x").status_code == 404


def test_a_leave_with_a_substitute_is_entered_on_the_day(lead):
    member, other = person("周一"), person("郑二")

    lead.post(f"{DAY}/absent/", {"member": member.id, "reason": "病假", "substitute": other.id})
    page = text(lead.get(f"{DAY}/"))

    assert ("请假" in page, "代周一" in page) == (True, True)


@pytest.mark.clause("C8")
def test_a_person_signs_in_from_the_home_page(client):
    user = sign_in(client, "engineer")
    person("周一", user_id=user.pk)
    offered = text(client.get("/"))

    client.post(f"{BASE}/check-in/")
    client.post(f"{BASE}/check-in/")
    after = text(client.get("/"))

    assert ("到岗签到" in offered, "今日已签到" in after) == (True, True)
    assert Attendance.objects.count() == 1


def test_the_client_disputes_the_supplier_answers_and_the_client_decides(client):
    member = person()
    present = AttendanceFactory(member_id=member.id)
    sign_in(client, "client_owner")
    client.post(f"{DAY}/dispute/", {"attendance": present.pk, "reason": "未见到"})
    dispute = Dispute.objects.get()
    sign_in(client, "desk_lead")
    told = text(client.get("/"))
    client.post(f"{DAY}/answer/", {"dispute": dispute.pk, "answer": "在机房"})
    sign_in(client, "client_owner")
    client.post(f"{DAY}/withdraw/", {"dispute": dispute.pk})

    assert "到岗争议" in told
    assert Dispute.objects.get().outcome == "withdrawn"


@pytest.mark.parametrize("action", ["dispute", "uphold", "withdraw", "confirm"])
def test_the_supplier_has_no_say_in_the_client_s_review(*, lead, action):
    person()

    assert lead.post(f"{DAY}/{action}/").status_code == 404


@pytest.mark.parametrize("action", ["plan", "free", "absent", "late", "answer"])
def test_the_client_does_not_plan_for_the_supplier(*, client, action):
    sign_in(client, "client_owner")

    assert client.post(f"{DAY}/{action}/").status_code == 404


def test_a_row_of_another_contract_is_not_reached(lead):
    member = person()
    Member.objects.filter(pk=member.id).update(contract="other")

    assert lead.post(f"{DAY}/plan/", {"member": member.id}).status_code == 404
    assert lead.get(f"{BASE}/members/{member.id}/").status_code == 404


def test_the_client_confirms_a_month(client, time_machine):
    person()
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    sign_in(client, "client_owner")

    answer = client.post(f"{BASE}/roster/confirm/", {"month": "2026-03"}, follow=True)

    assert "已确认 2 天" in text(answer)


@pytest.mark.clause("C8")
def test_the_figure_of_short_days_opens_exactly_those_days(client, time_machine):
    person()
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    sign_in(client, "desk_lead")

    page = text(client.get(f"{BASE}/days/?start=2026-02-28T16:00:00Z&end=2026-03-07T16:00:00Z"))

    assert "人数不足 <b>2</b>" in page
    assert page.count('<td class="n"><span class="bad">3</span></td>') == 2


@pytest.mark.clause("C8")
def test_a_key_person_is_changed_through_the_pages(client):
    manager = person("项目经理甲", is_key=True, position_title="项目经理")
    boss = allow(user_in_role("client_owner"), "approvals.approval.view")
    sign_in(client, "desk_lead")
    client.post(
        f"{BASE}/changes/new/",
        {"leaving": manager.id, "reason_kind": "reassigned", "effective_date": "2026-03-02",
         "reason": "内部调整", "handover_plan": "一周交接", "in-name": "吴新",
         "in-position_title": "项目经理", "in-qualification": "高级工程师", "in-is_key": "on"},
    )  # fmt: skip
    change = TeamChange.objects.get()
    client.force_login(boss)
    client.post(
        f"/approvals/{change.approval_id}/decide/", {"decision": "approve", "comment": "同意"}
    )
    drain_jobs()
    page = text(client.get(f"{BASE}/changes/{change.pk}/"))

    assert change.state == "submitted"
    assert "已生效" in page
    assert "吴新" in text(client.get(f"{BASE}/"))


def test_a_change_without_its_hand_over_is_refused_beside_the_form(lead):
    manager = person("项目经理甲", is_key=True, position_title="项目经理")

    answer = lead.post(
        f"{BASE}/changes/new/",
        {"leaving": manager.id, "reason_kind": "reassigned", "effective_date": "2026-03-02",
         "reason": "内部调整"},
    )  # fmt: skip

    assert "请填写交接安排" in text(answer)


@pytest.mark.clause("C8")
def test_the_sheets_are_downloaded(lead):
    member = person()
    lead.post(
        f"{BASE}/changes/new/",
        {"leaving": member.id, "reason_kind": "resignation", "effective_date": "2026-03-02",
         "reason": "离职"},
    )  # fmt: skip
    change = TeamChange.objects.get()

    team = load_workbook(BytesIO(lead.get(f"{BASE}/team.xlsx").content)).active
    statement = load_workbook(
        BytesIO(lead.get(f"{BASE}/changes/{change.pk}/statement.xlsx").content)
    ).active

    assert "一览表" in str(team["A1"].value)
    assert "周一" in str(statement["B3"].value)


def test_the_lists_of_changes_and_of_unapproved_ones_open(lead):
    member = person(is_key=True)
    staffing.end_membership(
        member.id, left_date=TODAY, reason_kind="resignation", by=SYSTEM, now=NOW
    )

    assert "没有经甲方同意" in text(lead.get(f"{BASE}/left/"))
    for state in ("", "submitted", "accepted", "applied", "refused", "failed"):
        assert lead.get(f"{BASE}/changes/?state={state}").status_code == 200


def test_a_contract_of_another_body_is_unknown(client):
    packs.set_client_organization(CONTRACT, body().id, by=SYSTEM, now=NOW)
    client.force_login(user_with("staffing.team.view", organization_id=body().id))

    assert client.get(f"{BASE}/").status_code == 404
    assert CONTRACT not in text(client.get("/staffing/"))


def test_the_grid_asks_no_more_for_more_people(lead, django_assert_max_num_queries):
    for number in range(12):
        AttendanceFactory(member_id=person(f"人{number}").id)
    lead.get(f"{BASE}/roster/")

    with django_assert_max_num_queries(60):
        lead.get(f"{BASE}/roster/")


def test_today_is_the_local_day():
    assert local_date(wall_clock()) == TODAY
