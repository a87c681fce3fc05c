"""Every address of people, bodies and roles, walked by every built-in role: 404 for the rest."""

import pytest
from django.urls import reverse

from steward.core.roles import api as roles
from tests.factories.accounts import UserFactory, post_of, user_in_role
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

ALL = frozenset(
    {"system_admin", "security_admin", "audit_admin", "desk_lead", "engineer", "data_engineer",
     "client_owner", "department_user", "viewer"}
)  # fmt: skip
PEOPLE = ALL - {"department_user"}
SYSTEM_ONLY = frozenset({"system_admin"})
SECURITY_ONLY = frozenset({"security_admin"})
REVIEWERS = frozenset({"security_admin", "audit_admin"})

GET_TABLE = [
    ("organizations:tree", (), ALL),
    ("organizations:detail", ("body",), ALL),
    ("organizations:branch", ("body",), ALL),
    ("organizations:new", (), SYSTEM_ONLY),
    ("organizations:edit", ("body",), SYSTEM_ONLY),
    ("organizations:rename", ("body",), SYSTEM_ONLY),
    ("organizations:move", ("body",), SYSTEM_ONLY),
    ("organizations:merge", ("body",), SYSTEM_ONLY),
    ("organizations:cancel", ("body",), SYSTEM_ONLY),
    ("accounts:list", (), PEOPLE),
    ("accounts:detail", ("user",), PEOPLE),
    ("accounts:new", (), SYSTEM_ONLY),
    ("accounts:edit", ("user",), SYSTEM_ONLY),
    ("accounts:add_post", ("user",), SYSTEM_ONLY),
    ("roles:roles", (), REVIEWERS),
    ("roles:role", ("role",), REVIEWERS),
    ("roles:new", (), SECURITY_ONLY),
    ("roles:edit", ("role",), SECURITY_ONLY),
    ("roles:grant", ("post",), SECURITY_ONLY),
    ("roles:review", (), REVIEWERS),
    ("roles:export", (), REVIEWERS),
]
POST_TABLE = [
    ("accounts:reveal", ("user",), SYSTEM_ONLY),
    ("accounts:reset", ("user",), SYSTEM_ONLY),
    ("accounts:switch", ("user",), SYSTEM_ONLY),
    ("accounts:unlock", ("user",), SECURITY_ONLY),
    ("accounts:end_post", ("user", "post"), SYSTEM_ONLY),
    ("accounts:main_post", ("user", "post"), SYSTEM_ONLY),
    ("roles:revoke", ("grant",), SECURITY_ONLY),
    ("roles:switch", ("role",), SECURITY_ONLY),
    ("roles:confirm", (), SECURITY_ONLY),
]


@pytest.fixture
def objects():
    """One object for every placeholder of the tables."""
    place = body("数据局")
    user = UserFactory(name="被看的人")
    post = post_of(user, place.id)
    role = roles.create_role(
        roles.RoleDraft("看机构", ("organizations.organization.view",)), by=SYSTEM, now=NOW
    )
    grant = roles.grant_role(roles.NewGrant(post.id, role.id), by=SYSTEM, now=NOW)
    return {"body": place.id, "user": user.pk, "post": post.id, "role": role.id, "grant": grant.id}


@pytest.mark.parametrize("code", sorted(ALL))
def test_a_role_opens_exactly_its_pages(client, objects, code):
    client.force_login(user_in_role(code))

    found = {
        name
        for name, keys, _ in GET_TABLE
        if client.get(reverse(name, args=[objects[k] for k in keys])).status_code == 200
    }

    assert found == {name for name, _, allowed in GET_TABLE if code in allowed}


@pytest.mark.parametrize("code", sorted(ALL))
def test_a_role_may_send_exactly_its_forms(client, objects, code):
    client.force_login(user_in_role(code))

    forbidden = {
        name
        for name, keys, _ in POST_TABLE
        if client.post(reverse(name, args=[objects[k] for k in keys])).status_code == 404
    }

    assert forbidden == {name for name, _, allowed in POST_TABLE if code not in allowed}


@pytest.mark.parametrize("row", GET_TABLE)
def test_the_anonymous_are_sent_to_sign_in(client, objects, row):
    name, keys, _ = row

    answer = client.get(reverse(name, args=[objects[k] for k in keys]))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(
    "address",
    ["/admin/auth/group/", "/admin/account/emailaddress/", "/admin/socialaccount/socialapp/",
     "/admin/mfa/authenticator/", "/admin/procrastinate/procrastinatejob/",
     "/admin/pghistory/events/"],
)  # fmt: skip
def test_lists_of_other_packages_are_not_in_the_back_office(client, address):
    client.force_login(user_in_role("system_admin"))

    assert client.get(address).status_code == 404
