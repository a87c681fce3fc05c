"""People for tests: users (factory_boy), posts and permissions through the services."""

from datetime import date

import factory

from steward.core.accounts import api as accounts
from steward.core.accounts.models import User
from steward.core.roles import api as roles
from steward.core.roles.models import Role
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

PASSWORD = "Qingtian-2026"
SINCE = date(2020, 1, 1)


class UserFactory(factory.django.DjangoModelFactory):
    """A person with an account and no rights at all; the password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")
    password = factory.django.Password(PASSWORD)


def post_of(user: User, organization_id: int | None = None, **fields: object) -> accounts.PostInfo:
    """A valid post of the person, in a body of its own when none is given."""
    place = body().id if organization_id is None else organization_id
    new = accounts.NewPost(organization_id=place, valid_from=SINCE, **fields)
    return accounts.add_post(user.pk, new, by=SYSTEM, now=NOW)


def allow(user: User, *codes: str, organization_id: int | None = None, reach: str = "") -> User:
    """Give the person these permissions on a new post: everywhere, or in one body's subtree.

    Rights of the three administrators can be mixed here, which no service allows. Returns the
    person read anew, without the rights that the given object remembers.
    """
    wide = roles.Reach.EVERYTHING if organization_id is None else roles.Reach.SUBTREE
    title = f"测试岗位{Role.objects.count()}"
    post = post_of(user, organization_id, title=title)
    role = Role.objects.create(name=f"测试角色{Role.objects.count()}", permissions=sorted(codes))
    new = roles.NewGrant(post_id=post.id, role_id=role.pk, reach=reach or wide)
    roles.grant_role(new, by=SYSTEM, now=NOW)
    return User.objects.get(pk=user.pk)


def user_with(*codes: str, organization_id: int | None = None, **fields: object) -> User:
    """A new person with these permissions."""
    return allow(UserFactory(**fields), *codes, organization_id=organization_id)


def user_in_role(code: str, organization_id: int | None = None, reach: str = "") -> User:
    """A new person with one of the built-in roles (`desk_lead`, `engineer`, …), everywhere."""
    user = UserFactory()
    post = post_of(user, organization_id)
    role = roles.builtin_role(code)
    new = roles.NewGrant(post.id, role.id, reach=reach or roles.Reach.EVERYTHING)
    roles.grant_role(new, by=SYSTEM, now=NOW)
    return User.objects.get(pk=user.pk)
