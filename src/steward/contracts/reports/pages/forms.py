from typing import Any

from django import forms

from steward.contracts.packs import api as packs
from steward.contracts.reports.registry import kinds


class ReasonForm(forms.Form):
    """Why a report is made again."""

    reason = forms.CharField(
        label="重新生成的原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class TemplateForm(forms.Form):
    """A template of an office."""

    kind = forms.ChoiceField(label="报告种类")
    contract = forms.ChoiceField(label="适用合同", required=False)
    file = forms.FileField(label="模板文件（.docx）")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(
        self, *args: Any, contracts: list[packs.ContractInfo], everywhere: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kind, contract = self.fields["kind"], self.fields["contract"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(contract, forms.ChoiceField)
        kind.choices = [(k.code, k.label) for k in kinds()]
        named = [(c.code, c.title) for c in contracts]
        contract.choices = [("", "所有合同"), *named] if everywhere else named
