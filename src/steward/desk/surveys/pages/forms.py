from datetime import datetime, timedelta
from typing import Any

from django import forms

from steward.desk.surveys import api as surveys
from steward.desk.surveys.choices import Basis, Formula, QuestionKind, SampleMethod
from steward.desk.tickets import api as desk


def moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"})


def day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class RoundForm(forms.Form):
    """What the client decides before anybody is asked."""

    contract = forms.CharField(label="合同编码", max_length=40)
    title = forms.CharField(label="名称", max_length=120, help_text="受访人会看到，例如：2026 年度办公平台运维满意度调查")  # fmt: skip
    asker = forms.CharField(label="调查单位", max_length=100, help_text="受访人会看到是谁在问")
    version_id = forms.TypedChoiceField(label="问卷", coerce=int)
    period_start = forms.DateField(label="评价时段起", widget=day(), help_text="按这一天归入合同的考核期")  # fmt: skip
    period_last = forms.DateField(label="评价时段止（含）", widget=day())
    closes_at = forms.DateTimeField(label="截止时间", widget=moment())
    formula = forms.ChoiceField(label="满意度计算方法", choices=Formula.choices)
    satisfied_from = forms.TypedChoiceField(
        label="几分起算满意",
        coerce=int,
        choices=[(4, "4 分（满意）"), (5, "5 分（非常满意）"), (3, "3 分（一般）")],
    )
    basis = forms.ChoiceField(label="计入的题", choices=Basis.choices)
    minimum = forms.IntegerField(
        label="最少有效份数", min_value=3, max_value=100_000, initial=30,
        help_text="少于这个数，满意度按“没有数据”处理",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(v.pk, str(v)) for v in surveys.newest_versions()]

    def clean_contract(self) -> str:
        code: str = self.cleaned_data["contract"].strip()
        if not desk.policies_of(code):
            raise forms.ValidationError(f"没有编码为“{code}”的合同")
        return code

    def terms(self) -> surveys.Terms:
        given = self.cleaned_data
        return surveys.Terms(
            given["formula"], given["satisfied_from"], given["basis"], given["minimum"]
        )

    def new_round(self, *, organization_id: int | None) -> surveys.NewRound:
        given = self.cleaned_data
        return surveys.NewRound(
            contract=given["contract"],
            title=given["title"],
            asker=given["asker"],
            version_id=given["version_id"],
            period_start=given["period_start"],
            period_end=given["period_last"] + timedelta(days=1),
            closes_at=given["closes_at"],
            terms=self.terms(),
            organization_id=organization_id,
        )


class ImportForm(forms.Form):
    file = forms.FileField(label="名单（Excel 或 CSV）")


class DrawForm(forms.Form):
    method = forms.ChoiceField(label="抽样方法", choices=SampleMethod.choices)
    size = forms.IntegerField(label="样本量", min_value=1, required=False)


class ExtendForm(forms.Form):
    closes_at = forms.DateTimeField(label="新的截止时间", widget=moment())


class QuestionnaireForm(forms.Form):
    title = forms.CharField(label="问卷名称", max_length=100)
    intro = forms.CharField(
        label="开头的说明", max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )


class QuestionForm(forms.Form):
    """One question; an empty title drops it."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="题目", max_length=120, required=False)
    kind = forms.ChoiceField(label="题型", choices=QuestionKind.choices)
    choices = forms.CharField(label="选项（用“；”隔开）", max_length=500, required=False)
    required = forms.BooleanField(label="必答", required=False, initial=True)

    def question(self, number: int) -> surveys.Question | None:
        given = self.cleaned_data
        if not given.get("title", "").strip():
            return None
        options = given["choices"].replace(";", "；").split("；")
        is_choice = given["kind"] == QuestionKind.CHOICE
        return surveys.Question(
            code=given["code"] or f"q{number}",
            kind=given["kind"],
            title=given["title"].strip(),
            required=given["required"],
            choices=tuple(o.strip() for o in options if o.strip()) if is_choice else (),
        )


QuestionSet = forms.formset_factory(QuestionForm, extra=3, max_num=30)


def later(now: datetime, days: int) -> datetime:
    """A round closing time some days ahead."""
    return (now + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
