"""TOTP and recovery codes through the real pages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from steward.core.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_fresh_cache")]


@pytest.fixture
def _fresh_cache():
    cache.clear()


def code_for(secret: str) -> str:
    """What a person's authenticator shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def password(client: Client):
    return client.post("/login/", {"login": "wang", "password": PASSWORD})


def confirm(client: Client):
    """What sensitive pages ask first: the password once more."""
    return client.post("/account/confirm/", {"password": PASSWORD})


@pytest.fixture
def enrolled(client):
    """The secret of somebody who has just set up an authenticator; signed out again."""
    UserFactory(username="wang")
    password(client)
    confirm(client)
    page = client.get("/account/security/on/").content.decode()
    secret = re.search(r"<code class=\"sw-break\">([A-Z2-7]+)</code>", page)[1]
    answer = client.post("/account/security/on/", {"code": code_for(secret)})
    assert answer["Location"] == "/account/codes/"
    client.post("/logout/")
    cache.clear()
    return secret


def test_the_secret_is_not_stored_in_clear(enrolled):
    stored = Authenticator.objects.get(type="totp").data["secret"]

    assert enrolled not in stored


def test_setting_it_up_is_audited(client, django_capture_on_commit_callbacks):
    UserFactory(username="wang")
    password(client)
    confirm(client)
    page = client.get("/account/security/on/").content.decode()
    secret = re.search(r"<code class=\"sw-break\">([A-Z2-7]+)</code>", page)[1]

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/security/on/", {"code": code_for(secret)})

    assert AuditEntry.objects.filter(code="accounts.totp_on").count() == 1


def test_the_password_alone_no_longer_signs_in(client, enrolled):
    answer = password(client)

    assert answer["Location"] == "/login/code/"
    assert client.get("/").status_code == 302


def test_the_code_completes_the_sign_in(client, enrolled):
    password(client)

    answer = client.post("/login/code/", {"code": code_for(enrolled)})

    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200
    assert AuditEntry.objects.filter(
        code="accounts.signed_in", after__method="密码、动态口令"
    ).exists()


def test_wrong_codes_count_towards_the_lock(client, enrolled):
    password(client)

    for _ in range(5):
        page = client.post("/login/code/", {"code": "000000"}).content.decode()

    assert "账号已锁定" in page
    assert (
        "账号已锁定" in client.post("/login/code/", {"code": code_for(enrolled)}).content.decode()
    )


def test_a_recovery_code_works_once(client, enrolled):
    password(client)
    client.post("/login/code/", {"code": code_for(enrolled)})
    confirm(client)
    page = client.get("/account/codes/").content.decode()
    code = re.findall(r"<code>([0-9a-z]+)</code>", page)[0]
    client.post("/logout/")
    password(client)

    first = client.post("/login/code/", {"code": code})
    client.post("/logout/")
    password(client)
    second = client.post("/login/code/", {"code": code})

    assert first["Location"] == "/"
    assert "不对" in second.content.decode()


def test_switching_it_off_voids_the_codes(client, enrolled):
    password(client)
    client.post("/login/code/", {"code": code_for(enrolled)})
    confirm(client)

    client.post("/account/security/off/")

    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(code="accounts.totp_off").count() == 1


@pytest.mark.parametrize(
    "address",
    ["/account/security/", "/account/security/on/", "/account/identities/", "/account/password/"],
)
def test_the_pages_of_ones_own_account_are_chinese(client, address):
    UserFactory(username="wang")
    password(client)
    confirm(client)

    page = client.get(address)

    assert page.status_code == 200
    assert not re.search(r">\s*(Code|Activate|Recovery|Password)\b", page.content.decode())


def test_where_two_factors_are_required_they_are_set_up_first(client, settings):
    settings.STEWARD_SIGN_IN = {"second_factor": True}
    UserFactory(username="wang")
    password(client)

    page = client.get("/", follow=True)

    assert page.redirect_chain[0] == ("/account/security/on/", 302)
    assert "本平台要求双因素登录" in page.content.decode()


def test_whoever_has_set_them_up_works_on(client, enrolled, settings):
    settings.STEWARD_SIGN_IN = {"second_factor": True}
    password(client)
    client.post("/login/code/", {"code": code_for(enrolled)})

    assert client.get("/").status_code == 200


def test_sensitive_pages_ask_who_it_is_again(client):
    UserFactory(username="wang")
    password(client)

    page = client.get("/account/security/on/", follow=True)

    assert "确认是你本人" in page.content.decode()
