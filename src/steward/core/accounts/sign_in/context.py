"""The frame around allauth's own views, which know nothing of the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

PREFIXES = ("account_", "mfa_", "socialaccount_", "dingtalk_", "openid_connect_")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Unfold's variables, for the addresses of signing in only; other pages bring their own."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.namespace or not (match.url_name or "").startswith(PREFIXES):
        return {}
    back = request.user.is_authenticated
    return {**admin.site.each_context(request), **({} if back else {"site_url": ""})}
