"""Signing in, as far as places differ: rules and outside identity providers from the environment.

| variable | meaning | default |
|---|---|---|
| STEWARD_IDLE_MINUTES | a session ends after this pause | 30 |
| STEWARD_PASSWORD_DAYS | a password lives so long; 0 = for ever | 90 |
| STEWARD_LOCK_FAILURES, STEWARD_LOCK_MINUTES | failures that lock, and for how long | 5, 30 |
| STEWARD_SECOND_FACTOR | 1: nobody works without an authenticator | 0 |
| STEWARD_OIDC_URL, _CLIENT, _SECRET, _NAME | one OpenID Connect provider | none |
| STEWARD_DINGTALK_CLIENT, _SECRET | scan login of DingTalk | none |
| STEWARD_DINGTALK_AUTHORIZE, _TOKEN, _PROFILE | its addresses in exclusive installations | public |
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any


def sign_in_rules(environ: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the sign-in policy that the environment changes."""
    rules: dict[str, Any] = {}
    if minutes := environ.get("STEWARD_IDLE_MINUTES"):
        rules["idle"] = timedelta(minutes=_number("STEWARD_IDLE_MINUTES", minutes))
    if days := environ.get("STEWARD_PASSWORD_DAYS"):
        rules["password_age"] = timedelta(days=_number("STEWARD_PASSWORD_DAYS", days))
    if failures := environ.get("STEWARD_LOCK_FAILURES"):
        rules["failures"] = _number("STEWARD_LOCK_FAILURES", failures)
    if minutes := environ.get("STEWARD_LOCK_MINUTES"):
        rules["lock"] = timedelta(minutes=_number("STEWARD_LOCK_MINUTES", minutes))
    if environ.get("STEWARD_SECOND_FACTOR") == "1":
        rules["second_factor"] = True
    return rules


def identity_providers(environ: Mapping[str, str]) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS; empty when no outside identity is configured."""
    providers: dict[str, Any] = {
        "dingtalk": {
            "provider_class": "steward.core.accounts.sign_in.dingtalk.ConfiguredDingTalkProvider"
        }
    }
    if url := environ.get("STEWARD_OIDC_URL"):
        app = {
            "provider_id": "sso",
            "name": environ.get("STEWARD_OIDC_NAME", "统一身份认证"),
            "client_id": environ["STEWARD_OIDC_CLIENT"],
            "secret": environ["STEWARD_OIDC_SECRET"],
            "settings": {"server_url": url},
        }
        providers["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    if client := environ.get("STEWARD_DINGTALK_CLIENT"):
        app = {"client_id": client, "secret": environ["STEWARD_DINGTALK_SECRET"]}
        providers["dingtalk"] |= {"APPS": [app], "ENDPOINTS": _endpoints(environ)}
    return providers


def _endpoints(environ: Mapping[str, str]) -> dict[str, str]:
    names = {"authorize": "AUTHORIZE", "token": "TOKEN", "profile": "PROFILE"}
    given = {key: environ.get(f"STEWARD_DINGTALK_{name}", "") for key, name in names.items()}
    return {key: value for key, value in given.items() if value}


def _number(name: str, text: str) -> int:
    if not text.isdigit():
        raise ValueError(f"{name} 应为整数，现为“{text}”")
    return int(text)
