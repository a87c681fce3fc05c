"""OpenID Connect and DingTalk, against providers that speak the real protocol on 127.0.0.1."""

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as base

from steward.core.accounts.models import User
from steward.core.audit.models import AuditEntry
from tests.factories.accounts import UserFactory
from tests.fakes.identity import CLIENT, SECRET, identity_provider

pytestmark = pytest.mark.django_db

PERSON = {"sub": "p-1001", "name": "王芳", "email": "wang@example.cn", "email_verified": True}
DING = {"openId": "o-1", "unionId": "u-1", "nick": "小王", "mobile": "13800001111"}


@pytest.fixture
def openid(settings):
    """An OpenID Connect provider, configured as the platform's."""
    with identity_provider(dict(PERSON)) as provider:
        app = {"provider_id": "sso", "name": "统一身份认证", "client_id": CLIENT,
               "secret": SECRET, "settings": {"server_url": provider.url}}  # fmt: skip
        settings.SOCIALACCOUNT_PROVIDERS = base.SOCIALACCOUNT_PROVIDERS | {
            "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
        }
        yield provider


@pytest.fixture
def dingtalk(settings):
    """DingTalk, at configured addresses."""
    with identity_provider(dict(DING)) as provider:
        known = base.SOCIALACCOUNT_PROVIDERS["dingtalk"]
        endpoints = {"authorize": f"{provider.url}/authorize",
                     "token": f"{provider.url}/dingtalk-token",
                     "profile": f"{provider.url}/me"}  # fmt: skip
        app = {"client_id": CLIENT, "secret": SECRET}
        settings.SOCIALACCOUNT_PROVIDERS = {
            "dingtalk": known | {"APPS": [app], "ENDPOINTS": endpoints}
        }
        yield provider


def travel(client, start: str):
    """From our button through the provider's page back to us; the answer to the return."""
    away = client.post(start)
    assert away.status_code == 302
    back = httpx.get(away["Location"], follow_redirects=False).headers["Location"]
    assert back.startswith("http://testserver/login/")
    return client.get(back.removeprefix("http://testserver"))


def signed_in(client) -> str:
    """The sign-in name behind the client's session, or an empty string."""
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).username if key else ""


def test_a_verified_mail_links_the_identity_to_the_known_person(client, openid):
    UserFactory(username="wang", email="wang@example.cn")

    answer = travel(client, "/login/openid/sso/")

    assert answer["Location"] == "/"
    assert signed_in(client) == "wang"
    assert SocialAccount.objects.get().uid == "p-1001"
    assert AuditEntry.objects.filter(code="accounts.identity_linked").count() == 1


def test_a_linked_identity_signs_in_even_when_its_mail_changed(client, openid):
    UserFactory(username="wang", email="wang@example.cn")
    travel(client, "/login/openid/sso/")
    client.post("/logout/")
    openid.claims["email"] = "new@example.cn"

    travel(client, "/login/openid/sso/")

    assert signed_in(client) == "wang"
    assert SocialAccount.objects.count() == 1


def test_a_verified_mobile_links_too(client, openid):
    UserFactory(username="wang", mobile="13800001111")
    openid.claims |= {"phone_number": "+86 13800001111", "phone_number_verified": True}

    travel(client, "/login/openid/sso/")

    assert signed_in(client) == "wang"


@pytest.mark.parametrize("claim", [{"email_verified": False}, {"email": "other@example.cn"}])
def test_an_unverified_or_unknown_identity_is_refused_in_chinese(client, openid, claim):
    UserFactory(username="wang", email="wang@example.cn")
    openid.claims |= claim

    answer = travel(client, "/login/openid/sso/")

    assert answer["Location"] == "/login/"
    assert "没有与此统一身份认证身份对应的用户" in client.get("/login/").content.decode()
    assert signed_in(client) == ""
    assert User.objects.count() == 1


def test_two_people_with_the_address_are_nobody(client, openid):
    UserFactory(username="wang", email="wang@example.cn")
    UserFactory(username="wang2", email="WANG@example.cn")

    travel(client, "/login/openid/sso/")

    assert signed_in(client) == ""


def test_a_disabled_person_is_refused(client, openid):
    UserFactory(username="wang", email="wang@example.cn")
    travel(client, "/login/openid/sso/")
    client.post("/logout/")
    User.objects.update(is_active=False)

    travel(client, "/login/openid/sso/")

    assert signed_in(client) == ""
    assert "账号已停用" in client.get("/login/").content.decode()


def test_cancelling_at_the_provider_is_told_in_chinese(client, openid):
    openid.refuses = True

    answer = travel(client, "/login/openid/sso/")

    assert answer["Location"] == "/login/cancelled/"
    assert "已取消登录" in client.get("/login/cancelled/").content.decode()


def test_a_replayed_answer_is_refused(client, openid):
    UserFactory(username="wang", email="wang@example.cn")

    answer = client.get("/login/openid/sso/callback/?code=x&state=forged")

    assert answer.status_code == 401
    assert "登录没有成功" in answer.content.decode()


def test_an_unknown_provider_is_not_there(client, openid):
    assert client.post("/login/openid/other/").status_code == 404


def test_the_sign_in_page_offers_what_is_configured(client, openid):
    assert "统一身份认证登录" in client.get("/login/").content.decode()


def test_scanning_with_dingtalk_signs_in_by_mobile(client, dingtalk):
    UserFactory(username="wang", mobile="13800001111")

    travel(client, "/login/dingtalk/")

    assert signed_in(client) == "wang"
    assert SocialAccount.objects.get().uid == "u-1"


def test_scanning_with_dingtalk_signs_in_by_registered_id(client, dingtalk):
    UserFactory(username="wang", external_id="u-1")

    travel(client, "/login/dingtalk/")

    assert signed_in(client) == "wang"


def test_an_unknown_dingtalk_person_is_refused(client, dingtalk):
    UserFactory(username="wang", mobile="13900002222")

    travel(client, "/login/dingtalk/")

    assert signed_in(client) == ""
    assert "没有与此钉钉身份对应的用户" in client.get("/login/").content.decode()


def test_a_second_factor_is_asked_after_an_outside_identity_too(client, openid):
    from_factory = UserFactory(username="wang", email="wang@example.cn")
    from_factory.authenticator_set.create(type="totp", data={"secret": "x"})

    answer = travel(client, "/login/openid/sso/")

    assert answer["Location"] == "/login/code/"
    assert signed_in(client) == ""
