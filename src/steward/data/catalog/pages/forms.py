from collections.abc import Iterable
from typing import Any

from django import forms

from steward.core.organizations import api as organizations
from steward.data.catalog.choices import (
    Cycle,
    Decision,
    Format,
    ItemType,
    Openness,
    ResourceClass,
    Sensitivity,
    Sharing,
    SharingMethod,
    SystemState,
)
from steward.data.catalog.editing import CatalogueDraft, ItemDraft, SystemDraft
from steward.data.catalog.models import Catalogue, DataItem, InformationSystem
from steward.data.sources import api as sources

BLANK = [("", "—")]


class SystemForm(forms.Form):
    """An information system."""

    code = forms.SlugField(label="编码", max_length=60, help_text="英文字母、数字、横线")
    name = forms.CharField(label="名称", max_length=120)
    organization = organizations.BodyField(label="数源单位")
    contract = forms.CharField(label="合同编码", max_length=40, required=False)
    source_id = forms.TypedChoiceField(
        label="数据源", required=False, coerce=int, empty_value=None, help_text="系统的数据所在的库"
    )
    state = forms.ChoiceField(
        label="状态", choices=SystemState.choices, initial=SystemState.RUNNING
    )
    summary = forms.CharField(
        label="说明", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, sources: Iterable[sources.SourceInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.id, row.name) for row in sources]
        self.fields["source_id"].choices = [*BLANK, *choices]  # type: ignore[attr-defined]

    def draft(self) -> SystemDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        return SystemDraft(organization_id=data.pop("organization").id, **data)


class CatalogueForm(forms.Form):
    """The elements of the guide; what is left empty is shown as a problem."""

    system_id = forms.TypedChoiceField(label="信息系统", coerce=int)
    name = forms.CharField(label="目录名称", max_length=200)
    resource_class = forms.ChoiceField(
        label="分类", choices=ResourceClass.choices, initial=ResourceClass.DEPARTMENT
    )
    summary = forms.CharField(
        label="摘要",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="内容、范围、时间",
    )
    format = forms.ChoiceField(label="格式", choices=Format.choices, initial=Format.DATABASE)
    sharing = forms.ChoiceField(label="共享类型", choices=BLANK + Sharing.choices, required=False)
    sharing_condition = forms.CharField(
        label="共享条件",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="有条件共享写条件；不予共享写依据",
    )
    sharing_method = forms.ChoiceField(
        label="共享方式", choices=BLANK + SharingMethod.choices, required=False
    )
    openness = forms.ChoiceField(label="开放类型", choices=BLANK + Openness.choices, required=False)
    openness_condition = forms.CharField(
        label="开放条件", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    cycle = forms.ChoiceField(label="更新周期", choices=BLANK + Cycle.choices, required=False)
    source_table = forms.ChoiceField(
        label="源表", required=False, help_text="选择后可核对结构、归集和统计归集率"
    )

    def __init__(
        self, *args: Any, systems: Iterable[InformationSystem], row: Catalogue | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        systems = list(systems)
        self.fields["system_id"].choices = [(one.pk, str(one)) for one in systems]  # type: ignore[attr-defined]
        self.fields["source_table"].choices = [*BLANK, *_tables(systems, row)]  # type: ignore[attr-defined]
        if row is not None:
            del self.fields["resource_class"]

    def draft(self, row: Catalogue | None) -> CatalogueDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        source_id, _, table = data.pop("source_table").partition("·")
        kept = {} if row is None else {
            "resource_class": row.resource_class, "organization_id": row.organization_id
        }  # fmt: skip
        return CatalogueDraft(
            source_id=int(source_id) if source_id else None,
            source_table=table,
            **(data | kept),
        )


def _tables(systems: list[InformationSystem], row: Catalogue | None) -> list[tuple[str, str]]:
    ids = {one.source_id for one in systems if one.source_id is not None}
    if row is not None and row.source_id is not None:
        ids.add(row.source_id)
    found = []
    for source in sources.all_sources():
        if source.id in ids:
            found += [
                (f"{source.id}·{table.name}", f"{source.name} {table.name} {table.comment}")
                for table in sources.tables_of(source.id)
            ]
    known = {value for value, _ in found}
    kept = f"{row.source_id}·{row.source_table}" if row is not None and row.source_id else ""
    if row is not None and kept and kept not in known:
        found.append((kept, f"{row.source_table}（已消失）"))
    return found


class ItemForm(forms.Form):
    """One row of the table of items."""

    code = forms.CharField(label="项代码", max_length=200)
    name = forms.CharField(label="项名称", max_length=200, required=False)
    type = forms.ChoiceField(label="数据类型", choices=BLANK + ItemType.choices, required=False)
    length = forms.IntegerField(label="长度", min_value=1, max_value=10**9, required=False)
    sensitivity = forms.ChoiceField(
        label="敏感级别", choices=BLANK + Sensitivity.choices, required=False
    )
    is_key = forms.BooleanField(label="主键", required=False)
    nullable = forms.BooleanField(label="可为空", required=False, initial=True)
    sharing = forms.ChoiceField(label="共享类型", choices=BLANK + Sharing.choices, required=False)
    source_type = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label or ""


ITEM_FIELDS = tuple(ItemForm.base_fields)
ItemFormSet: Any = forms.formset_factory(ItemForm, extra=3, can_delete=True, max_num=2000)


def item_values(item: DataItem) -> dict[str, Any]:
    """A row as the form shows it."""
    return {name: getattr(item, name) for name in ITEM_FIELDS}


def item_drafts(forms_: Any) -> tuple[ItemDraft, ...]:
    """The rows that are filled in and not deleted."""
    return tuple(
        ItemDraft(**{name: form.cleaned_data[name] for name in ITEM_FIELDS})
        for form in forms_
        if form.cleaned_data.get("code") and not form.cleaned_data.get("DELETE")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500)


class UploadForm(forms.Form):
    file = forms.FileField(label="Excel 文件")


class ServiceItemsForm(forms.Form):
    """The list that the province issued."""

    file = forms.FileField(
        label="CSV 文件", help_text="列：事项编码、事项名称、部门、区划代码（或英文列名）"
    )
    complete = forms.BooleanField(label="这是全量清单：未列出的事项视为不再使用", required=False)


class LinkForm(forms.Form):
    codes = forms.CharField(
        label="事项编码",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，可从事项页复制",
    )

    def clean_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.cleaned_data["codes"].split()))


class DemandForm(forms.Form):
    """A demand on one catalogue."""

    title = forms.CharField(label="需求名称", max_length=200)
    organization = organizations.BodyField(label="需求单位")
    items = forms.MultipleChoiceField(label="所需数据项", widget=forms.CheckboxSelectMultiple)
    purpose = forms.CharField(label="用途", widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.CharField(label="依据", max_length=300, required=False)

    def __init__(self, *args: Any, row: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(item.code, f"{item.name or item.code}") for item in row.items.all()]
        self.fields["items"].choices = choices  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """The task that a demand becomes."""

    target = forms.CharField(
        label="目标表", max_length=130, help_text="归集层表名，如 ods.低保对象"
    )
    schedule = forms.CharField(
        label="计划",
        max_length=60,
        required=False,
        help_text="五段 cron，如“30 2 * * *”；留空只人工运行",
    )


class DecisionForm(forms.Form):
    """What is to become of an uncollected catalogue."""

    decision = forms.ChoiceField(label="决定", choices=Decision.choices)
    due_on = forms.DateField(
        label="归集期限", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label="理由", max_length=500)
