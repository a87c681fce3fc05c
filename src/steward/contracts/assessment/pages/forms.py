"""Forms of what both sides put on record."""

from typing import Any

from django import forms

from steward.contracts.packs import api as packs

GROUNDS = (
    ("force_majeure", "不可抗力"),
    ("maintenance", "经批准的维护"),
    ("refused_access", "甲方未提供条件"),
    ("not_supplier", "非乙方原因"),
)
NEEDS = {
    "invoice": "收到发票",
    "confirmation": "甲方确认工作量",
    "acceptance": "验收通过",
    "funding": "财政资金到位",
}


def _day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget, required=required)


def _money(label: str, help_text: str = "", *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, max_digits=14, decimal_places=2, required=required
    )


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class BreachForm(forms.Form):
    """A breach of either side."""

    penalty = forms.ChoiceField(label="违约条款")
    what = forms.CharField(
        label="经过",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="什么时候、哪件事、违反了哪一条；对方能看到，写入后不能修改",
    )
    occurred = _day("发生日期", "逾期的填最后一个不算逾期的日子（约定的日期）")
    noticed = _day("要求改正的日期", "合同有改正期的条款须填写", required=False)
    base = _money("逾期部分的金额（元）", "按逾期部分计算的条款填写", required=False)
    stage = forms.ChoiceField(label="付款期", required=False, help_text="付款逾期的填写")
    tickets = forms.CharField(
        label="关联工单",
        max_length=300,
        required=False,
        help_text="工单编号，多个用逗号分开",
    )
    document = forms.FileField(label="依据文件", required=False)

    def __init__(self, pack: packs.Pack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = {"client": "甲方", "supplier": "乙方"}
        rows = [(p.id, f"{who[p.payer]}：{p.title}") for p in pack.penalties]
        _choices(self, "penalty", rows)
        stages = [("", "不涉及"), *((s.id, s.title) for s in pack.payment.stages)]
        _choices(self, "stage", stages)


class PaymentForm(forms.Form):
    """A payment of the client."""

    stage = forms.ChoiceField(label="付款期")
    day = _day("付款日期")
    amount = _money("金额（元）")
    voucher = forms.CharField(label="凭证号", max_length=60)
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, pack: packs.Pack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "stage", [(s.id, s.title) for s in pack.payment.stages])


def needs_of(stage: packs.Stage) -> list[str]:
    """The conditions of a stage, the acceptance included where it falls due by it."""
    implied = ["acceptance"] if stage.due == "acceptance" else []
    return list(dict.fromkeys([*stage.needs, *implied]))


class ConditionForm(forms.Form):
    """A condition of a stage that is fulfilled."""

    what = forms.ChoiceField(label="付款条件")
    day = _day("日期")
    reference = forms.CharField(label="文号或票号", max_length=100)
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, pack: packs.Pack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [
            (f"{stage.id}/{need}", f"{stage.title}：{NEEDS[need]}")
            for stage in pack.payment.stages
            for need in needs_of(stage)
        ]
        _choices(self, "what", rows)


class ExclusionForm(forms.Form):
    """Why an event shall not count."""

    ground = forms.ChoiceField(label="理由类别", choices=GROUNDS)
    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea({"rows": 4}))
    document = forms.FileField(label="依据文件", help_text="证明、批准单或往来函件，必附")


class CourseForm(forms.Form):
    """How a breach went on: put right, or days that do not count."""

    verdict = forms.ChoiceField(
        label="登记", choices=(("cured", "已改正或已付清"), ("excused", "不计入的期间"))
    )
    day = _day("日期", "改正的日子，或期间的第一天")
    until = _day("截止日期", "期间的最后一天", required=False)
    ground = forms.ChoiceField(label="免责理由", required=False)
    reason = forms.CharField(label="说明", max_length=500, required=False)

    def __init__(self, penalty: packs.Penalty | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        excuses = [(e.code, e.title) for e in penalty.excuses] if penalty else []
        _choices(self, "ground", [("", "不适用"), *excuses, ("force_majeure", "不可抗力")])
