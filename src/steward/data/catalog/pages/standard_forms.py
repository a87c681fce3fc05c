"""Forms of the cataloguing standard: one rule by its kind, the whole text, the reason."""

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from django import forms

from steward.data.catalog.standard_tables import COLUMNS
from steward.engine import rules
from steward.engine.expressions import ExpressionError, parse_expression
from steward.engine.rules.kind import TableKind
from steward.engine.rules.model import DIMENSION_LABELS, SEVERITY_LABELS

USABLE = (
    "not_blank", "length", "regex", "in_dictionary", "required_if", "expression", "unique",
    "number_range", "column_compare", "social_credit_code",
)  # fmt: skip
KINDS = {kind.code: kind for kind in rules.all_kinds() if not issubclass(kind, TableKind)}
COMMON = ("id", "name", "kind", "severity", "dimension", "basis", "when", "message", "remedy")
_ONE_COLUMN, _SKIPPED = ("column", "left", "right"), ("table", "file", "reference")
_CHOICES = {
    "empty": {"ignore": "不算不合格", "fail": "算不合格"},
    "unknown": {"ignore": "不算不合格", "fail": "算不合格"},
}


class TextForm(forms.Form):
    """The whole standard as text."""

    text = forms.CharField(
        label="标准全文（YAML）",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "mono", "spellcheck": "false",
                                     "wrap": "off"}),
    )  # fmt: skip


class SubmitForm(forms.Form):
    note = forms.CharField(
        label="修订说明", max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="为什么修订、依据什么",
    )  # fmt: skip


class RuleForm(forms.Form):
    """One rule: what every rule has, and what its kind asks for."""

    def __init__(self, *args: Any, scope: str, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.scope = KINDS[kind], scope
        self._add(
            "id",
            forms.SlugField(
                label="编号", max_length=60, help_text="英文字母、数字、横线；用后不再改"
            ),
        )
        self._add("name", forms.CharField(label="规则名称", max_length=60))
        for name, field in self.kind.Parameters.model_fields.items():
            if not name.startswith(_SKIPPED) and name != "placeholders":
                self._add(name, _field(name, field, COLUMNS[scope]))
        self._add(
            "when",
            forms.CharField(
                label="适用条件",
                max_length=1000,
                required=False,
                help_text="如：格式 = 'database' AND 数据项数 > 0；留空适用于全部",
            ),
        )
        self._add(
            "severity",
            forms.ChoiceField(
                label="程度",
                choices=[(one.value, words) for one, words in SEVERITY_LABELS.items()],
                initial="normal",
                help_text="严重的不能发布；一般的列为问题目录；提示只提醒",
            ),
        )
        self._add(
            "dimension",
            forms.ChoiceField(
                label="维度",
                choices=[(one.value, words) for one, words in DIMENSION_LABELS.items()],
                initial=self.kind.dimension.value,
            ),
        )
        self._add(
            "basis", forms.CharField(label="依据", max_length=300, help_text="文件名称和条款")
        )
        self._add(
            "message",
            forms.CharField(
                label="问题的说法",
                max_length=300,
                help_text="可用要素的值，如：目录名称“{目录名称}”过短",
            ),
        )
        self._add("remedy", forms.CharField(label="整改指引", max_length=300))  # fmt: skip

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field

    def clean_when(self) -> str:
        text = str(self.cleaned_data["when"]).strip()
        if text:
            try:
                parse_expression(text)
            except ExpressionError as error:
                raise forms.ValidationError(error.message) from None
        return text

    def rule(self) -> dict[str, Any]:
        """The rule as it is written in the text; what was left empty is left out."""
        data = {"kind": self.kind.code} | self.cleaned_data
        if data["dimension"] == self.kind.dimension.value:
            data["dimension"] = ""
        order = ("id", "name", "kind", *self.kind.Parameters.model_fields, *COMMON[3:])
        return {
            name: _plain(data[name])
            for name in dict.fromkeys(order)
            if data.get(name) not in (None, "", [], False)
        }


def initial_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A written rule as the form shows it."""
    return {
        name: "\n".join(map(str, value)) if name == "values" else value
        for name, value in rule.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, bool | int) else str(value)


class _Lines(forms.CharField):
    """A list of values, one a line."""

    widget = forms.Textarea(attrs={"rows": 5})

    def to_python(self, value: object) -> Any:
        lines = str(super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]


def _field(name: str, field: Any, columns: tuple[str, ...]) -> forms.Field:
    label = field.description or name
    common: dict[str, Any] = {"label": label, "required": field.is_required()}
    pairs = [(column, column) for column in columns]
    if name in _ONE_COLUMN:
        return forms.ChoiceField(choices=pairs, **common)
    if name == "columns":
        return forms.MultipleChoiceField(
            choices=pairs, widget=forms.CheckboxSelectMultiple, **common
        )
    return _by_type(name, _inner(field.annotation), common | _initial(field))


def _by_type(name: str, kind: Any, common: dict[str, Any]) -> forms.Field:
    if get_origin(kind) is Literal:
        words = _CHOICES.get(name, {})
        choices = [(value, words.get(value, value)) for value in get_args(kind)]
        return forms.ChoiceField(choices=choices, **common)
    if get_origin(kind) is tuple:
        return _Lines(**common, help_text="一行一个；字典要素写代码，如 conditional")
    if kind is bool:
        return forms.BooleanField(**(common | {"required": False}))
    if kind is int:
        return forms.IntegerField(**common)
    return forms.CharField(max_length=2000, **common)


def _initial(field: Any) -> dict[str, Any]:
    simple = isinstance(field.default, str | int) and not field.is_required()
    return {"initial": field.default} if simple else {}


def _inner(annotation: Any) -> Any:
    """int | None → int."""
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation
