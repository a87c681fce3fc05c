import pytest

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.audit.models import AuditEntry
from steward.core.evidence.models import EvidenceRecord
from steward.core.jobs.models import EventRecord
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.core.roles.builtin import BUILTIN
from steward.core.roles.models import Grant, Role
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject
from tests.factories.accounts import UserFactory, post_of
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db

VIEW = "organizations.organization.view"


def give(user, code: str, **fields: object) -> roles.GrantInfo:
    """A built-in role on a new post of the person."""
    post = post_of(user, title=code)
    new = roles.NewGrant(post.id, roles.builtin_role(code).id, **fields)
    return roles.grant_role(new, by=SYSTEM, now=NOW)


@pytest.mark.clause("K5")
def test_a_grant_names_its_request_and_becomes_evidence():
    user = UserFactory(name="王芳")

    grant = give(user, "viewer", request=Subject("approvals.request", "42"), reason="新到岗")
    drain_jobs()

    event = EventRecord.objects.get(name="roles.grant_changed")
    assert (event.payload["change"], event.payload["request_key"]) == ("granted", "42")
    assert EvidenceRecord.objects.get(kind="roles.granted").payload["request_key"] == "42"
    entry = AuditEntry.objects.get(code="roles.granted")
    assert "授予“王芳”" in entry.sentence
    assert (entry.reason, entry.subject_key) == ("新到岗", str(grant.id))


@pytest.mark.clause("K5")
def test_a_revoked_role_is_gone_at_once_and_told():
    user = UserFactory()
    grant = give(user, "viewer")

    roles.revoke_role(grant.id, by=SYSTEM, now=NOW, reason="调岗")

    assert not type(user).objects.get(pk=user.pk).has_perm(VIEW)
    changes = EventRecord.objects.filter(name="roles.grant_changed").order_by("published_at")
    assert {event.payload["change"] for event in changes} == {"granted", "revoked"}
    assert AuditEntry.objects.get(code="roles.revoked").reason == "调岗"


@pytest.mark.parametrize(
    ("first", "second"),
    [("system_admin", "security_admin"), ("security_admin", "audit_admin"),
     ("audit_admin", "system_admin")],
)  # fmt: skip
def test_two_administrators_are_never_one_person(first, second):
    user = UserFactory()
    give(user, first)

    with pytest.raises(roles.SeparatedDutiesError, match="三员分立"):
        give(user, second)


def test_another_duty_is_open_again_once_the_first_is_revoked():
    user = UserFactory()
    first = give(user, "system_admin")
    roles.revoke_role(first.id, by=SYSTEM, now=NOW, reason="轮岗")

    second = give(user, "audit_admin")

    assert second.role_name == "审计管理员"


def test_nobody_grants_to_themselves():
    user = UserFactory()
    post = post_of(user)
    new = roles.NewGrant(post.id, roles.builtin_role("viewer").id)

    with pytest.raises(roles.OwnGrantError):
        roles.grant_role(new, by=Actor(user.pk, user.name), now=NOW)


def test_nobody_revokes_from_themselves():
    user = UserFactory()
    grant = give(user, "viewer")

    with pytest.raises(roles.OwnGrantError):
        roles.revoke_role(grant.id, by=Actor(user.pk, user.name), now=NOW, reason="x")


def test_the_same_role_is_not_given_twice_on_one_post():
    user = UserFactory()
    grant = give(user, "viewer")

    with pytest.raises(roles.GrantError, match="已有角色“只读”"):
        roles.grant_role(roles.NewGrant(grant.post_id, grant.role_id), by=SYSTEM, now=NOW)


def test_an_ended_post_gets_no_role():
    user = UserFactory()
    post = post_of(user)
    accounts.end_post(post.id, by=SYSTEM, now=NOW, reason="离任")
    new = roles.NewGrant(post.id, roles.builtin_role("viewer").id)

    with pytest.raises(roles.GrantError, match="失效"):
        roles.grant_role(new, by=SYSTEM, now=NOW)


def test_an_expired_grant_opens_nothing():
    user = UserFactory()

    give(user, "viewer", expires_at=NOW)

    assert not type(user).objects.get(pk=user.pk).has_perm(VIEW)


def test_only_the_audit_administrator_reads_the_audit():
    readers = Role.objects.filter(permissions__contains=["audit.entry.view"])

    assert [role.name for role in readers] == ["审计管理员"]


def test_reserved_permissions_do_not_fit_into_a_business_role():
    draft = roles.RoleDraft("万能", (VIEW, "roles.grant.change"))

    with pytest.raises(
        roles.RoleInvalidError, match="三员分立：业务类角色不能包含“授予和收回角色”"
    ):
        roles.create_role(draft, by=SYSTEM, now=NOW)


def test_unknown_permissions_are_named():
    with pytest.raises(roles.RoleInvalidError, match=r"没有这些权限：no\.such\.thing"):
        roles.create_role(roles.RoleDraft("新", ("no.such.thing",)), by=SYSTEM, now=NOW)


def test_a_builtin_role_is_not_changed():
    viewer = roles.builtin_role("viewer")

    with pytest.raises(roles.RoleInvalidError, match="可以复制后另建"):
        roles.change_role(viewer.id, roles.RoleDraft("只读", (VIEW,)), by=SYSTEM, now=NOW)


def test_changing_a_role_changes_what_its_holders_may_do():
    role = roles.create_role(roles.RoleDraft("看机构", (VIEW,)), by=SYSTEM, now=NOW)
    user = UserFactory()
    roles.grant_role(roles.NewGrant(post_of(user).id, role.id), by=SYSTEM, now=NOW)

    roles.change_role(role.id, roles.RoleDraft("看人", ("accounts.user.view",)), by=SYSTEM, now=NOW)

    again = type(user).objects.get(pk=user.pk)
    assert again.has_perm("accounts.user.view")
    assert not again.has_perm(VIEW)


def test_a_role_that_is_off_opens_nothing():
    role = roles.create_role(roles.RoleDraft("看机构", (VIEW,)), by=SYSTEM, now=NOW)
    user = UserFactory()
    roles.grant_role(roles.NewGrant(post_of(user).id, role.id), by=SYSTEM, now=NOW)

    roles.switch_role(role.id, on=False, by=SYSTEM, now=NOW)

    assert not type(user).objects.get(pk=user.pk).has_perm(VIEW)


@pytest.mark.parametrize("code", [spec.code for spec in BUILTIN])
def test_every_builtin_role_keeps_the_duties_apart(code):
    role = roles.builtin_role(code)

    duties = {access.duty_of(permission) for permission in role.permissions}

    assert duties <= {access.Duty.NONE, access.Duty(role.duty)}


def test_no_role_speaks_for_both_sides_of_a_contract():
    both = [
        role.name
        for role in roles.roles()
        if {"desk.adjustment.client", "desk.adjustment.supplier"} <= set(role.permissions)
    ]

    assert both == []


def test_row_history_keeps_every_state_of_a_grant():
    grant = give(UserFactory(), "viewer")

    roles.revoke_role(grant.id, by=SYSTEM, now=NOW, reason="调岗")

    history = Grant.objects.get(pk=grant.id).events.order_by("pgh_id")
    assert [state.revoke_reason for state in history] == ["", "调岗"]


def test_a_body_with_people_is_not_cancelled():
    place = body("某局")
    post_of(UserFactory(), place.id)

    with pytest.raises(organizations.OrganizationInUseError, match="1 个有效岗位"):
        organizations.cancel_organization(place.id, by=SYSTEM, now=NOW, reason="撤并")
