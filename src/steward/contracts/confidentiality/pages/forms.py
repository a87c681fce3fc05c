from typing import Any

from django import forms

from steward.contracts.confidentiality.choices import AccessKind, ItemKind, ItemState
from steward.contracts.staffing import api as staffing
from steward.core.accounts import api as accounts


def lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


def moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def people(team: list[staffing.MemberInfo]) -> list[tuple[str, str]]:
    return [(str(m.id), f"{m.name}（{m.position_title}）") for m in team]


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class AgreementForm(forms.Form):
    """登记保密协议."""

    member = forms.ChoiceField(label="人员")
    signed_date = forms.DateField(label="签署日期", widget=day())
    valid_until = forms.DateField(
        label="有效期至（不含当天）", widget=day(), required=False, help_text="长期有效留空"
    )
    file = forms.FileField(label="协议文件", help_text="签字后的扫描件")

    def __init__(self, *args: Any, team: list[staffing.MemberInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "member", people(team))


class EndForm(forms.Form):
    ended_date = forms.DateField(label="终止日期", widget=day())
    reason = forms.CharField(label="终止原因", max_length=200)


class AccessForm(forms.Form):
    """申请访问."""

    member = forms.ChoiceField(label="人员")
    kind = forms.ChoiceField(label="种类", choices=AccessKind.choices)
    target = forms.CharField(
        label="对象", max_length=200, help_text="数据集、主机、数据库或系统的名称"
    )
    starts_at = forms.DateTimeField(label="开始时间", widget=moment())
    ends_at = forms.DateTimeField(label="结束时间", widget=moment())
    watcher = forms.CharField(
        label="监督人登录名", max_length=150, required=False, help_text="远程支持等须有人监督"
    )
    purpose = forms.CharField(label="用途", widget=lines())
    scope = forms.CharField(label="范围", widget=lines(), help_text="哪些表、字段、操作；够用为止")

    def __init__(self, *args: Any, team: list[staffing.MemberInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "member", people(team))

    def clean_watcher(self) -> int | None:
        text = self.cleaned_data["watcher"].strip()
        found = accounts.find_user(text) if text else None
        if text and found is None:
            raise forms.ValidationError(f"没有登录名为“{text}”的账号")
        return found.id if found else None


class UseForm(forms.Form):
    """登记使用."""

    started_at = forms.DateTimeField(label="开始时间", widget=moment())
    ended_at = forms.DateTimeField(label="结束时间", widget=moment())
    action = forms.CharField(label="操作内容", max_length=500, widget=lines())
    from_where = forms.CharField(label="来源（终端或地址）", max_length=100)
    output = forms.CharField(label="产出", max_length=300, required=False)


class ExportForm(UseForm):
    """An export says how much left, its checksum and who received it."""

    rows = forms.IntegerField(label="带出条数", min_value=0)
    sha256 = forms.CharField(label="文件 SHA-256", max_length=64, min_length=64)
    recipient = forms.CharField(label="接收方", max_length=200)


class ItemForm(forms.Form):
    """登记移交给乙方的事项."""

    kind = forms.ChoiceField(label="类别", choices=ItemKind.choices)
    name = forms.CharField(label="名称", max_length=200)
    quantity = forms.CharField(label="数量", max_length=60, required=False)
    given_date = forms.DateField(label="交付日期", widget=day())
    holder = forms.ChoiceField(label="保管人", required=False)

    def __init__(self, *args: Any, team: list[staffing.MemberInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "holder", [("", "—"), *people(team)])


class SettleForm(forms.Form):
    """归还或销毁."""

    to = forms.ChoiceField(
        label="处置",
        choices=[(s.value, s.label) for s in (ItemState.RETURNED, ItemState.DESTROYED)],
    )
    note = forms.CharField(label="经过与方式", max_length=300, widget=lines())
    proof = forms.FileField(label="证明文件", required=False, help_text="销毁必须上传")
