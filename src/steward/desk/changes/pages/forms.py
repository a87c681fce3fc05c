from datetime import datetime
from typing import Any

from django import forms

from steward.assets.cmdb import api as cmdb
from steward.core.accounts import api as accounts
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.desk.changes.choices import AccessAction, Category, Risk


def lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


def moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"})


class ChangeForm(forms.Form):
    """The assessment that K6 asks for; every part is needed."""

    title = forms.CharField(label="标题", max_length=200)
    category = forms.ChoiceField(label="变更对象", choices=Category.choices)
    contract = forms.CharField(label="合同编码", max_length=40, required=False)
    item_code = forms.CharField(label="配置项编码", max_length=60, required=False)
    risk = forms.ChoiceField(label="风险等级", choices=Risk.choices, initial=Risk.MEDIUM)
    ticket_number = forms.CharField(label="起因工单编号", required=False)
    window_start = forms.DateTimeField(label="窗口开始", widget=moment())
    window_end = forms.DateTimeField(label="窗口结束", widget=moment())
    content = forms.CharField(label="变更内容", widget=lines())
    risk_analysis = forms.CharField(label="风险分析", widget=lines())
    rollback_plan = forms.CharField(label="回退方案", widget=lines())
    feasibility = forms.CharField(label="可行性", widget=lines())
    resources = forms.CharField(label="所需资源", widget=lines())
    executed_record = forms.CharField(
        label="已执行的补登记：执行记录",
        widget=lines(),
        required=False,
        help_text="只在变更已经执行、事先没有审批时填写；会计入考核。",
    )

    def clean_item_code(self) -> cmdb.ItemInfo | None:
        code = self.cleaned_data["item_code"].strip()
        if not code:
            return None
        item = cmdb.find(code)
        if item is None:
            raise forms.ValidationError(f"没有编码为“{code}”的配置项")
        return item


class RecordForm(forms.Form):
    record = forms.CharField(label="记录", widget=lines())


class AccessForm(forms.Form):
    """One form for the four actions; what an action does not need stays empty."""

    action = forms.ChoiceField(label="事项", choices=AccessAction.choices)
    username = forms.CharField(label="登录名（授予、收回）", required=False)
    role = forms.ChoiceField(label="角色（授予、收回）", required=False)
    reach = forms.ChoiceField(label="数据范围（授予）", choices=roles.Reach.choices, required=False)
    organization_code = forms.CharField(
        label="机构编码（新增的新编码、更名的原编码）", required=False
    )
    organization_name = forms.CharField(label="机构名称（新名称）", required=False)
    parent_code = forms.CharField(label="上级机构编码（新增）", required=False)
    contract = forms.CharField(label="合同编码", required=False)
    reason = forms.CharField(label="理由", widget=lines())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *((str(role.id), role.name) for role in roles.roles())]

    def parameters(self, *, now: datetime) -> dict[str, Any]:
        """The parameters of the chosen action; ValidationError names the field in words."""
        data = self.cleaned_data
        action = data["action"]
        if action == AccessAction.GRANT:
            return self._grant(data, now)
        if action == AccessAction.REVOKE:
            return self._revoke(now)
        if action == AccessAction.CREATE:
            parent = self._body(data["parent_code"], "parent_code") if data["parent_code"] else None
            return {
                "code": self._given("organization_code", "请填写新机构的编码"),
                "name": self._given("organization_name", "请填写机构名称"),
                "parent_id": None if parent is None else parent.id,
            }
        return {
            "organization_id": self._body(data["organization_code"], "organization_code").id,
            "name": self._given("organization_name", "请填写新名称"),
        }

    def _given(self, name: str, otherwise: str) -> str:
        value = str(self.cleaned_data[name]).strip()
        if not value:
            raise forms.ValidationError({name: otherwise})
        return value

    def _body(self, code: str, name: str) -> organizations.OrganizationInfo:
        body = organizations.find(code.strip())
        if body is None:
            raise forms.ValidationError({name: f"没有编码为“{code}”的机构"})
        return body

    def _person(self) -> accounts.UserInfo:
        username = self._given("username", "请填写登录名")
        person = accounts.find_user(username)
        if person is None:
            raise forms.ValidationError({"username": f"没有登录名为“{username}”的人"})
        return person

    def _grant(self, data: dict[str, Any], now: datetime) -> dict[str, Any]:
        person = self._person()
        posts = accounts.posts_of(person.id, now=now)
        if not posts:
            raise forms.ValidationError({"username": f"{person.name}没有岗位，请先任职"})
        return {
            "post_id": posts[0].id,
            "role_id": int(self._given("role", "请选择角色")),
            "reach": data["reach"],
        }

    def _revoke(self, now: datetime) -> dict[str, Any]:
        person = self._person()
        role_id = int(self._given("role", "请选择角色"))
        for grant in roles.grants_of(person.id, now=now):
            if grant.role_id == role_id:
                return {"grant_id": grant.id}
        raise forms.ValidationError({"role": f"{person.name}没有这个角色"})
