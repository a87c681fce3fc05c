"""Where allauth meets our rules: no sign-up, our lock, identities linked to known people only."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from steward.core.accounts.models import User
from steward.core.accounts.sign_in import attempts, identities
from steward.core.accounts.sign_in.secrets_box import open_box, seal
from steward.kernel.instants import now


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords: our count of failures and our lock instead of allauth's."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "account_inactive": "账号已停用，请联系系统管理员",
        "incorrect_password": "密码不对",
        "too_many_login_attempts": "尝试太多次，请过几分钟再试",
        "rate_limited": "操作太频繁，请过几分钟再试",
        "username_password_mismatch": "登录名或密码不对",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        message = attempts.lock_message(credentials.get("username", ""), now=now())
        if message:
            raise ValidationError(message)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        message = attempts.note_failure(
            credentials.get("username", ""),
            reason="登录名或密码不对",
            ip=self.get_client_ip(request),
            now=now(),
        )
        raise ValidationError(message)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:  # noqa: ARG002
        messages.error(request, "账号已停用，请联系系统管理员")
        return redirect("account_login")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return resolve_url("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return "/"

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing after signing in or out: the page itself shows it."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices go through core.notify, not through allauth's English mails."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Outside identities sign in only as people we know."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        try:
            user = identities.user_for(sociallogin, now=now())
        except identities.UnknownIdentityError as refusal:
            messages.error(request, refusal.message)
            raise ImmediateHttpResponse(redirect(reverse("account_login"))) from refusal
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices go through core.notify, not through allauth's English mails."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds are stored encrypted."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "动态口令不对，请输入验证器里当前显示的 6 位数字",
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_box(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:  # noqa: ARG002
        return True
