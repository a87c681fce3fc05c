from collections.abc import Sequence
from typing import Any

from django import forms

from steward.core.organizations import api as organizations
from steward.data.collection.applications import ApplicationDraft
from steward.data.collection.choices import Mode, Origin
from steward.data.collection.models import Application
from steward.data.collection.services import TaskDraft
from steward.data.sources import api as sources


class TaskForm(forms.Form):
    """A task over one table; its columns are those that the source has."""

    field_order = ("name", "target", "mode", "cursor", "keys", "schedule", "max_lag_hours",
                   "columns", "condition", "origin", "application_id", "keep_bad_rows")  # fmt: skip
    name = forms.CharField(label="任务名称", max_length=120)
    target = forms.CharField(
        label="目标表", max_length=130, help_text="归集到平台的哪张表，归集层以 ods. 开头"
    )
    origin = forms.ChoiceField(label="来源", choices=Origin.choices, initial=Origin.LOCAL)
    application_id = forms.TypedChoiceField(
        label="数据申请",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="来源是省市数据时，选批准的申请",
    )
    columns = forms.MultipleChoiceField(
        label="交换字段",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选表示全部字段",
    )
    mode = forms.ChoiceField(label="归集方式", choices=Mode.choices)
    keys = forms.MultipleChoiceField(
        label="关键字列",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="增量时按关键字更新；镜像必选",
    )
    cursor = forms.ChoiceField(
        label="游标列", required=False, help_text="增量和镜像按它取新增和修改的行"
    )
    condition = forms.CharField(
        label="过滤条件",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只归集符合条件的行，如：状态 = '有效' AND 登记日期 >= DATE '2020-01-01'",
    )
    schedule = forms.CharField(
        label="计划",
        max_length=60,
        required=False,
        help_text="五段 cron，如“30 2 * * *”为每天 02:30；留空只人工运行",
    )
    max_lag_hours = forms.IntegerField(
        label="最长滞后（小时）", min_value=1, max_value=8784, initial=48
    )
    keep_bad_rows = forms.BooleanField(label="读不懂的行另存，其余照常归集", required=False)

    def __init__(self, *args: Any, table: sources.TableInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        named = [
            (c.name, f"{c.name}（{c.comment}）" if c.comment else c.name) for c in table.columns
        ]
        approved = Application.objects.filter(state="approved").order_by("-id")[:200]
        choices: dict[str, Sequence[tuple[object, str]]] = {
            "columns": named,
            "keys": named,
            "cursor": [("", "—"), *named],
            "application_id": [("", "—"), *((row.pk, str(row)) for row in approved)],
        }
        for name, values in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(values)

    def draft(self) -> TaskDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        data["columns"], data["keys"] = tuple(data["columns"]), tuple(data["keys"])
        return TaskDraft(source_id=self.table.source_id, source_table=self.table.name, **data)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500)


class RecallForm(forms.Form):
    """What proves that the data had to go."""

    document = forms.CharField(label="依据", max_length=300, help_text="通知、批复的文号")
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 2}))


class ApplicationForm(forms.Form):
    """A request for return-flow or municipal data."""

    origin = forms.ChoiceField(
        label="来源", choices=[c for c in Origin.choices if c[0] != Origin.LOCAL]
    )
    title = forms.CharField(label="数据名称", max_length=200)
    items = forms.CharField(label="所需数据项", widget=forms.Textarea(attrs={"rows": 4}))
    purpose = forms.CharField(label="用途", widget=forms.Textarea(attrs={"rows": 2}))
    document = forms.CharField(
        label="依据", max_length=300, help_text="需求清单、责任清单或文件的编号"
    )
    organization = organizations.BodyField(label="使用部门")
    contract = forms.CharField(label="合同编码", max_length=40, required=False)
    valid_until = forms.DateField(
        label="使用期限", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def draft(self) -> ApplicationDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        body = data.pop("organization")
        return ApplicationDraft(organization_id=body.id, **data)
