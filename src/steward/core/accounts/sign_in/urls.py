"""Every address of signing in. What allauth also offers and is not named here answers 404."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path, re_path
from django.views.generic import RedirectView

from steward.core.accounts.sign_in import dingtalk, views

urlpatterns = [
    re_path(
        "^admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")
    ),
    path("login/", account.login, name="account_login"),
    path("login/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("login/refused/", social.login_error, name="socialaccount_login_error"),
    path("login/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/dingtalk/", dingtalk.scan, name="dingtalk_login"),
    path("login/dingtalk/callback/", dingtalk.scanned, name="dingtalk_callback"),
    path("login/openid/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path(
        "login/openid/<slug:provider_id>/callback/", openid.callback, name="openid_connect_callback"
    ),
    path("logout/", account.logout, name="account_logout"),
    path("account/password/", views.password, name="account_change_password"),
    path("account/identities/", views.identities, name="socialaccount_connections"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/security/", second_factor.index, name="mfa_index"),
    path("account/security/on/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/security/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
