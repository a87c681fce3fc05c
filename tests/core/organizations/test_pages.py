"""The tree and its bodies through their pages."""

import pytest

from steward.core.organizations import api as organizations
from steward.core.organizations.models import Organization
from tests.factories.accounts import UserFactory, post_of, user_in_role, user_with
from tests.factories.organizations import body

pytestmark = pytest.mark.django_db

VIEW = "organizations.organization.view"


@pytest.fixture
def system(client):
    """A signed-in system administrator."""
    user = user_in_role("system_admin")
    client.force_login(user)
    return user


def test_the_tree_begins_at_the_roots_and_opens_by_branch(client, system):
    city = body("市政府")
    body("数据局", parent=city.id)

    page = client.get("/organizations/").content.decode()
    branch = client.get(f"/organizations/{city.id}/branch/").content.decode()

    assert "市政府" in page
    assert "数据局" not in page
    assert "数据局" in branch


def test_the_tree_begins_at_the_top_of_ones_scope(client):
    city = body("市政府")
    bureau = body("数据局", parent=city.id)
    client.force_login(user_with(VIEW, organization_id=bureau.id))

    page = client.get("/organizations/").content.decode()

    assert "数据局" in page
    assert "市政府" not in page
    assert client.get(f"/organizations/{city.id}/").status_code == 404
    assert client.get(f"/organizations/?within={city.id}").status_code == 404


@pytest.mark.parametrize("query", ["?parent={id}", "?within={id}", "?within={id}&kind=office"])
def test_every_count_of_a_body_is_the_number_of_rows_behind_it(client, system, query):
    city = body("市政府")
    bureau = body("数据局", parent=city.id)
    body("科", parent=bureau.id, kind="office")
    body("公安局", parent=city.id)

    page = client.get(f"/organizations/{city.id}/")
    address = query.format(id=city.id)
    rows = client.get(f"/organizations/{address}").context["page"].paginator.count

    link = f'?{address[1:].replace("&", "&amp;")}">{rows}</a>'
    assert link in page.content.decode()


def test_a_search_finds_by_short_name_and_code(client, system):
    found = body("淮安市数据局", short_name="大数据中心")

    for text in ("大数据", found.code):
        assert "淮安市数据局" in client.get("/organizations/", {"q": text}).content.decode()


def test_a_body_is_made_and_changed_on_the_pages(client, system):
    attributes = {"kind": "department", "level": "city", "sort_order": 5}

    client.post("/organizations/new/", {"code": "A1", "name": "数据局", **attributes})
    row = Organization.objects.get(code="A1")
    client.post(f"/organizations/{row.pk}/edit/", {**attributes, "phone": "0517-1"})

    row.refresh_from_db()
    assert (row.phone, row.version) == ("0517-1", 2)


def test_a_wrong_credit_code_is_told_at_its_field(client, system):
    values = {"code": "A1", "name": "某局", "kind": "department", "level": "city",
              "sort_order": 1, "credit_code": "91350100M000100Y44"}  # fmt: skip

    page = client.post("/organizations/new/", values)

    assert "校验位" in page.context["form"].errors["credit_code"][0]


def test_a_body_in_use_is_not_cancelled_and_the_page_links_to_what_uses_it(client, system):
    bureau = body("数据局")
    post_of(UserFactory(), bureau.id)

    page = client.post(f"/organizations/{bureau.id}/cancel/", {"reason": "撤并"}).content.decode()

    assert "有 1 个有效岗位，处理完后才能撤销" in page
    assert f"/users/?organization={bureau.id}" in page
    assert organizations.get(bureau.id).is_normal


def test_rename_move_merge_and_cancel_on_the_pages(client, system):
    city, bureau, other = body("市"), body("旧局"), body("新局")
    desk = body("科", parent=bureau.id)
    why = {"reason": "机构改革"}

    client.post(f"/organizations/{bureau.id}/rename/", {"to": "数据局", **why})
    client.post(f"/organizations/{bureau.id}/move/", {"to": city.code, **why})
    client.post(f"/organizations/{bureau.id}/merge/", {"into": other.code, **why})
    client.post(f"/organizations/{desk.id}/cancel/", why)

    assert organizations.get(bureau.id).status_label == "已合并"
    assert organizations.get(desk.id).status_label == "已撤销"
    page = client.get(f"/organizations/{bureau.id}/").content.decode()
    assert "将机构“旧局”改名为“数据局”" in page
    assert "将机构“数据局”并入“新局”" in page


def test_a_narrow_administrator_does_not_build_outside(client):
    place = body()
    outside = body()
    client.force_login(user_in_role("system_admin", place.id, reach="subtree"))
    values = {"code": "A1", "name": "某局", "kind": "department", "level": "city",
              "sort_order": 1, "parent_id": outside.code}  # fmt: skip

    page = client.post("/organizations/new/", values).content.decode()

    assert "不在你的管理范围内" in page
    assert organizations.find("A1") is None


def test_the_list_takes_few_queries(client, system, django_assert_max_num_queries):
    city = body()
    for _ in range(25):
        body(parent=city.id)
    client.get("/organizations/")

    with django_assert_max_num_queries(18):
        client.get(f"/organizations/?within={city.id}")
