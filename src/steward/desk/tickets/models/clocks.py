from django.db import models

from steward.core.evidence.api import marks
from steward.desk.tickets.choices import AdjustmentKind, AdjustmentState, Side
from steward.desk.tickets.models.policies import APPEND_ONLY, PolicyRuleRow
from steward.desk.tickets.models.tickets import CLOCK_FACTS, Ticket
from steward.kernel.clock import STATE_LABELS, EventType, State
from steward.kernel.clock.events import EVENT_LABELS
from steward.kernel.subjects import Subject

CLOCK_SUBJECT = "desk.clock"
STATE_CHOICES = [(state.value, STATE_LABELS[state]) for state in State]
EVENT_CHOICES = [(kind.value, EVENT_LABELS[kind]) for kind in EventType]
_MARKED = "SELECT t.contract, t.opened_at FROM new_rows n JOIN desk_ticket t ON t.id = n.ticket_id"
_LOGGED = (
    "SELECT t.contract, t.opened_at FROM new_rows n JOIN desk_clock c ON c.id = n.clock_id "
    "JOIN desk_ticket t ON t.id = c.ticket_id"
)


class Clock(models.Model):
    """One promise on one ticket.

    `spec`, `calendars` (code to version id) and the events are the truth; the rest is what the
    evaluation said last, kept for lists. `next_wake_at` says when to look again without an event.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name="工单", related_name="clocks")
    kind = models.CharField("种类", max_length=30)
    label = models.CharField("名称", max_length=120)
    clause = models.CharField("条款", max_length=200, blank=True)
    rule = models.ForeignKey(
        PolicyRuleRow, models.PROTECT, verbose_name="时限条目", related_name="+"
    )
    spec = models.JSONField("时限")
    calendars = models.JSONField("日历版本", default=dict)
    state = models.CharField(
        "状态", max_length=10, choices=STATE_CHOICES, default=State.PENDING.value
    )
    is_open = models.BooleanField("在走", default=True)
    started_at = models.DateTimeField("开始时间", null=True)
    due_at = models.DateTimeField("到期时间", null=True)
    stopped_at = models.DateTimeField("停止时间", null=True)
    breached_at = models.DateTimeField("超时时间", null=True)
    breach_recorded_at = models.DateTimeField("超时记录时间", null=True)
    next_wake_at = models.DateTimeField("下次查看", null=True)
    warned = models.PositiveSmallIntegerField("已预警次数", default=0)
    is_excused = models.BooleanField("已免责", default=False)
    is_provisional = models.BooleanField("日历未正式公布", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "时限"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind"], name="clock_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]), name="clock_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_wake_at"],
                name="clock_wake",
                condition=models.Q(next_wake_at__isnull=False),
            ),
            models.Index(
                fields=["breached_at"],
                name="clock_breached",
                condition=models.Q(breached_at__isnull=False),
            ),
        ]
        triggers = marks(CLOCK_FACTS, inserted=_MARKED, updated=_MARKED)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.label}"

    @property
    def subject(self) -> Subject:
        return Subject(CLOCK_SUBJECT, str(self.pk), f"{self.ticket.number} {self.label}")


class ClockEventRow(models.Model):
    """What happened to a clock: the append-only log from which every state follows."""

    clock = models.ForeignKey(Clock, models.PROTECT, verbose_name="时限", related_name="events")
    type = models.CharField("事件", max_length=10, choices=EVENT_CHOICES)
    occurred_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    actor_id = models.BigIntegerField("操作人编号", null=True)
    actor_label = models.CharField("操作人", max_length=100)
    reason = models.TextField("原因", blank=True)
    key = models.CharField("标识", max_length=40, blank=True)
    document = models.TextField("文件", blank=True)
    evidence = models.JSONField("凭据", default=dict)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name="更正", related_name="+"
    )
    spec = models.JSONField("新时限", null=True)
    period_start = models.DateTimeField("剔除开始", null=True)
    period_end = models.DateTimeField("剔除结束", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "时限事件"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["clock", "id"], name="clock_event_clock"),
            models.Index(fields=["recorded_at"], name="clock_event_recorded"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period_end__isnull=True)
                | models.Q(period_end__gt=models.F("period_start")),
                name="clock_event_period",
            )
        ]
        triggers = [APPEND_ONLY, *marks(CLOCK_FACTS, inserted=_LOGGED)]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.get_type_display()}"


class Adjustment(models.Model):
    """What one side proposes to count differently, and what the other side said to it."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, verbose_name="工单", related_name="adjustments"
    )
    clock = models.ForeignKey(
        Clock, models.PROTECT, null=True, verbose_name="时限", related_name="adjustments"
    )
    kind = models.CharField("种类", max_length=12, choices=AdjustmentKind.choices)
    state = models.CharField(
        "状态",
        max_length=10,
        choices=AdjustmentState.choices,
        default=AdjustmentState.PROPOSED,
    )
    starts_at = models.DateTimeField("开始时间", null=True)
    ends_at = models.DateTimeField("结束时间", null=True)
    occurred_at = models.DateTimeField("更正为", null=True)
    reason = models.TextField("原因")
    document = models.TextField("依据文件", blank=True)
    proposed_by_id = models.BigIntegerField("提出人编号")
    proposed_by = models.CharField("提出人", max_length=100)
    proposed_side = models.CharField("提出方", max_length=8, choices=Side.choices)
    proposed_at = models.DateTimeField("提出时间")
    decided_by_id = models.BigIntegerField("确认人编号", null=True)
    decided_by = models.CharField("确认人", max_length=100, blank=True)
    decided_side = models.CharField("确认方", max_length=8, choices=Side.choices, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)
    decision_note = models.TextField("确认意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "计时调整"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by_id__isnull=True)
                | (
                    ~models.Q(decided_by_id=models.F("proposed_by_id"))
                    & ~models.Q(decided_side=models.F("proposed_side"))
                ),
                name="adjustment_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="adjustment_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_state_display()}"
