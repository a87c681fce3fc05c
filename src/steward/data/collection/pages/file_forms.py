from typing import Any

from django import forms

from steward.data.collection.choices import Mode, Shape
from steward.data.collection.filetasks import FileTaskDraft
from steward.data.collection.tables_in_files import TYPES, Preview

SCHEDULE = "五段 cron，如“30 2 * * *”为每天 02:30；留空只人工运行"
MEBIBYTE = 1 << 20


class StartForm(forms.Form):
    """What is to be brought, and which files."""

    shape = forms.ChoiceField(
        label="形式",
        choices=[c for c in Shape.choices if c[0] != Shape.TABLE],
        help_text="表格文件读成一张表；非结构化文件原样保存并登记",
    )
    pattern = forms.CharField(
        label="文件名样式",
        max_length=200,
        help_text="如 人口_*.csv、2026/*.xlsx、*.pdf；* 代表任意字符，也含子目录",
    )
    sheet = forms.CharField(
        label="工作表", max_length=100, required=False, help_text="Excel 才需要；留空为第一张"
    )
    header = forms.IntegerField(
        label="表头在第几行", min_value=1, max_value=100, initial=1, required=False
    )

    def reading(self) -> dict[str, Any]:
        """How a workbook is read."""
        return {"sheet": self.cleaned_data["sheet"], "header": self.cleaned_data["header"] or 1}


class SampleForm(StartForm):
    """The same where people upload: the columns come from a sample."""

    sample = forms.FileField(
        label="样例文件", required=False, help_text="表格文件必填：列和类型从它读出"
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("shape") == Shape.SHEET and not data.get("sample"):
            self.add_error("sample", "请选一个样例文件")
        return data


class TypesForm(forms.Form):
    """The type of each column, in the order of the file."""

    def __init__(self, *args: Any, columns: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = list(columns)
        for index, (name, kind) in enumerate(columns.items()):
            self.fields[f"type_{index}"] = forms.ChoiceField(
                label=name, choices=list(TYPES.items()), initial=kind
            )

    def types(self) -> dict[str, str]:
        """Column → type."""
        given = self.cleaned_data
        return {name: given[f"type_{index}"] for index, name in enumerate(self.names)}


class FilingForm(forms.Form):
    """A task over unstructured files."""

    name = forms.CharField(label="任务名称", max_length=110)
    target = forms.CharField(
        label="文件集", max_length=60, help_text="这些文件归在一起的名字，如 公文、户籍扫描件"
    )
    max_mb = forms.IntegerField(
        label="单个文件上限（MB）", min_value=1, max_value=102_400, initial=2048
    )
    schedule = forms.CharField(label="计划", max_length=60, required=False, help_text=SCHEDULE)
    max_lag_hours = forms.IntegerField(
        label="最长滞后（小时）", min_value=1, max_value=8784, initial=48
    )

    def draft(self, source_id: int, start: StartForm) -> FileTaskDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        given = start.cleaned_data
        return FileTaskDraft(
            shape=given["shape"],
            source_id=source_id,
            pattern=given["pattern"],
            max_bytes=data.pop("max_mb") * MEBIBYTE,
            **data,
        )


class SheetForm(FilingForm):
    """A task over tables in files; its columns are those of the file that was read."""

    target = forms.CharField(label="目标表", max_length=130, help_text="归集层表名，如 ods.人口")
    mode = forms.ChoiceField(
        label="归集方式",
        choices=[
            (Mode.INCREMENTAL, "增量：每个新文件写入一次"),
            (Mode.FULL, "全量：最新的文件替换整张表"),
        ],
    )
    keys = forms.MultipleChoiceField(
        label="关键字列",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="增量时按它更新已有的行；都不选则只追加",
    )
    columns = forms.MultipleChoiceField(
        label="交换字段",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选表示全部字段",
    )
    keep_bad_rows = forms.BooleanField(
        label="读不懂的行另存，其余照常归集", required=False,
        help_text="不选时，文件里有一行读不懂就整个文件不写入",
    )  # fmt: skip
    field_order = ("name", "target", "mode", "keys", "columns", "keep_bad_rows")

    def __init__(self, *args: Any, preview: Preview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("columns", "keys"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(column, column) for column in preview.columns]

    def sheet_draft(self, source_id: int, start: StartForm, types: dict[str, str]) -> FileTaskDraft:
        """What the service takes."""
        data = dict(self.cleaned_data)
        given = start.cleaned_data
        data["columns"], data["keys"] = tuple(data["columns"]), tuple(data["keys"])
        return FileTaskDraft(
            shape=Shape.SHEET,
            source_id=source_id,
            pattern=given["pattern"],
            reading=start.reading(),
            types=types,
            max_bytes=data.pop("max_mb") * MEBIBYTE,
            **data,
        )
