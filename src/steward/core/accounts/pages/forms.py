from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from steward.core.organizations import api as organizations


class UserForm(forms.Form):
    """The fields of an account that people keep; empty ones stay empty."""

    name = forms.CharField(label="姓名", max_length=60)
    title = forms.CharField(label="职务", max_length=60, required=False)
    mobile = forms.RegexField(
        r"^1\d{10}$",
        label="手机号",
        required=False,
        error_messages={"invalid": "手机号应为 11 位数字，以 1 开头"},
    )
    email = forms.EmailField(label="电子邮箱", required=False)
    external_id = forms.CharField(
        label="统一身份标识",
        max_length=120,
        required=False,
        help_text="统一身份认证或钉钉里的编号，用于关联外部身份",
    )


class NewUserForm(UserForm):
    """A new account; the random password is shown once."""

    username = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9._-]{2,59}$",
        label="登录名",
        error_messages={"invalid": "登录名应以字母开头，3 到 60 位，可含数字和 . _ -"},
    )
    field_order = ("username", "name")


class ChangeUserForm(UserForm):
    """Changes of an account: an empty mobile or e-mail keeps what is there, since it is masked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("mobile", "email"):
            self.fields[name].help_text = "空着则不改"


class PostForm(forms.Form):
    """A post to be given."""

    organization = forms.CharField(
        label="机构",
        help_text="填机构编码",
        widget=forms.TextInput(attrs={"list": "organization-list", "autocomplete": "off"}),
    )
    title = forms.CharField(label="岗位名称", max_length=60, required=False)
    valid_from = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label="失效日期",
        required=False,
        help_text="空着为长期；当天起失效",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    is_main = forms.BooleanField(label="设为主岗", required=False)

    def clean_organization(self) -> int:
        text = str(self.cleaned_data["organization"])
        found = organizations.find(text.split(maxsplit=1)[0])
        if found is None:
            raise ValidationError(f"没有编码为“{text}”的机构，请从列表中选择")
        return found.id


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因", max_length=500, error_messages={"required": "请写明原因"}
    )
