from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from steward.core.accounts import api as accounts
from steward.desk.tickets.choices import (
    CHANNELS,
    KINDS,
    SEVERITIES,
    AdjustmentKind,
    ArrivalProof,
    LinkKind,
    Side,
    TicketState,
)
from steward.desk.tickets.models import Team, Ticket

HANDLE = "desk.ticket.handle"
KIND_CHOICES = [(kind.code, kind.label) for kind in KINDS.values()]
Choices = Sequence[tuple[Any, str]]


def lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1})


def people_choices() -> list[tuple[Any, str]]:
    """Everybody who may work on tickets."""
    return [("", "—"), *((person.id, person.name) for person in accounts.users_with(HANDLE))]


def team_choices() -> list[tuple[Any, str]]:
    """Every active team."""
    return [("", "—"), *Team.objects.filter(is_active=True).values_list("pk", "name")]


def severity_choices(ticket: Ticket | None = None) -> list[tuple[str, str]]:
    """The desk's severities with the contract's own words."""
    own = ticket.policy.severities if ticket is not None and ticket.policy is not None else {}
    return list((SEVERITIES | own).items())


def _number(value: Any) -> int | None:
    return int(value) if value else None


def _pick(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=_number, empty_value=None, required=False)


class ChoosingForm(forms.Form):
    """A form whose choices are read when it is made."""

    def __init__(self, *args: Any, choices: Mapping[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, options in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(options)


class NewTicketForm(ChoosingForm):
    """What the desk writes down while somebody is on the telephone."""

    title = forms.CharField(label="标题", max_length=200)
    kind = forms.ChoiceField(label="类型", choices=KIND_CHOICES)
    severity = forms.ChoiceField(label="级别", choices=list(SEVERITIES.items()), initial="minor")
    contract = forms.ChoiceField(label="合同", required=False)
    channel = forms.ChoiceField(label="来源渠道", choices=list(CHANNELS.items()), initial="phone")
    requester_name = forms.CharField(label="报告人及单位", max_length=100, required=False)
    organization = _pick("所属单位")
    item = _pick("配置项")
    team = _pick("处理组")
    assignee = _pick("处理人")
    occurred_at = forms.DateTimeField(label="发生时间（空为现在）", widget=moment(), required=False)
    tags = forms.CharField(label="标签（空格分开）", required=False)
    description = forms.CharField(label="说明", widget=lines(), required=False)


class ReplyForm(forms.Form):
    text = forms.CharField(label="内容", widget=lines(4))
    internal = forms.BooleanField(label="仅内部可见", required=False)
    file = forms.FileField(label="附件", required=False)


class AssignForm(ChoosingForm):
    team = _pick("处理组")
    assignee = _pick("处理人")
    reason = forms.CharField(label="说明", required=False)


class CheckInForm(forms.Form):
    proof = forms.ChoiceField(label="凭据", choices=ArrivalProof.choices)
    detail = forms.CharField(label="确认码或甲方确认人职务", required=False)
    at = forms.DateTimeField(label="到场时间（空为现在）", widget=moment(), required=False)
    file = forms.FileField(label="现场照片", required=False)


class SuspendForm(ChoosingForm):
    reason = forms.ChoiceField(label="原因")
    message = forms.CharField(label="给报告人的说明", widget=lines())


class ResumeForm(forms.Form):
    note = forms.CharField(label="说明", required=False)


class ResolveForm(forms.Form):
    text = forms.CharField(label="处理结果", widget=lines())
    cause = forms.CharField(label="原因", required=False)
    override = forms.CharField(label="复查未通过仍解决的理由（须授权）", required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", widget=lines())


class CloseForm(forms.Form):
    note = forms.CharField(label="关闭说明", required=False)


class VoidForm(ReasonForm):
    state = forms.ChoiceField(
        label="处理",
        choices=[(s.value, s.label) for s in (TicketState.CANCELLED, TicketState.VOID)],
    )


class MergeForm(forms.Form):
    number = forms.CharField(label="并入工单编号")
    reason = forms.CharField(label="说明", required=False)


class SeverityForm(ChoosingForm):
    severity = forms.ChoiceField(label="级别")
    reason = forms.CharField(label="原因")


class StepForm(ChoosingForm):
    step = forms.ChoiceField(label="步骤")
    text = forms.CharField(label="内容", widget=lines())


class LinkForm(forms.Form):
    kind = forms.ChoiceField(label="关系", choices=LinkKind.choices, initial=LinkKind.RELATED)
    number = forms.CharField(label="工单编号")


class TagForm(forms.Form):
    tags = forms.CharField(label="标签（空格分开）", required=False)


class AdjustForm(ChoosingForm):
    """One side's proposal; the fields that a kind does not need stay empty."""

    kind = forms.ChoiceField(label="种类", choices=AdjustmentKind.choices)
    side = forms.ChoiceField(label="代表")
    clock = _pick("时限（空为全部）")
    starts_at = forms.DateTimeField(label="剔除开始", widget=moment(), required=False)
    ends_at = forms.DateTimeField(label="剔除结束", widget=moment(), required=False)
    occurred_at = forms.DateTimeField(label="发生时间更正为", widget=moment(), required=False)
    document = forms.CharField(label="依据文件", required=False)
    reason = forms.CharField(label="理由", widget=lines())


class DecideForm(forms.Form):
    side = forms.ChoiceField(label="代表", choices=Side.choices)
    verdict = forms.ChoiceField(label="意见", choices=[("yes", "确认"), ("no", "驳回")])
    note = forms.CharField(label="说明", required=False)


class BulkForm(forms.Form):
    """One action on many tickets."""

    action = forms.ChoiceField(
        label="批量", choices=[("assign", "转派给"), ("severity", "改级别为"), ("close", "关闭")]
    )
    assignee = _pick("处理人")
    severity = forms.ChoiceField(
        label="级别", choices=[("", "—"), *SEVERITIES.items()], required=False
    )
    reason = forms.CharField(label="原因", required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(people)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("action") == "assign" and not data.get("assignee"):
            self.add_error("assignee", "请选择处理人")
        if data.get("action") == "severity" and not (data.get("severity") and data.get("reason")):
            self.add_error("severity", "请选择级别并写明原因")
        return data


class RuleForm(ChoosingForm):
    """A routing rule; the condition is the platform's condition language as JSON."""

    order = forms.IntegerField(label="次序（小的先判）", min_value=0, initial=100)
    label = forms.CharField(label="名称", max_length=120)
    condition = forms.JSONField(
        label="条件",
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono"}),
        required=False,
        error_messages={"invalid": '条件应是 JSON，如 {"field": "category", "eq": "backup"}'},
    )
    opens_ticket = forms.BooleanField(label="建单", required=False, initial=True)
    ticket_kind = forms.ChoiceField(label="工单类型", choices=KIND_CHOICES)
    severity = forms.ChoiceField(
        label="级别", choices=[("", "随问题级别"), *SEVERITIES.items()], required=False
    )
    team = _pick("处理组")
    assignee = _pick("处理人")
    joins = forms.BooleanField(label="同一对象并入未办结的工单", required=False, initial=True)
    auto_resolve = forms.BooleanField(label="复查通过自动解决", required=False)
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def clean_condition(self) -> Any:
        return self.cleaned_data["condition"] or {}
