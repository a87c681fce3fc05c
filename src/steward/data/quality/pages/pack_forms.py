from collections.abc import Callable
from typing import Any

from django import forms

from steward.data.quality.models import PackUse
from steward.data.quality.pack_uses import PackUseDraft, Parts, usual_column
from steward.data.quality.packs import PackDraft

MOST_BYTES = 2_000_000
NONE = "—"


class PackForm(forms.Form):
    """A rule file: uploaded, or as text."""

    code = forms.SlugField(
        label="编码", max_length=40, help_text="同一编码再次导入就是这个规则包的下一版"
    )
    name = forms.CharField(
        label="名称", max_length=60, required=False, help_text="留空用文件里的名称"
    )
    file = forms.FileField(
        label="规则文件", required=False, help_text="YAML 或 JSON，UTF-8，至多 2 MB"
    )
    text = forms.CharField(
        label="或粘贴内容",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "mono", "spellcheck": "false"}),
    )
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file is not None:
            if file.size > MOST_BYTES:
                self.add_error("file", "文件超过 2 MB，请拆开")
                return data
            try:
                data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", "文件不是 UTF-8，请转换编码后再导入")
        elif not data.get("text", "").strip():
            self.add_error("text", "请选择文件，或粘贴规则文件的内容")
        return data

    def draft(self) -> PackDraft:
        """What the service takes."""
        data = self.cleaned_data
        return PackDraft(code=data["code"], text=data["text"], name=data["name"], note=data["note"])


class PackUseForm(forms.Form):
    """A pack on a table: a choice for every column and every other table of its rules."""

    def __init__(
        self,
        *args: Any,
        parts: Parts,
        own: list[str],
        lake: list[str],
        held: PackUse | None,
        usual: Callable[[str], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        columns, tables = (held.mapping, held.tables) if held is not None else ({}, {})
        for number, name in enumerate(parts.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=f"列“{name}”",
                choices=[("", "请选择"), (NONE, "没有这一列，不用有关规则"), *_pairs(own)],
                initial=(columns.get(name) or NONE) if name in columns else usual_column(name, own),
            )
        for number, name in enumerate(parts.tables):
            self.fields[f"table_{number}"] = forms.ChoiceField(
                label=f"对照的表“{name}”",
                choices=[("", "请选择"), (NONE, "没有这张表，不用有关规则"), *_pairs(lake)],
                initial=(tables.get(name) or NONE) if name in tables else usual(name),
            )

    def draft(self, code: str) -> PackUseDraft:
        """What the service takes."""
        return PackUseDraft(
            code=code,
            columns=self._given("column", self.parts.columns),
            tables=self._given("table", self.parts.tables),
        )

    def _given(self, kind: str, names: tuple[str, ...]) -> dict[str, str]:
        found = {name: self.cleaned_data[f"{kind}_{at}"] for at, name in enumerate(names)}
        return {name: "" if value == NONE else value for name, value in found.items()}


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]
