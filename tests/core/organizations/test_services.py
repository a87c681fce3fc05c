import pytest

from steward.core.jobs.models import EventRecord
from steward.core.organizations import api as organizations
from steward.core.organizations.models import Organization, OrganizationHistory
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

CREDIT = "91350100M000100Y43"


def path_of(organization_id: int) -> str:
    return Organization.objects.get(pk=organization_id).path


def test_a_path_holds_the_ids_from_the_root():
    city = body("市政府")

    office = body("数据局", parent=city.id)

    assert office.path == f"/{city.id}/{office.id}/"


def test_moving_a_body_carries_the_paths_of_its_subtree():
    city, district = body("市"), body("区")
    bureau = body("局", parent=city.id)
    desk = body("科", parent=bureau.id)

    organizations.move_organization(bureau.id, to=district.id, by=SYSTEM, now=NOW)

    assert path_of(desk.id) == f"/{district.id}/{bureau.id}/{desk.id}/"
    assert organizations.subtree_ids(city.id) == {city.id}
    assert organizations.subtree_ids(district.id) == {district.id, bureau.id, desk.id}


def test_a_body_cannot_move_below_itself():
    city = body("市")
    bureau = body("局", parent=city.id)

    with pytest.raises(organizations.TreeError, match="自己的下级"):
        organizations.move_organization(city.id, to=bureau.id, by=SYSTEM, now=NOW)


def test_ids_that_begin_alike_are_not_one_subtree():
    first = body("甲")
    Organization.objects.create(pk=first.id * 10, code="X", name="乙", path=f"/{first.id * 10}/")

    assert organizations.subtree_ids(first.id) == {first.id}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"credit_code": "91350100M000100Y44"}, "校验位"),
        ({"region_code": "3708"}, "行政区划代码"),
        ({"name": " "}, "不能为空"),
    ],
)
def test_a_wrong_value_is_refused_in_words(values, words):
    new = organizations.NewOrganization(**{"code": "A1", "name": "某局", **values})

    with pytest.raises(organizations.OrganizationInvalidError, match=words):
        organizations.create(new, by=SYSTEM, now=NOW)


def test_a_right_credit_code_is_taken_once():
    body("甲", credit_code=CREDIT)

    with pytest.raises(organizations.OrganizationInvalidError, match="已用于“甲”"):
        body("乙", credit_code=CREDIT)


def test_a_rename_is_versioned_kept_in_history_and_told():
    bureau = body("旧名")

    renamed = organizations.rename_organization(bureau.id, to="新名", by=SYSTEM, now=NOW)

    assert (renamed.name, renamed.version) == ("新名", 2)
    assert list(
        OrganizationHistory.objects.filter(pgh_obj_id=bureau.id).values_list("name", flat=True)
    ) == ["旧名", "新名"]
    event = EventRecord.objects.get(name="organizations.renamed")
    assert event.payload["old_name"] == "旧名"


def test_changing_attributes_names_the_changed_ones():
    bureau = body("某局")

    organizations.change_organization(
        bureau.id, {"phone": "0517-1", "address": ""}, by=SYSTEM, now=NOW
    )

    event = EventRecord.objects.get(name="organizations.changed")
    assert event.payload["fields"] == ["phone"]


def test_a_body_with_children_in_use_is_not_cancelled():
    city = body("市")
    body("局", parent=city.id)

    with pytest.raises(organizations.OrganizationInUseError, match="1 个未撤销的下级"):
        organizations.cancel_organization(city.id, by=SYSTEM, now=NOW, reason="机构改革")


def test_merging_hands_the_children_over_and_ends_the_body():
    old, new = body("旧局"), body("新局")
    desk = body("科", parent=old.id)

    merged = organizations.merge_organization(old.id, into=new.id, by=SYSTEM, now=NOW)

    assert (merged.status, merged.merged_into_id) == (organizations.Status.MERGED, new.id)
    assert path_of(desk.id) == f"/{new.id}/{desk.id}/"


def test_what_has_ceased_cannot_be_changed_again():
    bureau = body("某局")
    organizations.cancel_organization(bureau.id, by=SYSTEM, now=NOW, reason="撤销")

    with pytest.raises(organizations.OrganizationClosedError, match="已撤销"):
        organizations.rename_organization(bureau.id, to="新名", by=SYSTEM, now=NOW)


def test_ancestors_go_from_the_root_to_the_parent():
    city = body("市")
    bureau = body("局", parent=city.id)
    desk = body("科", parent=bureau.id)

    assert [info.id for info in organizations.ancestors(desk.id)] == [city.id, bureau.id]
