from typing import Any

from django import forms

from steward.core.access import api as access
from steward.core.roles import api as roles


class RoleForm(forms.Form):
    """A role; its permissions are chosen as words under headings."""

    name = forms.CharField(label="名称", max_length=60)
    duty = forms.ChoiceField(
        label="职责",
        choices=roles.DutyChoice.choices,
        help_text="三员分立：系统、安全、审计管理员的权限只能放进对应职责的角色",
    )
    description = forms.CharField(
        label="说明", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    permissions = forms.MultipleChoiceField(
        label="权限", error_messages={"required": "请至少选一项权限"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["permissions"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(p.code, p.label) for p in access.permissions()]

    def chosen(self) -> set[str]:
        """The codes to show as ticked."""
        value = self["permissions"].value()
        return set(value or ())

    def draft(self) -> roles.RoleDraft:
        """What the valid form says."""
        data = self.cleaned_data
        return roles.RoleDraft(
            name=data["name"],
            permissions=tuple(data["permissions"]),
            description=data["description"],
            duty=data["duty"],
        )


class GrantForm(forms.Form):
    """A role on a post."""

    role = forms.TypedChoiceField(label="角色", coerce=int)
    reach = forms.ChoiceField(label="数据范围", choices=roles.Reach.choices)
    expires_at = forms.DateTimeField(
        label="到期时间",
        required=False,
        help_text="空着为长期",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    reason = forms.CharField(label="依据或原因", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(role.id, role.name) for role in roles.roles()]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因", max_length=500, error_messages={"required": "请写明原因"}
    )
