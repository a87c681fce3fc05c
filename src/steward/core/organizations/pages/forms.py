from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from steward.core.organizations import api as organizations


class OrganizationField(forms.CharField):
    """A body, written as its code (a list of codes and names helps); cleans to its id or None."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": "organization-list", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = organizations.find(text.split()[0])
        if found is None:
            raise ValidationError(f"没有编码为“{text}”的机构，请从列表中选择")
        return found.id


class AttributesForm(forms.Form):
    """The attributes of B3.2 besides the name and the place in the tree."""

    short_name = forms.CharField(label="简称", max_length=60, required=False)
    kind = forms.ChoiceField(label="类型", choices=organizations.Kind.choices)
    level = forms.ChoiceField(label="行政层级", choices=organizations.Level.choices)
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    region_code = forms.CharField(label="行政区划代码", max_length=12, required=False)
    supervisor_id = OrganizationField(label="主管部门", required=False, help_text="填机构编码")
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = forms.CharField(label="办公电话", max_length=30, required=False)
    contact = forms.CharField(label="联系人", max_length=60, required=False)
    sort_order = forms.IntegerField(label="排序", min_value=0, max_value=1_000_000, initial=1000)
    valid_from = forms.DateField(
        label="设立日期", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_until = forms.DateField(
        label="终止日期", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class NewForm(AttributesForm):
    """A new body."""

    code = forms.CharField(label="编码", max_length=40)
    name = forms.CharField(label="名称", max_length=120)
    parent_id = OrganizationField(label="上级", required=False, help_text="填机构编码；空着为顶层")
    field_order = ("code", "name", "parent_id", "short_name", "kind", "level")


class RenameForm(forms.Form):
    to = forms.CharField(label="新名称", max_length=120)
    short_name = forms.CharField(label="新简称", max_length=60, required=False)
    reason = forms.CharField(label="依据或原因", widget=forms.Textarea(attrs={"rows": 2}))


class MoveForm(forms.Form):
    to = OrganizationField(label="新的上级", required=False, help_text="填机构编码；空着为顶层")
    reason = forms.CharField(label="依据或原因", widget=forms.Textarea(attrs={"rows": 2}))


class MergeForm(forms.Form):
    into = OrganizationField(label="并入机构", help_text="填机构编码；下级一并转入")
    reason = forms.CharField(label="依据或原因", widget=forms.Textarea(attrs={"rows": 2}))


class CancelForm(forms.Form):
    reason = forms.CharField(label="依据或原因", widget=forms.Textarea(attrs={"rows": 2}))
