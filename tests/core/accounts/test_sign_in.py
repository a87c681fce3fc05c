"""Signing in through the real pages: names, passwords, locks, sessions, fresh passwords."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from steward.core.accounts import api as accounts
from steward.core.accounts.models import User
from steward.core.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory
from tests.support import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_fresh_cache")]


@pytest.fixture
def _fresh_cache():
    cache.clear()


def sign_in(client: Client, username: str, password: str = PASSWORD):
    return client.post("/login/", {"login": username, "password": password})


def test_a_person_signs_in_with_name_and_password(client):
    UserFactory(username="wang")

    answer = sign_in(client, "wang")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert AuditEntry.objects.filter(code="accounts.signed_in", after__method="密码").count() == 1


def test_the_sign_in_page_is_chinese_and_offers_no_sign_up(client):
    page = client.get("/login/").content.decode()

    assert "登录名" in page
    assert "不能自行注册" in page
    assert "Sign" not in page


def test_a_wrong_password_tells_how_many_attempts_are_left(client):
    UserFactory(username="wang")

    page = sign_in(client, "wang", "wrong").content.decode()

    assert "登录名或密码不对，还可以再试 4 次" in page


@pytest.mark.clause("B3.3")
def test_five_failures_lock_the_account_and_an_administrator_unlocks_it(client):
    user = UserFactory(username="wang")
    for _ in range(5):
        page = sign_in(client, "wang", "wrong").content.decode()
    assert "账号已锁定，请 30 分钟后再试" in page
    assert "账号已锁定" in sign_in(client, "wang").content.decode()

    accounts.unlock_user(user.pk, by=SYSTEM, now=user.joined_at)

    assert sign_in(client, "wang").status_code == 302
    codes = set(AuditEntry.objects.values_list("code", flat=True))
    assert {"accounts.sign_in_failed", "accounts.locked", "accounts.unlocked"} <= codes


def test_a_name_that_nobody_has_locks_alike(client):
    for _ in range(5):
        page = sign_in(client, "nobody", "wrong").content.decode()

    assert "账号已锁定，请 30 分钟后再试" in page
    assert "账号已锁定" in sign_in(client, "nobody", "wrong").content.decode()


def test_a_lock_ends_by_itself(client, time_machine):
    UserFactory(username="wang")
    time_machine.move_to("2026-03-02 01:00:00+00:00")
    for _ in range(5):
        sign_in(client, "wang", "wrong")

    time_machine.shift(timedelta(minutes=31))

    assert sign_in(client, "wang").status_code == 302


def test_a_disabled_account_does_not_sign_in(client):
    UserFactory(username="wang", is_active=False)

    assert sign_in(client, "wang").status_code == 200


def test_disabling_ends_open_sessions(client):
    user = UserFactory(username="wang")
    sign_in(client, "wang")

    accounts.disable_user(user.pk, by=SYSTEM, now=user.joined_at, reason="离职")

    assert client.get("/").status_code == 302


def test_an_idle_session_ends(client, time_machine):
    UserFactory(username="wang")
    time_machine.move_to("2026-03-02 01:00:00+00:00")
    sign_in(client, "wang")
    client.get("/")

    time_machine.shift(timedelta(minutes=31))
    answer = client.get("/", follow=True)

    assert answer.redirect_chain == [("/login/?next=/", 302)]
    assert "超过 30 分钟没有操作" in answer.content.decode()


def test_what_a_page_asks_by_itself_does_not_keep_a_session(client, time_machine):
    UserFactory(username="wang")
    time_machine.move_to("2026-03-02 01:00:00+00:00")
    sign_in(client, "wang")
    client.get("/")
    time_machine.shift(timedelta(minutes=20))
    client.get("/", headers={"X-Background": "1"})

    time_machine.shift(timedelta(minutes=20))

    assert client.get("/")["Location"] == "/login/?next=/"


@pytest.mark.clause("B3.3")
def test_a_password_given_by_an_administrator_is_changed_first(client):
    user = UserFactory(username="wang")
    fresh = accounts.reset_password(user.pk, by=SYSTEM, now=user.joined_at)
    sign_in(client, "wang", fresh.password)
    assert client.get("/")["Location"] == "/account/password/"

    new = "Shanshui-9407"
    answer = client.post("/account/password/", {"old": fresh.password, "new": new, "again": new})

    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    assert User.objects.get(pk=user.pk).check_password(new)


def test_an_expired_password_is_changed_first(client):
    user = UserFactory(username="wang")
    User.objects.update(password_changed_at=user.joined_at - timedelta(days=91))
    sign_in(client, "wang")

    assert client.get("/")["Location"] == "/account/password/"


def test_a_weak_new_password_is_refused_with_every_reason(client):
    client.force_login(UserFactory(username="wang"))

    page = client.post("/account/password/", {"old": PASSWORD, "new": "wang1", "again": "wang1"})

    words = page.content.decode()
    assert "至少 10 位" in words
    assert "不能包含登录名" in words


def test_signing_out_ends_the_session(client):
    UserFactory(username="wang")
    sign_in(client, "wang")

    answer = client.post("/logout/")

    assert answer["Location"] == "/login/"
    assert client.get("/").status_code == 302
    assert AuditEntry.objects.filter(code="accounts.signed_out").count() == 1


def test_the_back_office_has_no_password_page_of_its_own(client):
    client.force_login(UserFactory())

    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "password/reset/", "password/set/", "2fa/webauthn/", "3rdparty/",
     "social/signup/", "accounts/login/", "confirm-email/", "login/code/confirm/", "inactive/"],
)  # fmt: skip
def test_what_allauth_offers_and_we_do_not_want_is_not_there(client, address):
    client.force_login(UserFactory())

    assert client.get(f"/{address}").status_code == 404


def test_a_foreign_address_is_not_followed_after_signing_in(client):
    UserFactory(username="wang")

    answer = client.post(
        "/login/", {"login": "wang", "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert answer["Location"] == "/"
