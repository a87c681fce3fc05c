from datetime import date, timedelta

import pytest

from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.kernel.instants import at_local
from tests.contracts.support import amended, load_huaian
from tests.factories.staffing import CONTRACT
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.clause("C8")
@pytest.mark.parametrize(
    ("code", "required", "key"),
    [("kecheng-2024", 1, []), ("huaian-2025", 3, []), ("keqiao-2024", 1, []),
     ("beijing-2022", 7, ["项目经理", "技术经理"])],
)  # fmt: skip
def test_each_contract_wants_its_own_number_and_names_its_key_positions(code, required, key):
    version = (
        packs.load_library_pack(code, by=SYSTEM, now=NOW) if code != CONTRACT else load_huaian()
    )

    terms = packs.pack_of(code, version.number).staffing

    assert terms.on_site == required
    assert [position.title for position in terms.positions if position.key] == key


@pytest.mark.clause("C8")
def test_a_key_position_of_the_contract_is_filled_again_only_by_a_change():
    packs.load_library_pack("beijing-2022", by=SYSTEM, now=NOW)
    since = date(2022, 5, 1)
    first = staffing.NewMember(
        contract="beijing-2022", name="甲", position="project-manager", joined_date=since
    )
    member = staffing.add_member(first, by=SYSTEM, now=at_local(since))

    with pytest.raises(staffing.StaffingStateError, match="关键岗位"):
        staffing.add_member(
            staffing.NewMember(
                contract="beijing-2022", name="乙", position="project-manager",
                joined_date=since + timedelta(days=9),
            ),
            by=SYSTEM,
            now=at_local(since),
        )  # fmt: skip
    assert (member.is_key, member.position_title) == (True, "项目经理")


def test_leaving_by_resignation_is_no_turnover_where_the_contract_excuses_it():
    packs.load_library_pack("beijing-2022", by=SYSTEM, now=NOW)
    since = date(2022, 5, 1)
    new = staffing.NewMember(
        contract="beijing-2022", name="甲", position_title="工程师", joined_date=since
    )
    member = staffing.add_member(new, by=SYSTEM, now=at_local(since))
    later = at_local(date(2022, 9, 1))
    staffing.end_membership(
        member.id, left_date=date(2022, 9, 1), reason_kind="resignation", by=SYSTEM, now=later
    )

    found = staffing.turnover("beijing-2022", at=later)

    assert (found.left, found.excused, found.limit) == (0, 1, None)


def test_an_amendment_changes_the_number_from_its_date_on():
    text = amended(("on_site: 3", "on_site: 4"), effective="2026-03-03")
    packs.load_pack(text, file="amended.yaml", by=SYSTEM, now=NOW)

    found = staffing.standings(CONTRACT, date(2026, 3, 2), date(2026, 3, 4), known_at=NOW)

    assert [day.required for day in found] == [3, 4]
