"""DingTalk scan login with configurable addresses (exclusive DingTalk has its own hosts)."""

from typing import Any

from allauth.socialaccount.providers.dingtalk.provider import DingTalkProvider
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import HttpRequest

ADDRESSES = {"authorize_url": "authorize", "access_token_url": "token", "profile_url": "profile"}


class ConfiguredDingTalkAdapter(DingTalkOAuth2Adapter):  # type: ignore[misc]
    """Takes `ENDPOINTS` of the provider's settings in place of the public addresses."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        given = settings.SOCIALACCOUNT_PROVIDERS.get("dingtalk", {}).get("ENDPOINTS", {})
        for name, key in ADDRESSES.items():
            if given.get(key):
                setattr(self, name, given[key])


class ConfiguredDingTalkProvider(DingTalkProvider):  # type: ignore[misc]
    """Named in the settings as the class of the provider `dingtalk`."""

    name = "钉钉"
    oauth2_adapter_class = ConfiguredDingTalkAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The id that is the same in every application of one enterprise."""
        return str(data.get("unionId") or data["openId"])


scan = OAuth2LoginView.adapter_view(ConfiguredDingTalkAdapter)
scanned = OAuth2CallbackView.adapter_view(ConfiguredDingTalkAdapter)
