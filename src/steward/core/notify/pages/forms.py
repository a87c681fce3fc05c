from collections.abc import Mapping
from typing import Any

from django import forms

from steward.core.notify.choices import Urgency
from steward.core.notify.queries import PreferenceInfo
from steward.core.notify.registry import CHANNELS, Channel


class PreferenceForm(forms.Form):
    """Channels for each urgency, and the hours for what can wait."""

    from_time = forms.TimeField(
        label="接收时段开始",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="只影响站外通知；紧急通知任何时间都会发送，工单时限不受影响",
    )
    until_time = forms.TimeField(
        label="接收时段结束",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, data: Any, preference: PreferenceInfo, usable: set[str]) -> None:
        initial: dict[str, Any] = {
            "from_time": preference.from_time,
            "until_time": preference.until_time,
        }
        choices = [(c.code, c.label) for c in CHANNELS if c.is_external and c.code in usable]
        super().__init__(data, initial=initial)
        for value, label in Urgency.choices:
            self.initial[value] = [c for c in preference.channels_for(value) if c in usable]
            self.fields[value] = forms.MultipleChoiceField(
                label=f"{label}通知另外发到",
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def chosen(self) -> dict[str, list[str]]:
        return {value: self.cleaned_data[value] for value in Urgency.values}


class ChannelForm(forms.Form):
    """The settings that a channel states; a secret that is left empty stays as it is."""

    is_enabled = forms.BooleanField(label="启用", required=False)

    def __init__(
        self, data: Any, kind: type[Channel], stored: Mapping[str, str], *, enabled: bool
    ) -> None:
        super().__init__(data, initial={"is_enabled": enabled})
        for setting in kind.settings:
            field = forms.CharField(label=setting.label, required=False, help_text=setting.help)
            if setting.is_secret:
                words = "已保存，留空表示不修改" if stored.get(setting.name) else ""
                attrs = {"autocomplete": "off", "placeholder": words}
                field.widget = forms.PasswordInput(attrs=attrs)
            else:
                field.initial = stored.get(setting.name, setting.default)
            self.fields[setting.name] = field
