from django import forms

from steward.data.entities.services import LineageDraft

MOST_MEGABYTES = 5


class LineForm(forms.Form):
    """One source of a field."""

    source_system = forms.CharField(
        label="来源系统", max_length=100, help_text="如 邻礼通、公安人口库"
    )
    source_table = forms.CharField(
        label="来源表", max_length=100, help_text="邻礼通填表名，如 person"
    )
    source_field = forms.CharField(label="来源字段", max_length=100)
    transformation = forms.CharField(label="转换", max_length=300, required=False)
    authority = forms.IntegerField(
        label="优先级", min_value=1, max_value=99, help_text="1 最先采用"
    )
    reason = forms.CharField(label="理由", max_length=500)

    def draft(self, table: str, field: str) -> LineageDraft:
        """What the service takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return LineageDraft(target_table=table, target_field=field, **data)


class ImportForm(forms.Form):
    """A sheet made by 导出."""

    file = forms.FileField(
        label="Excel 文件", help_text=f"由“导出”得到的 .xlsx，不超过 {MOST_MEGABYTES} MB"
    )
    reason = forms.CharField(label="理由", max_length=500)
