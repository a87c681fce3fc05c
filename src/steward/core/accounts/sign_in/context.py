"""The frame around allauth's own views, which know nothing of the back office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

PREFIXES = ("account_", "mfa_", "socialaccount_", "dingtalk_", "openid_connect_")

TITLES = {
    "account_change_password": "修改密码",
    "account_logout": "退出登录",
    "account_reauthenticate": "确认身份",
    "mfa_reauthenticate": "确认身份",
    "mfa_index": "动态口令",
    "mfa_activate_totp": "启用动态口令",
    "mfa_deactivate_totp": "停用动态口令",
    "mfa_view_recovery_codes": "恢复码",
    "mfa_generate_recovery_codes": "重新生成恢复码",
    "socialaccount_connections": "外部身份",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Unfold's variables, for the addresses of signing in only; other pages bring their own."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.namespace or not (match.url_name or "").startswith(PREFIXES):
        return {}
    context = dict(admin.site.each_context(request))
    if not request.user.is_authenticated:
        context["site_url"] = ""
    return context | {"title": TITLES.get(match.url_name or "", "登录")}
