from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Member
from steward.core.audit.models import AuditEntry
from steward.core.evidence.models import EvidenceRecord
from steward.core.findings.models import Finding
from steward.core.jobs.models import EventRecord
from steward.kernel.errors import StewardError
from steward.kernel.identifiers import make_citizen_id
from tests.factories.accounts import UserFactory
from tests.factories.staffing import CONTRACT, SINCE, TODAY, person
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
IDENTITY = make_citizen_id("320812", date(1990, 5, 1), 17)


def leave(member_id: int, left: date, *, reason: str = "resignation", now=NOW):
    return staffing.end_membership(
        member_id, left_date=left, reason_kind=reason, by=SYSTEM, now=now
    )


def test_the_team_holds_whoever_is_there_on_the_day():
    first, second = person("周一"), person("郑二", joined_date=date(2026, 3, 3))

    assert [m.id for m in staffing.team_of(CONTRACT, NOW)] == [first.id]
    assert {m.id for m in staffing.team_of(CONTRACT, NOW + timedelta(days=1))} == {
        first.id,
        second.id,
    }


def test_whoever_leaves_is_gone_on_the_day_of_leaving_and_not_before():
    member = person()

    leave(member.id, TODAY)

    assert staffing.team_of(CONTRACT, NOW) == []
    assert len(staffing.team_of(CONTRACT, NOW - timedelta(days=1))) == 1


def test_leaving_is_told_to_other_apps_and_kept_as_evidence():
    member = person()

    leave(member.id, TODAY)

    assert EventRecord.objects.get(name="staffing.member_left").payload["member_id"] == member.id
    assert EvidenceRecord.objects.get(kind="staffing.left").payload["reason"] == "resignation"


def test_nobody_leaves_twice():
    member = person()
    leave(member.id, TODAY)

    with pytest.raises(staffing.StaffingStateError, match="已于 2026-03-02 离场"):
        leave(member.id, TODAY)


def test_a_leaving_far_ahead_is_a_change_and_not_a_fact():
    member = person()

    with pytest.raises(staffing.InvalidStaffingError, match="人员变更"):
        leave(member.id, TODAY + timedelta(days=2))


def test_a_person_entered_twice_is_refused():
    person("周一")

    with pytest.raises(staffing.StaffingStateError, match="已在团队中"):
        person("周一")


def test_one_account_is_one_person_of_the_team():
    user = UserFactory()
    person("周一", user_id=user.pk)

    with pytest.raises(staffing.StaffingStateError, match="账号"):
        person("郑二", user_id=user.pk)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("name", " ", "姓名"), ("position_title", " ", "岗位"), ("weekdays", "18", "每周到岗"),
     ("joined_date", date(2026, 8, 29), "合同结束日"), ("position", "boss", "没有编号为“boss”的岗位")],
)  # fmt: skip
def test_what_is_wrong_about_a_person_is_said(field, value, words):
    with pytest.raises(staffing.InvalidStaffingError, match=words):
        person(**{field: value})


def test_a_wrong_identity_number_is_refused():
    with pytest.raises(StewardError):
        person(identity="320812199005010001")


def test_personal_data_is_encrypted_and_shown_masked():
    member = person(mobile="13912345678", identity=IDENTITY)

    row = Member.objects.get(pk=member.id)

    assert "13912345678" not in row.mobile_secret
    assert IDENTITY not in row.identity_secret
    assert staffing.masked(member.id) == staffing.Masked(
        "139****5678", f"{IDENTITY[:3]}{'*' * 13}{IDENTITY[-2:]}"
    )


def test_consulting_personal_data_needs_a_reason_and_is_audited():
    member = person(mobile="13912345678")

    with pytest.raises(staffing.InvalidStaffingError, match="调阅原因"):
        staffing.reveal(member.id, reason=" ", by=SYSTEM, now=NOW)
    seen = staffing.reveal(member.id, reason="进场登记", by=SYSTEM, now=NOW)

    assert seen.mobile == "13912345678"
    assert AuditEntry.objects.get(code="staffing.member_revealed").reason == "进场登记"


def test_corrections_are_audited_without_the_content_of_personal_data():
    member = person()

    staffing.correct_member(
        member.id,
        staffing.MemberPatch(qualification="高级工程师", mobile="13912345678"),
        by=SYSTEM,
        now=NOW,
    )

    entry = AuditEntry.objects.get(code="staffing.member_corrected")
    assert "资质、手机号" in entry.sentence
    assert "13912345678" not in str(entry.after)


def test_an_account_can_be_added_later_but_not_swapped():
    member = person()
    staffing.correct_member(
        member.id, staffing.MemberPatch(user_id=UserFactory().pk), by=SYSTEM, now=NOW
    )

    with pytest.raises(staffing.StaffingStateError, match="已关联账号"):
        staffing.correct_member(
            member.id, staffing.MemberPatch(user_id=UserFactory().pk), by=SYSTEM, now=NOW
        )


def test_the_list_of_the_team_is_an_excel_file_without_personal_data():
    person("=周一", mobile="13912345678", is_key=True)

    content = staffing.team_sheet("运维项目", staffing.team_of(CONTRACT, NOW), at=NOW)

    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[3][:3] == (1, "'=周一", "运维工程师")
    assert "13912345678" not in str(rows)


def test_turnover_counts_by_the_team_of_the_first_day():
    people = [person(f"人{n}", joined_date=date(2025, 8, 29)) for n in range(4)]
    leave(people[0].id, TODAY, reason="reassigned")

    found = staffing.turnover(CONTRACT, at=NOW)

    assert (found.left, found.headcount, str(found.share)) == (1, 4, "0.25")
    assert not found.is_over


def test_leaving_at_the_client_s_wish_is_no_turnover():
    member = person(joined_date=SINCE)
    leave(member.id, TODAY, reason="client")

    found = staffing.turnover(CONTRACT, at=NOW)

    assert (found.left, found.excused) == (0, 1)


def test_a_key_person_gone_without_approval_is_found_once():
    member = person(is_key=True)
    leave(member.id, TODAY)

    staffing.check_contract(CONTRACT, now=NOW)
    staffing.check_contract(CONTRACT, now=NOW + timedelta(hours=1))

    found = Finding.objects.get(source="staffing.changes")
    assert (found.occurrences, "没有经甲方同意" in found.title) == (1, True)
