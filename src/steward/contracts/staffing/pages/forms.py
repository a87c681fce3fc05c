from typing import Any

from django import forms

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import ChangeReason
from steward.core.accounts import api as accounts

WEEKDAYS = [(str(n), f"周{name}") for n, name in enumerate("一二三四五六日", start=1)]
LEAVING = [choice for choice in ChangeReason.choices if choice[0] != ChangeReason.ENLARGED]


def lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def account_of(username: str) -> int | None:
    """The id of an account by sign-in name; ValidationError when there is none."""
    if not username.strip():
        return None
    found = accounts.find_user(username.strip())
    if found is None:
        raise forms.ValidationError(f"没有登录名为“{username.strip()}”的账号")
    return found.id


class PersonFields(forms.Form):
    """What is asked about a person, whether they come at once or by a change."""

    name = forms.CharField(label="姓名", max_length=60)
    position = forms.ChoiceField(label="合同岗位", required=False)
    position_title = forms.CharField(label="岗位（合同未列时填写）", max_length=100, required=False)
    qualification = forms.CharField(label="资质", widget=lines(), required=False)
    is_on_site = forms.BooleanField(label="驻场", required=False, initial=True)
    is_key = forms.BooleanField(
        label="关键人员", required=False, help_text="关键人员更换须甲方同意"
    )
    username = forms.CharField(
        label="登录名", max_length=150, required=False, help_text="有账号的人自己签到"
    )

    def __init__(self, *args: Any, terms: packs.Staffing | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        assert isinstance(field, forms.ChoiceField)
        positions = terms.positions if terms else ()
        field.choices = [
            ("", "—"),
            *((p.code, f"{p.title}{'（关键）' if p.key else ''}") for p in positions),
        ]
        if not positions:
            del self.fields["position"]
            self.fields["position_title"].label = "岗位"

    def clean_username(self) -> int | None:
        return account_of(self.cleaned_data["username"])

    def person(self) -> dict[str, Any]:
        """The values as services take them."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "position": given.get("position", ""),
            "position_title": given["position_title"],
            "qualification": given["qualification"],
            "is_on_site": given["is_on_site"],
            "is_key": given["is_key"],
            "user_id": given["username"],
        }


class MemberForm(PersonFields):
    """登记团队成员."""

    joined_date = forms.DateField(label="进场日期", widget=date_input())
    weekdays = forms.MultipleChoiceField(
        label="每周到岗日",
        choices=WEEKDAYS,
        initial=list("12345"),
        widget=forms.CheckboxSelectMultiple,
        help_text="法定节假日不排班，调休上班日照排",
    )
    mobile = forms.CharField(label="手机号", max_length=20, required=False)
    identity = forms.CharField(
        label="证件号",
        max_length=20,
        required=False,
        help_text="仅在甲方要求进场登记时填写，加密保存",
    )


class CorrectForm(forms.Form):
    """What may be corrected of a person."""

    qualification = forms.CharField(label="资质", widget=lines(), required=False)
    weekdays = forms.MultipleChoiceField(
        label="每周到岗日", choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    username = forms.CharField(label="登录名", max_length=150, required=False)
    mobile = forms.CharField(label="手机号（留空不改）", max_length=20, required=False)
    identity = forms.CharField(label="证件号（留空不改）", max_length=20, required=False)

    def clean_username(self) -> int | None:
        return account_of(self.cleaned_data["username"])


class LeaveForm(forms.Form):
    left_date = forms.DateField(
        label="离场日期", widget=date_input(), help_text="当天起不再在岗；将来的离场请提出人员变更"
    )
    reason_kind = forms.ChoiceField(label="原因", choices=LEAVING)


class ChangeForm(forms.Form):
    """提出人员变更: who leaves, who comes, why, how work is handed over."""

    leaving = forms.ChoiceField(label="离开人员", required=False)
    reason_kind = forms.ChoiceField(label="原因类别", choices=ChangeReason.choices)
    effective_date = forms.DateField(label="生效日期", widget=date_input())
    reason = forms.CharField(label="变更原因", widget=lines())
    handover_plan = forms.CharField(
        label="交接安排", widget=lines(), required=False, help_text="须甲方同意的变更必填"
    )

    def __init__(self, *args: Any, team: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leaving"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "无（增派）"), *((str(pk), words) for pk, words in team)]


class ComingForm(PersonFields):
    """The person who comes; left empty when nobody does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].label = "接替人员姓名（不接替留空）"
