from typing import Any

from django import forms
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from steward.core.organizations import api as organizations
from steward.data.quality.choices import SEVERITIES
from steward.data.quality.column_types import LABELS
from steward.data.quality.definitions import reference_of, roles_of, severity_of
from steward.data.quality.levels import BY_HAND, Standing
from steward.data.quality.library import RuleDraft
from steward.data.quality.models import RuleVersion
from steward.data.quality.tables import TableChange, TableDraft, UseDraft

LEVELS = [(1, "L1 公开"), (2, "L2 内部"), (3, "L3 敏感"), (4, "L4 高敏感")]


class RuleForm(forms.Form):
    """A new rule of the library."""

    code = forms.SlugField(
        label="编码", max_length=59, help_text="小写字母、数字、连字符，如 id-card"
    )
    name = forms.CharField(label="名称", max_length=120)
    group = forms.CharField(label="分组", max_length=60, help_text="如 人口通用、邻礼通·人")
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="标准或文件")
    definition = forms.CharField(
        label="定义",
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text="列名是占位，配置到表时与表的列对应。例：kind: mobile 换行 column: 手机号",
    )
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def draft(self, definition: dict[str, Any]) -> RuleDraft:
        """What the service takes."""
        return RuleDraft(**{**self.cleaned_data, "definition": definition})


class ReviseForm(forms.Form):
    """Another wording of a rule."""

    definition = forms.CharField(
        label="定义",
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
    )
    note = forms.CharField(label="修改说明", max_length=500)


class RetireForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500)


class TableForm(forms.Form):
    """A lake table to be checked; the choices are its own columns."""

    title = forms.CharField(label="中文名", max_length=120)
    organization = organizations.BodyField(label="责任部门")
    keys = forms.MultipleChoiceField(label="主键列", widget=forms.CheckboxSelectMultiple)
    department_column = forms.ChoiceField(
        label="部门列",
        required=False,
        help_text="写着每行归哪个部门（编码或名称）；没有则全归责任部门",
    )
    contract = forms.CharField(label="合同编码", max_length=40, required=False)
    schedule = forms.CharField(
        label="计划",
        max_length=60,
        required=False,
        help_text="五段 cron；留空只在有新数据或人工时检查",
    )
    on_collected = forms.BooleanField(label="有新数据即检查", required=False, initial=True)
    guidance = forms.CharField(
        label="整改说明", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, name: str, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table_name = name
        named = [(column, column) for column in columns]
        for field, choices in (("keys", named), ("department_column", [("", "—"), *named])):
            found = self.fields[field]
            if isinstance(found, forms.ChoiceField):
                found.choices = choices

    def draft(self) -> TableDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        body, keys = data.pop("organization"), tuple(data.pop("keys"))
        return TableDraft(name=self.table_name, organization_id=body.id, keys=keys, **data)


class TableChangeForm(TableForm):
    """How a checked table is checked from now on; its keys stay."""

    is_active = forms.BooleanField(
        label="启用", required=False, help_text="停用后不再检查，已派发的工单保持不变"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["keys"]

    def change(self) -> TableChange:
        """What the service takes."""
        data = dict(self.cleaned_data)
        return TableChange(organization_id=data.pop("organization").id, **data)


class UseForm(forms.Form):
    """A rule on a table: one choice of column for every part of the rule."""

    severity = forms.ChoiceField(label="级别", choices=SEVERITIES, initial="normal")
    threshold = forms.DecimalField(
        label="容差", min_value=0, max_value=1, max_digits=7, decimal_places=6, initial=0,
        help_text="允许不合格的比例，0 为不允许",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        version: RuleVersion,
        columns: list[str],
        tables: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rule_id = version.rule_id
        self.fields["severity"].initial = severity_of(version.definition)
        self.roles = roles_of(version.definition)
        lower = {name.casefold(): name for name in columns}
        for number, role in enumerate(self.roles):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=f"“{role}”对应的列",
                choices=[(name, name) for name in columns],
                initial=lower.get(role.casefold(), ""),
            )
        self.other = reference_of(version.definition)
        if self.other:
            self.fields["table"] = forms.ChoiceField(
                label=f"对照的表“{self.other}”",
                choices=[(name, name) for name in tables],
                initial=self.other,
            )

    def draft(self) -> UseDraft:
        """What the service takes."""
        data = self.cleaned_data
        mapping = {role: data[f"column_{number}"] for number, role in enumerate(self.roles)}
        return UseDraft(
            rule_id=self.rule_id,
            mapping=mapping,
            tables={self.other: data["table"]} if self.other else {},
            severity=data["severity"],
            threshold=data["threshold"],
        )


class ChangeUseForm(forms.Form):
    severity = forms.ChoiceField(label="级别", choices=SEVERITIES)
    threshold = forms.DecimalField(
        label="容差", min_value=0, max_value=1, max_digits=7, decimal_places=6
    )
    is_active = forms.BooleanField(label="启用", required=False)


class LevelsForm(forms.Form):
    """A level for every column, and by whose word it has the present one."""

    def __init__(self, *args: Any, found: dict[str, Standing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = list(found)
        for number, (name, item) in enumerate(found.items()):
            lowest = item.level if item.is_declared and item.by != BY_HAND else 1
            self.fields[f"level_{number}"] = forms.TypedChoiceField(
                label=name,
                coerce=int,
                choices=[choice for choice in LEVELS if choice[0] >= lowest],
                initial=item.level,
                help_text=f"{item.by}{'，这里只能调高' if lowest > 1 else ''}",
            )

    def levels(self) -> dict[str, int]:
        """Column → level."""
        return {
            name: self.cleaned_data[f"level_{number}"] for number, name in enumerate(self.columns)
        }


class TypesForm(forms.Form):
    """What each text column holds."""

    def __init__(self, *args: Any, kept: dict[str, str], columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        for number, name in enumerate(columns):
            self.fields[f"type_{number}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", "文本"), *LABELS.items()],
                initial=kept.get(name, ""),
            )

    def types(self) -> dict[str, str]:
        """Column → type, of the columns that are not plain text."""
        found = {
            name: self.cleaned_data[f"type_{number}"] for number, name in enumerate(self.columns)
        }
        return {name: kind for name, kind in found.items() if kind}


class ReturnForm(forms.Form):
    """The Excel file of an order, filled in."""

    file = forms.FileField(label="填好的 Excel", help_text="用本工单导出的文件填写")
    reason = forms.CharField(label="更正依据", max_length=500)


class RowForm(forms.Form):
    """The cells of one row; a masked value left as it is stays as it was."""

    def __init__(
        self,
        *args: Any,
        shown: dict[str, str | None],
        keys: list[str],
        words: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        for number, (name, text) in enumerate(shown.items()):
            self.fields[f"cell_{number}"] = forms.CharField(
                label=f"{words[name]}（{name}）" if name in words else name,
                required=False,
                initial=text,
                disabled=name in keys,
                strip=False,
                help_text="主键，不能改" if name in keys else "",
            )
        self.fields["reason"] = forms.CharField(label="更正依据", max_length=500)

    def given(self) -> dict[str, str | None]:
        """Column → text, where it differs from what was shown; an emptied cell is None."""
        found = {}
        for number, (name, text) in enumerate(self.shown.items()):
            value = self.cleaned_data[f"cell_{number}"]
            if (value or "") != (text or ""):
                found[name] = value or None
        return found


class ProjectForm(forms.Form):
    """An ad-hoc cleaning project."""

    name = forms.CharField(label="项目名称", max_length=120)
    purpose = forms.CharField(label="需求", widget=forms.Textarea(attrs={"rows": 3}))
    organization = organizations.BodyField(label="需求部门")


def steps_of(text: str) -> list[dict[str, Any]]:
    """Steps as a person writes them; ValidationError where they are no list of steps."""
    try:
        data = YAML(typ="safe").load(text)
    except YAMLError:
        raise forms.ValidationError("步骤不是正确的 YAML，请检查缩进、冒号和括号") from None
    if not isinstance(data, list) or not all(isinstance(step, dict) for step in data):
        raise forms.ValidationError("每步写成一行“- {kind: …, column: …}”")
    return data


class CleaningForm(forms.Form):
    """A table of a project; the steps as YAML, one a line."""

    source = forms.ChoiceField(label="来源表")
    target = forms.CharField(label="目标表", max_length=130, help_text="治理层表名，如 dwd.人口")
    keys = forms.CharField(label="主键列", max_length=400, help_text="多列用顿号或逗号隔开")
    steps = forms.CharField(
        label="清洗步骤",
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text="每行一步，如 - {kind: trim, column: 姓名}",
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = self.fields["source"]
        if isinstance(found, forms.ChoiceField):
            found.choices = [(name, name) for name in names]

    def clean_steps(self) -> list[dict[str, Any]]:
        return steps_of(self.cleaned_data["steps"])

    def clean_keys(self) -> tuple[str, ...]:
        text = self.cleaned_data["keys"].replace("，", "、").replace(",", "、")
        return tuple(part.strip() for part in text.split("、") if part.strip())


class StepsForm(forms.Form):
    """Other steps for a cleaned table, from the next run on."""

    steps = forms.CharField(
        label="清洗步骤",
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "spellcheck": "false"}),
        help_text="每行一步，如 - {kind: trim, column: 姓名}",
    )

    def clean_steps(self) -> list[dict[str, Any]]:
        return steps_of(self.cleaned_data["steps"])


class AnswersForm(forms.Form):
    file = forms.FileField(label="IRS 答复文件", help_text="按下面的格式，.xlsx")
