from datetime import timedelta

import pytest

from steward.site.sign_in import identity_providers, sign_in_rules


def test_the_environment_changes_single_rules():
    rules = sign_in_rules({"STEWARD_IDLE_MINUTES": "15", "STEWARD_LOCK_FAILURES": "3"})

    assert rules == {"idle": timedelta(minutes=15), "failures": 3}


def test_an_empty_environment_leaves_the_rules_alone():
    assert sign_in_rules({}) == {}


def test_a_wrong_number_is_named():
    with pytest.raises(ValueError, match="STEWARD_PASSWORD_DAYS 应为整数，现为“ninety”"):
        sign_in_rules({"STEWARD_PASSWORD_DAYS": "ninety"})


def test_no_provider_is_offered_unless_configured():
    assert "APPS" not in identity_providers({})["dingtalk"]
    assert "openid_connect" not in identity_providers({})


def test_an_openid_provider_uses_pkce():
    environ = {"STEWARD_OIDC_URL": "https://sso.example", "STEWARD_OIDC_CLIENT": "c",
               "STEWARD_OIDC_SECRET": "s"}  # fmt: skip

    found = identity_providers(environ)["openid_connect"]

    assert found["OAUTH_PKCE_ENABLED"] is True
    assert found["APPS"][0]["settings"] == {"server_url": "https://sso.example"}


def test_dingtalk_takes_other_addresses():
    environ = {"STEWARD_DINGTALK_CLIENT": "c", "STEWARD_DINGTALK_SECRET": "s",
               "STEWARD_DINGTALK_TOKEN": "https://ding.example/token"}  # fmt: skip

    found = identity_providers(environ)["dingtalk"]

    assert found["ENDPOINTS"] == {"token": "https://ding.example/token"}
