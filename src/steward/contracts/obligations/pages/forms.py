from typing import Any

from django import forms

from steward.contracts.obligations.choices import MomentKind, Side

Choices = list[tuple[str, str]]


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"})


class ProofForm(forms.Form):
    """A file, or a link to a record of the platform, and what it is."""

    title = forms.CharField(label="材料名称", max_length=200)
    file = forms.FileField(label="文件", required=False, help_text="PDF、OFD、Word、Excel、图片等")
    link = forms.CharField(
        label="平台内链接", max_length=300, required=False,
        help_text="工单、巡检、报告或证据的页面地址，例如 /evidence/123/",
    )  # fmt: skip
    done_at = forms.DateTimeField(
        label="实际完成时间", required=False, widget=_moment(),
        help_text="早于现在才填；经甲方确认后按这个时间计，未确认前按提交时间计",
    )  # fmt: skip
    note = forms.CharField(label="说明", max_length=2000, required=False, widget=_lines())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not data.get("link"):
            self.add_error("file", "请上传文件，或填写平台内链接")
        return data


class BatchForm(forms.Form):
    """One file for several occurrences."""

    title = forms.CharField(label="材料名称", max_length=200)
    file = forms.FileField(label="文件", help_text="一份材料证明下列全部期次，例如当月的每日记录表")
    note = forms.CharField(label="说明", max_length=2000, required=False, widget=_lines())


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=500)


class DecisionForm(forms.Form):
    """Agree or refuse what the other side proposed."""

    agree = forms.ChoiceField(label="意见", choices=[("yes", "同意"), ("no", "不同意")])
    note = forms.CharField(label="说明", max_length=500, required=False)


class SidedForm(forms.Form):
    """A form of somebody who may speak for one side or for both."""

    side = forms.ChoiceField(label="代表")

    def __init__(self, *args: Any, sides: list[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["side"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(side.value, side.label) for side in sides]
        if len(sides) == 1:
            field.initial, field.widget = sides[0].value, forms.HiddenInput()


class WaiverForm(SidedForm):
    reason = forms.CharField(label="豁免原因", max_length=1000, widget=_lines())
    file = forms.FileField(label="依据文件", help_text="双方函件、会议纪要等")


class MomentForm(SidedForm):
    """A guard period that the other side is to confirm."""

    contract = forms.ChoiceField(label="合同")
    title = forms.CharField(label="名称", max_length=120, help_text="例如：2026 年全国两会保障")
    kind = forms.ChoiceField(label="种类", choices=MomentKind.choices)
    starts_at = forms.DateTimeField(label="开始", widget=_moment())
    ends_at = forms.DateTimeField(label="结束（不含）", widget=_moment())
    note = forms.CharField(label="保障要求", max_length=2000, required=False, widget=_lines())

    def __init__(self, *args: Any, contracts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = contracts
