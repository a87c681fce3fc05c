"""The review of grants through its page: who holds what, the odd ones, confirmation, Excel."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from steward.core.accounts.models import User
from steward.core.audit.models import AuditEntry
from steward.core.roles import api as roles
from steward.core.roles import review
from steward.core.roles.models import Grant
from tests.factories.accounts import UserFactory, post_of, user_in_role
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.clause("K5")]


@pytest.fixture
def security(client, time_machine):
    """A signed-in security administrator, at NOW."""
    time_machine.move_to(NOW, tick=False)
    user = user_in_role("security_admin")
    User.objects.update(last_login=NOW)
    client.force_login(user)
    return user


def grant_to(user: User, role: str = "viewer", place: int | None = None, **fields: object):
    post = post_of(user, place)
    new = roles.NewGrant(post.id, roles.builtin_role(role).id, **fields)
    return roles.grant_role(new, by=SYSTEM, now=NOW)


def flags_of(grant: roles.GrantInfo) -> set[str]:
    rows = review.reviewed(review.ReviewFilter(), None, now=NOW).filter(pk=grant.id)
    return set(next(review.to_rows(rows)).flags)


def test_a_sound_grant_carries_no_flag():
    grant = grant_to(UserFactory(last_login=NOW))

    assert flags_of(grant) == set()


def test_a_disabled_person_is_flagged():
    grant = grant_to(UserFactory(is_active=False, last_login=NOW))

    assert flags_of(grant) == {"用户已停用"}


def test_somebody_who_never_comes_is_flagged():
    grant = grant_to(UserFactory(last_login=NOW - timedelta(days=91)))

    assert flags_of(grant) == {"90 天未登录"}


def test_seeing_everything_from_a_lower_body_is_flagged():
    place = body(parent=body().id)

    grant = grant_to(UserFactory(last_login=NOW), place=place.id, reach=roles.Reach.EVERYTHING)

    assert flags_of(grant) == {"下级机构的岗位可见全部机构"}


def test_an_administrator_with_business_roles_is_flagged():
    user = UserFactory(last_login=NOW)
    grant_to(user, "viewer")

    assert flags_of(grant_to(user, "audit_admin")) == {"管理员兼有业务角色"}


def test_what_was_not_reviewed_for_long_is_flagged():
    grant = grant_to(UserFactory(last_login=NOW))
    Grant.objects.update(granted_at=NOW - timedelta(days=181))

    assert flags_of(grant) == {"180 天未复核"}


@pytest.mark.parametrize("flag", ["", "any", *review.FLAGS])
def test_every_count_is_the_number_of_rows_behind_it(client, security, flag):
    grant_to(UserFactory(is_active=False))
    grant_to(UserFactory(last_login=NOW - timedelta(days=100)))
    grant_to(UserFactory(last_login=NOW))

    page = client.get("/access/review/", {"flag": flag})

    counted = review.counts(None, now=NOW)
    assert page.context["page"].paginator.count == counted[flag or "all"]


def test_confirming_marks_and_audits_the_ticked_ones(client, security):
    grant = grant_to(UserFactory())

    client.post("/access/review/confirm/", {"grant": [grant.id, "no-number"]})

    row = Grant.objects.get(pk=grant.id)
    assert (row.reviewed_at, row.reviewed_by_label) == (NOW, security.name)
    assert AuditEntry.objects.filter(code="roles.reviewed").count() == 1


def test_the_excel_file_holds_the_rows_of_the_filter(client, security):
    grant_to(UserFactory(name="王芳"))

    answer = client.get("/access/review/export/", {"q": "王芳"})

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][0] == "姓名"
    assert [row[0] for row in rows[1:]] == ["王芳"]
    assert AuditEntry.objects.get(code="roles.exported").after == {"rows": 1}


def test_texts_do_not_become_formulas(client, security):
    grant_to(UserFactory(name="=1+1"))

    answer = client.get("/access/review/export/", {"q": "=1+1"})

    assert next(iter(load_workbook(BytesIO(answer.content)).active["A2:A2"]))[0].value == "'=1+1"


def test_a_reviewer_of_one_subtree_sees_its_grants_only(client):
    place = body()
    inside, outside = UserFactory(name="里面"), UserFactory(name="外面")
    grant_to(inside, place=place.id)
    grant_to(outside)
    client.force_login(user_in_role("security_admin", place.id, reach=roles.Reach.SUBTREE))

    page = client.get("/access/review/").content.decode()

    assert "里面" in page
    assert "外面" not in page


def test_the_page_takes_few_queries(client, security, django_assert_max_num_queries):
    for _ in range(25):
        grant_to(UserFactory())

    with django_assert_max_num_queries(18):
        client.get("/access/review/")


def test_granting_on_the_page_gives_the_role(client, security):
    user = UserFactory()
    post = post_of(user)

    answer = client.post(
        f"/access/posts/{post.id}/grant/",
        {"role": roles.builtin_role("viewer").id, "reach": "subtree", "reason": "到岗"},
    )

    assert answer["Location"] == f"/users/{user.pk}/"
    assert User.objects.get(pk=user.pk).has_perm("accounts.user.view")


def test_a_refusal_is_shown_on_the_form(client, security):
    user = UserFactory()
    post = post_of(user)
    grant_to(user, "system_admin")

    page = client.post(
        f"/access/posts/{post.id}/grant/",
        {"role": roles.builtin_role("audit_admin").id, "reach": "subtree", "reason": "兼任"},
    )

    assert "三员分立：此人已是“系统管理员”" in page.content.decode()


def test_revoking_on_the_page_needs_a_reason(client, security):
    grant = grant_to(UserFactory())

    client.post(f"/access/grants/{grant.id}/revoke/", {"reason": ""})

    assert Grant.objects.get(pk=grant.id).revoked_at is None
