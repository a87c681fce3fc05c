"""Settings of a probe: validated in Chinese, split into what is shown and what is encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from steward.kernel.errors import InvalidError
from steward.operations.monitoring.registry import PROBES, ProbeSettings

MASK = "••••••"

_WORDS = {
    "missing": "请填写",
    "extra_forbidden": "没有这一项设置，请删去",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "最多 {max_length} 个字",
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "应大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "应为 {expected} 之一",
    "enum": "应为 {expected} 之一",
    "value_error": "{error}",
}


class InvalidSettingsError(InvalidError):
    """Settings that a probe cannot use; `fields` maps each field to its sentence."""

    code = "monitoring.invalid_settings"

    def __init__(self, message: str, /, *, fields: Mapping[str, str]) -> None:
        super().__init__(message, fields=dict(fields))
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Split:
    """Settings as stored: `public` in the clear, `secret` to be encrypted."""

    public: dict[str, Any]
    secret: dict[str, str]


def validate(probe: str, values: Mapping[str, Any]) -> ProbeSettings:
    """The typed settings; InvalidSettingsError names each field, its value's fault and way out."""
    model = PROBES.get(probe).settings_model
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        fields = _sentences(error.errors(include_url=False))
        text = "；".join(f"{title_of(model, name)}：{words}" for name, words in fields.items())
        raise InvalidSettingsError(f"探测设置有误，{text}", fields=fields) from None


def _sentences(errors: list[ErrorDetails]) -> dict[str, str]:
    found: dict[str, str] = {}
    for error in errors:
        name = str(error["loc"][0]) if error["loc"] else "__all__"
        template = _WORDS.get(error["type"], "填写有误")
        found.setdefault(name, template.format(**(error.get("ctx") or {"error": ""})))
    return found


def title_of(model: type[ProbeSettings], name: str) -> str:
    """The Chinese label of a field."""
    field = model.model_fields.get(name)
    return (field.title if field else None) or ("设置" if name == "__all__" else name)


def secret_names(model: type[ProbeSettings]) -> list[str]:
    return [name for name, f in model.model_fields.items() if f.annotation is SecretStr]


def split(settings: ProbeSettings) -> Split:
    """Take the secrets out; empty ones are not stored."""
    public = settings.model_dump(mode="json")
    secret = {}
    for name in secret_names(type(settings)):
        public.pop(name, None)
        value = getattr(settings, name).get_secret_value()
        if value:
            secret[name] = value
    return Split(public, secret)


def shown(probe: str, public: Mapping[str, Any], secret: set[str]) -> list[tuple[str, str]]:
    """Label and value of every setting for a page; secrets as dots, unset ones left out."""
    model = PROBES.get(probe).settings_model
    rows = []
    for name, field in model.model_fields.items():
        if field.annotation is SecretStr:
            value = MASK if name in secret else ""
        else:
            value = _words(public.get(name))
        if value:
            rows.append((field.title or name, value))
    return rows


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
