"""Forms of monitoring: the probe's own fields come from its settings schema."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from django import forms
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from steward.operations.monitoring.models import SeverityChoice
from steward.operations.monitoring.queries.monitors import Editable
from steward.operations.monitoring.registry import PROBES, probe_choices

PREFIX = "s"


class MonitorForm(forms.Form):
    """What every monitor states, whatever its probe."""

    item_id = forms.TypedChoiceField(label="配置项", coerce=int)
    name = forms.CharField(label="名称", max_length=120, help_text="如：首页、数据库连接、附件目录")
    probe = forms.ChoiceField(label="探测方式", choices=probe_choices)
    interval = forms.IntegerField(label="间隔（秒）", min_value=5, max_value=86_400, initial=60)
    timeout = forms.IntegerField(label="超时（秒）", min_value=1, max_value=120, initial=10)
    failures_before_down = forms.IntegerField(
        label="连续失败几次算中断", min_value=1, max_value=20, initial=2
    )
    successes_before_up = forms.IntegerField(
        label="连续成功几次算恢复", min_value=1, max_value=20, initial=1
    )
    severity = forms.ChoiceField(
        label="中断时级别", choices=SeverityChoice.choices, initial=SeverityChoice.MAJOR
    )
    core = forms.BooleanField(
        label="计入合同可用性", required=False, help_text="核心系统的关键探测才计入"
    )

    def __init__(self, *args: Any, items: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_id"].choices = items  # type: ignore[attr-defined]


class SettingsForm(forms.Form):
    """The fields of one probe, made from its settings schema."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        probe: str,
        stored: Editable | None = None,
    ) -> None:
        super().__init__(data, prefix=PREFIX)
        kept = stored.secrets_set if stored else frozenset()
        for name, info in PROBES.get(probe).settings_model.model_fields.items():
            field = _form_field(info, is_kept=name in kept)
            if stored and name in stored.public:
                field.initial = stored.public[name]
            self.fields[name] = field

    def values(self) -> dict[str, Any]:
        """What was typed; an empty number falls back to the schema's own default."""
        return {k: v for k, v in self.cleaned_data.items() if v is not None}

    def show(self, errors: Mapping[str, str]) -> None:
        """Put the schema's sentences beside their fields."""
        for name, words in errors.items():
            self.add_error(name if name in self.fields else None, words)


def _form_field(info: FieldInfo, *, is_kept: bool) -> forms.Field:
    words: dict[str, Any] = {
        "label": info.title,
        "help_text": info.description or "",
        "required": info.is_required(),
        "initial": None if info.default is PydanticUndefined else info.default,
    }
    kind: Any = info.annotation
    extra = info.json_schema_extra
    is_long = isinstance(extra, dict) and extra.get("widget") == "textarea"
    if kind is SecretStr:
        return _secret_field(words, is_kept=is_kept, is_long=is_long)
    if kind is bool:
        return forms.BooleanField(**{**words, "required": False})
    if kind is int:
        return forms.IntegerField(**{**words, "required": False})
    choices = _choices(kind)
    if choices:
        return forms.ChoiceField(choices=choices, **{**words, "required": False})
    widget = forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput()
    return forms.CharField(widget=widget, strip=True, **words)


class SecretTextarea(forms.Textarea):
    """For secrets of several lines, such as a private key: never shows what it holds."""

    def format_value(self, value: Any) -> str:  # noqa: ARG002
        return ""


def _secret_field(words: dict[str, Any], *, is_kept: bool, is_long: bool) -> forms.Field:
    hint = "已保存，不改就留空" if is_kept else words["help_text"]
    attrs = {"autocomplete": "new-password", "placeholder": "••••••" if is_kept else ""}
    return forms.CharField(
        label=words["label"], help_text=hint, required=False, strip=False,
        widget=SecretTextarea(attrs={**attrs, "rows": 3}) if is_long else forms.PasswordInput(attrs=attrs),
    )  # fmt: skip


def _choices(kind: Any) -> list[tuple[str, str]]:
    if get_origin(kind) is Literal:
        return [(value, value) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [(member.value, member.value) for member in kind]
    return []


class WindowForm(forms.Form):
    """A maintenance or a claim of force majeure."""

    item_ids = forms.TypedMultipleChoiceField(
        label="配置项", coerce=int, help_text="所选配置项的全部监测项",
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip
    start = forms.DateTimeField(
        label="开始", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    end = forms.DateTimeField(
        label="结束", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    reason = forms.CharField(label="事由", max_length=300)
    document = forms.CharField(
        label="依据文件", max_length=200, help_text="文号或标题，如“维护申请〔2026〕12 号”"
    )

    def __init__(self, *args: Any, items: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_ids"].choices = items  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end - start > timedelta(days=31):
            self.add_error("end", "一个时段最长 31 天，更长的请分开登记")
        return values
