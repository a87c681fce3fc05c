import pytest

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.roles import api as roles
from steward.core.roles.models import Role
from tests.factories.accounts import UserFactory, allow, post_of, user_with
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

VIEW = "organizations.organization.view"


def test_nobody_may_do_anything_without_a_grant():
    user = UserFactory()

    assert not user.has_perm(VIEW)
    assert access.visible_organizations(user, VIEW) == frozenset()


def test_a_subtree_grant_opens_the_body_and_what_is_below():
    city, other = body(), body()
    bureau = body(parent=city.id)

    user = user_with(VIEW, organization_id=city.id)

    assert access.visible_organizations(user, VIEW) == {city.id, bureau.id}
    assert access.can(user, VIEW, bureau.id)
    assert not access.can(user, VIEW, other.id)


def test_everything_is_none():
    user = user_with(VIEW)

    assert access.visible_organizations(user, VIEW) is None


def test_own_records_only_opens_no_body_but_the_permission():
    bureau = body()

    user = allow(UserFactory(), VIEW, organization_id=bureau.id, reach=roles.Reach.OWN)

    assert user.has_perm(VIEW)
    assert access.scope_of(user, VIEW) == access.Scope(frozenset(), own=True)


@pytest.mark.clause("B3.3")
def test_several_posts_add_up_each_with_its_own_rights():
    first, second = body(), body()
    user = allow(UserFactory(), VIEW, organization_id=first.id)

    user = allow(user, VIEW, "accounts.user.view", organization_id=second.id)

    assert access.visible_organizations(user, VIEW) == {first.id, second.id}
    assert access.visible_organizations(user, "accounts.user.view") == {second.id}


def test_an_ended_post_opens_nothing():
    user = UserFactory()
    post = post_of(user)
    role = Role.objects.create(name="看", permissions=[VIEW])
    roles.grant_role(roles.NewGrant(post.id, role.pk), by=SYSTEM, now=NOW)

    accounts.end_post(post.id, by=SYSTEM, now=NOW, reason="调离")

    assert not type(user).objects.get(pk=user.pk).has_perm(VIEW)


def test_rights_are_read_once_for_a_user_object(django_assert_num_queries):
    user = user_with(VIEW, "accounts.user.view")

    with django_assert_num_queries(1):
        user.has_perm(VIEW)
        user.has_perm("accounts.user.view")
        access.visible_organizations(user, VIEW)


def test_holders_are_found_by_the_place_of_their_grant():
    city = body()
    bureau = body(parent=city.id)
    above, here, elsewhere = (
        user_with(VIEW, organization_id=city.id),
        user_with(VIEW, organization_id=bureau.id),
        user_with(VIEW, organization_id=body().id),
    )

    found = access.holders(VIEW, organization_id=bureau.id)

    assert {above.pk, here.pk} <= found
    assert elsewhere.pk not in found
