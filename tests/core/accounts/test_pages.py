"""People through their pages: lists, masking, posts, first passwords."""

import re

import pytest

from steward.core.accounts.models import Post, User
from steward.core.audit.models import AuditEntry
from tests.factories.accounts import UserFactory, post_of, user_in_role, user_with
from tests.factories.organizations import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(client):
    """A signed-in system administrator."""
    user = user_in_role("system_admin")
    client.force_login(user)
    return user


@pytest.mark.clause("B3.3")
def test_an_administrator_opens_an_account_and_gives_a_post(client, system):
    place = body("数据局")

    page = client.post("/users/new/", {"username": "wang", "name": "王芳"}).content.decode()
    user = User.objects.get(username="wang")
    password = re.search(r"密码 <code>([^<]+)</code>", page)[1]
    client.post(
        f"/users/{user.pk}/posts/new/", {"organization": place.code, "valid_from": "2026-01-01"}
    )

    assert user.check_password(password)
    assert Post.objects.get(user=user).organization_id == place.id


def test_mobile_and_mail_are_masked(client, system):
    user = UserFactory(mobile="13800001111", email="wang@example.cn")
    post_of(user)

    pages = client.get("/users/").content + client.get(f"/users/{user.pk}/").content

    assert b"138****1111" in pages
    assert b"13800001111" not in pages
    assert b"wang@example.cn" not in pages


def test_whoever_may_sees_them_in_clear_and_that_is_audited(client):
    client.force_login(user_with("accounts.user.view", "accounts.user.view_private"))
    user = UserFactory(name="王芳", mobile="13800001111")

    page = client.post(f"/users/{user.pk}/reveal/")

    assert "13800001111" in page.content.decode()
    assert AuditEntry.objects.get(code="accounts.revealed").subject_label == "王芳"


def test_a_masked_mobile_is_not_saved_over_the_real_one(client, system):
    user = UserFactory(mobile="13800001111")

    client.post(f"/users/{user.pk}/edit/", {"name": "王芳", "mobile": ""})

    assert User.objects.get(pk=user.pk).mobile == "13800001111"


def test_people_of_other_bodies_are_not_seen(client):
    place = body()
    client.force_login(user_with("accounts.user.view", organization_id=place.id))
    stranger = UserFactory(name="外人")
    post_of(stranger)

    assert "外人" not in client.get("/users/").content.decode()
    assert client.get(f"/users/{stranger.pk}/").status_code == 404


def test_a_narrow_administrator_does_not_reset_a_wide_account(client):
    place = body()
    client.force_login(user_in_role("system_admin", place.id, reach="subtree"))
    wide = UserFactory()
    post_of(wide, place.id)
    post_of(wide)

    assert client.get(f"/users/{wide.pk}/").status_code == 200
    assert client.post(f"/users/{wide.pk}/reset/").status_code == 404


def test_the_count_on_a_bodys_page_is_the_number_of_rows_behind_it(client, system):
    place = body()
    for _ in range(3):
        post_of(UserFactory(), place.id)

    panel = client.get(f"/organizations/{place.id}/").content.decode()
    rows = client.get(f"/users/?organization={place.id}").context["page"].paginator.count

    assert f"<b>{rows}</b>" in panel
    assert rows == 3


def test_disabling_needs_a_reason(client, system):
    user = UserFactory()

    client.post(f"/users/{user.pk}/switch/", {"reason": ""})
    before = User.objects.get(pk=user.pk).is_active
    client.post(f"/users/{user.pk}/switch/", {"reason": "离职"})

    assert before
    assert not User.objects.get(pk=user.pk).is_active


def test_ones_own_account_offers_no_administration(client, system):
    page = client.get(f"/users/{system.pk}/").content.decode()

    assert "重置密码</button>" not in page


def test_the_list_takes_few_queries(client, system, django_assert_max_num_queries):
    for _ in range(25):
        post_of(UserFactory())

    with django_assert_max_num_queries(18):
        client.get("/users/")


def test_the_back_office_list_leads_to_the_page(client, system):
    user = UserFactory()

    assert client.get("/admin/accounts/user/").status_code == 200
    answer = client.get(f"/admin/accounts/user/{user.pk}/change/")

    assert answer["Location"] == f"/users/{user.pk}/"
