from datetime import date, timedelta

import pytest

from steward.core.accounts import api as accounts
from steward.core.accounts.models import FormerPassword, Post, User
from steward.core.audit.models import AuditEntry
from steward.kernel.actors import Actor
from tests.factories.accounts import PASSWORD, UserFactory, post_of, user_with
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def created(**fields: str) -> accounts.FreshPassword:
    new = accounts.NewUser(**{"username": "wang", "name": "王芳", **fields})
    return accounts.create_user(new, by=SYSTEM, now=NOW)


def test_a_new_account_has_a_random_password_to_be_changed():
    fresh = created()

    row = User.objects.get(pk=fresh.user.id)
    assert row.check_password(fresh.password)
    assert row.must_change_password


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"username": "WANG"}, "登录名“WANG”已被另一个用户使用"),
     ({"username": "li", "mobile": "13800001111"}, "手机号“13800001111”已被"),
     ({"username": "li", "external_id": "u-1"}, "统一身份标识“u-1”已被"),
     ({"username": "li", "name": " "}, "不能为空")],
)  # fmt: skip
def test_what_another_person_has_is_refused_in_words(fields, words):
    created(mobile="13800001111", external_id="u-1")

    with pytest.raises(accounts.UserInvalidError, match=words):
        created(**fields)


def test_personal_data_is_masked_in_the_audit():
    created(mobile="13800001111", email="wang@example.cn")

    after = AuditEntry.objects.get(code="accounts.created").after

    assert (after["mobile"], after["email"]) == ("138****1111", "w***@example.cn")


@pytest.mark.clause("B3.3")
def test_the_last_five_passwords_are_not_taken_again():
    fresh = created()
    by = Actor(fresh.user.id, "王芳")
    used = [f"Qingtian-{year}" for year in range(2021, 2026)]
    for password in used:
        accounts.change_password(fresh.user.id, to=password, by=by, now=NOW)

    with pytest.raises(accounts.WeakPasswordError, match="最近 5 次"):
        accounts.change_password(fresh.user.id, to=used[0], by=by, now=NOW)

    accounts.change_password(fresh.user.id, to="Qingtian-2030", by=by, now=NOW)
    accounts.change_password(fresh.user.id, to=used[0], by=by, now=NOW + timedelta(days=1))
    assert FormerPassword.objects.count() == 5


def test_nobody_resets_unlocks_or_disables_themselves():
    user = UserFactory()
    own = Actor(user.pk, user.name)

    for act in (accounts.reset_password, accounts.unlock_user, accounts.enable_user):
        with pytest.raises(accounts.OwnAccountError):
            act(user.pk, by=own, now=NOW)
    with pytest.raises(accounts.OwnAccountError, match="停用自己"):
        accounts.disable_user(user.pk, by=own, now=NOW, reason="x")


@pytest.mark.clause("B3.3")
def test_one_body_has_many_people_each_with_their_own_rights():
    place = body("数据局")
    first = user_with("accounts.user.view", organization_id=place.id)
    second = user_with("organizations.organization.view", organization_id=place.id)

    assert accounts.member_count([place.id], now=NOW) == 2
    assert first.has_perm("accounts.user.view")
    assert not second.has_perm("accounts.user.view")


def test_the_first_post_is_the_main_one_and_another_can_become_it():
    user = UserFactory()
    first, second = post_of(user), post_of(user)

    accounts.make_main_post(second.id, by=SYSTEM, now=NOW)

    assert first.is_main
    assert [p.id for p in accounts.posts_of(user.pk, now=NOW)] == [second.id, first.id]
    assert Post.objects.filter(is_main=True).count() == 1


def test_an_ended_post_no_longer_counts():
    user = UserFactory()
    post = post_of(user)

    accounts.end_post(post.id, by=SYSTEM, now=NOW, reason="调离")

    assert accounts.posts_of(user.pk, now=NOW) == []


def test_the_same_post_is_not_given_twice():
    user, place = UserFactory(), body("数据局")
    post_of(user, place.id, title="驻场")

    with pytest.raises(accounts.PostError, match="已有岗位“驻场”"):
        post_of(user, place.id, title="驻场")


def test_a_post_ends_after_it_begins():
    user = UserFactory()

    with pytest.raises(accounts.PostError, match="晚于"):
        post_of(user, valid_until=date(2019, 1, 1))


def test_users_with_a_permission_are_found_by_body():
    place = body()
    user = user_with("accounts.user.view", organization_id=place.id)
    user_with("accounts.user.view", organization_id=body().id)

    found = accounts.users_with("accounts.user.view", place.id)

    assert [one.id for one in found] == [user.pk]


def test_search_finds_active_people_by_name():
    UserFactory(name="王芳")
    UserFactory(name="王强", is_active=False)

    assert [one.name for one in accounts.search("王")] == ["王芳"]


def test_the_password_never_reaches_the_row_history():
    user = UserFactory(password=PASSWORD)

    assert not hasattr(user.events.first(), "password")


@pytest.mark.parametrize(
    ("mobile", "masked"), [("13800001111", "138****1111"), ("12345", "***45"), ("", "")]
)
def test_mobiles_are_masked(mobile, masked):
    assert accounts.masked_mobile(mobile) == masked
