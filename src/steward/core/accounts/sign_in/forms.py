"""The few forms of signing in whose words or checks are ours."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.core.exceptions import ValidationError

from steward.core.accounts.models import User
from steward.core.accounts.policy import policy
from steward.core.accounts.sign_in import attempts
from steward.kernel.instants import now


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "登录名"
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autofocus": True}
        self.fields["password"].label = "密码"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the second step; wrong ones count towards the lock like wrong passwords."""

    def clean_code(self) -> str:
        moment = now()
        message = attempts.lock_message(self.user.username, now=moment)
        if message:
            raise ValidationError(message)
        try:
            return str(super().clean_code())
        except ValidationError as refusal:
            ip = get_adapter().get_client_ip(context.request)
            told = attempts.note_failure(
                self.user.username, reason="动态口令或恢复码不对", ip=ip, now=moment
            )
            raise ValidationError(told) from refusal


class PasswordForm(forms.Form):
    """A new password of one's own; the old one proves who asks."""

    old = forms.CharField(
        label="当前密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一遍新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        rules = policy()
        self.fields["new"].help_text = (
            f"至少 {rules.min_length} 位，大写字母、小写字母、数字、符号至少 {rules.min_classes} 种，"
            f"不与最近 {rules.remembered} 次相同"
        )

    def clean_old(self) -> str:
        given = str(self.cleaned_data["old"])
        if not self.user.check_password(given):
            raise ValidationError("当前密码不对")
        return given

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一致")
        return data
