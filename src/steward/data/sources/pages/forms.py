from typing import Any

from django import forms

from steward.core.organizations import api as organizations
from steward.data.sources.choices import DEFAULT_PORTS, Engine, Privilege, Purpose
from steward.data.sources.models import Source
from steward.data.sources.services import SourceDraft


class SourceForm(forms.Form):
    """Everything about a source; passwords are never shown again."""

    name = forms.CharField(label="名称", max_length=120)
    code = forms.CharField(
        label="编码",
        max_length=59,
        help_text="小写字母、数字和连字符，如 mzj-qzk；定下后用于接口和日志",
    )
    purpose = forms.ChoiceField(label="用途", choices=Purpose.choices)
    organization = organizations.BodyField(label="数源单位")
    contract = forms.CharField(
        label="合同编码",
        max_length=40,
        required=False,
        help_text="计入哪份合同的考核，可不填",
    )
    engine = forms.ChoiceField(label="类型", choices=Engine.choices)
    host = forms.CharField(
        label="地址", max_length=255, required=False, help_text="IP 或域名；本机目录和页面上传不填"
    )
    port = forms.IntegerField(
        label="端口",
        required=False,
        min_value=1,
        max_value=65535,
        help_text="留空用这类数据源的默认端口",
    )
    database = forms.CharField(
        label="数据库或目录", max_length=255, required=False, help_text="文件服务器填目录，如 /out"
    )
    username = forms.CharField(
        label="读取账号",
        max_length=100,
        required=False,
        help_text="只给查询权限的账号；本机目录和页面上传不填",
    )
    password = forms.CharField(
        label="读取账号密码",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    trust = forms.CharField(
        label="主机密钥或证书",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="SFTP 填对方的公钥，留空则首次连接时取对方的并固定；FTPS 用自建机构证书时填 PEM",
    )
    manager = forms.CharField(
        label="授权账号",
        max_length=100,
        required=False,
        help_text="管理部门在前置库里的权限时才需要",
    )
    manager_password = forms.CharField(
        label="授权账号密码",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    remark = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def draft(self) -> SourceDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        body = data.pop("organization")
        data["port"] = data["port"] or DEFAULT_PORTS[Engine(data["engine"])]
        return SourceDraft(organization_id=body.id, **data)


def initial_of(row: Source) -> dict[str, Any]:
    """The form of a source as registered; without secrets."""
    names = ("name", "code", "purpose", "contract", "engine", "host", "port", "database",
             "username", "trust", "manager", "remark")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"organization": row.organization.code}


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500)


class RightForm(forms.Form):
    """A right on one table of a front-end database."""

    organization = organizations.BodyField(label="使用部门")
    account = forms.CharField(label="数据库账号", max_length=100)
    table = forms.ChoiceField(label="表")
    privileges = forms.MultipleChoiceField(
        label="权限", choices=Privilege.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label="理由", max_length=500)

    def __init__(self, *args: Any, tables: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["table"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name) for name in tables]
