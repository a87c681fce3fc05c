from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from steward.core.evidence.api import marks
from steward.desk.tickets.choices import (
    CHANNELS,
    KINDS,
    OPEN_STATES,
    SEVERITIES,
    EntryKind,
    LinkKind,
    TicketState,
    Urgency,
)
from steward.desk.tickets.models.policies import APPEND_ONLY, PolicyVersion
from steward.desk.tickets.models.routing import Team
from steward.kernel.subjects import Subject

TICKET_SUBJECT = "desk.ticket"
CLOCK_FACTS = "desk_clocks"
IS_OPEN = models.Q(state__in=[state.value for state in OPEN_STATES])
_MOVED = (
    "SELECT contract, opened_at FROM old_rows UNION ALL SELECT contract, opened_at FROM new_rows"
)


class NumberSeries(models.Model):
    """The last number given for a prefix in a year; its row lock makes numbers gap-free."""

    prefix = models.CharField("前缀", max_length=8)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="number_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class Ticket(models.Model):
    """A piece of work with a deadline.

    `queue_at` (the next due time, or the far future) and `urgency` are derived from the clocks
    and only order the queue; the row's lock guards the ticket's clocks.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    kind = models.CharField("类型", max_length=20)
    severity = models.CharField("级别", max_length=10)
    state = models.CharField(
        "状态", max_length=12, choices=TicketState.choices, default=TicketState.NEW
    )
    title = models.CharField("标题", max_length=200)
    description = models.TextField("说明", blank=True)
    grams = ArrayField(models.CharField(max_length=2), verbose_name="检索词", default=list)
    tags = ArrayField(models.CharField(max_length=40), verbose_name="标签", default=list)
    channel = models.CharField("来源渠道", max_length=10)
    contract = models.CharField("合同", max_length=40, blank=True)
    policy = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, verbose_name="时限政策", related_name="+"
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="所属单位",
        related_name="+",
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="报告人账号",
        related_name="+",
    )
    requester_name = models.CharField("报告人", max_length=100, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, verbose_name="处理组", related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="处理人",
        related_name="+",
    )
    item = models.ForeignKey(
        "cmdb.Item",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="配置项",
        related_name="+",
    )
    subject_kind = models.CharField("对象类型", max_length=60, blank=True)
    subject_key = models.CharField("对象编号", max_length=60, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    occurred_at = models.DateTimeField("发生时间")
    reported_occurred_at = models.DateTimeField("最初登记的发生时间")
    opened_at = models.DateTimeField("建单时间")
    resolved_at = models.DateTimeField("解决时间", null=True)
    closed_at = models.DateTimeField("关闭时间", null=True)
    resolution = models.TextField("处理结果", blank=True)
    cause = models.TextField("原因", blank=True)
    end_reason = models.TextField("终止原因", blank=True)
    suspend_reason = models.CharField("挂起原因", max_length=40, blank=True)
    reopen_count = models.PositiveSmallIntegerField("重新打开次数", default=0)
    auto_resolve = models.BooleanField("复查通过自动解决", default=False)
    queue_at = models.DateTimeField("下一时限")
    urgency = models.PositiveSmallIntegerField(
        "紧迫程度", choices=Urgency.choices, default=Urgency.CALM
    )

    class Meta:
        verbose_name = verbose_name_plural = "工单"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=TicketState.values), name="ticket_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["resolved", "closed"])
                | models.Q(resolved_at__isnull=False),
                name="ticket_resolved_at",
            ),
        ]
        indexes = [
            models.Index(fields=["queue_at", "id"], name="ticket_queue", condition=IS_OPEN),
            models.Index(
                fields=["assignee", "queue_at", "id"], name="ticket_mine", condition=IS_OPEN
            ),
            models.Index(fields=["team", "queue_at", "id"], name="ticket_team", condition=IS_OPEN),
            models.Index(
                fields=["urgency", "state", "assignee", "team", "organization"],
                name="ticket_tally",
                condition=IS_OPEN,
            ),
            models.Index(fields=["contract", "opened_at"], name="ticket_contract"),
            models.Index(fields=["subject_kind", "subject_key", "-id"], name="ticket_subject"),
            models.Index(fields=["item", "-id"], name="ticket_item"),
            models.Index(fields=["state", "-id"], name="ticket_state_id"),
            models.Index(fields=["kind", "-id"], name="ticket_kind_id"),
            models.Index(fields=["organization", "-id"], name="ticket_organization"),
            GinIndex(fields=["grams"], name="ticket_grams"),
        ]
        triggers = marks(CLOCK_FACTS, updated=_MOVED)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def subject(self) -> Subject:
        """This ticket as a reference."""
        return Subject(TICKET_SUBJECT, str(self.pk), f"{self.number} {self.title}")

    @property
    def about(self) -> Subject | None:
        """What the ticket is about, when it is about an object."""
        if not self.subject_kind:
            return None
        return Subject(self.subject_kind, self.subject_key, self.subject_label)

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind].label if self.kind in KINDS else self.kind

    @property
    def severity_label(self) -> str:
        """The general word; a contract's own word comes from its policy."""
        return SEVERITIES.get(self.severity, self.severity)

    @property
    def channel_label(self) -> str:
        return CHANNELS.get(self.channel, self.channel)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class TimelineEntry(models.Model):
    """One line of what happened on a ticket; never changed, never removed.

    `happening` names what the clocks heard (responded, suspended …) at `at`.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name="工单", related_name="timeline")
    kind = models.CharField("种类", max_length=12, choices=EntryKind.choices)
    is_public = models.BooleanField("报告人可见", default=False)
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    actor_id = models.BigIntegerField("操作人编号", null=True)
    actor_label = models.CharField("操作人", max_length=100)
    text = models.TextField("内容")
    happening = models.CharField("触发", max_length=20, blank=True)
    data = models.JSONField("数据", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "工单经过"
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="timeline_ticket"),
            models.Index(fields=["happening", "recorded_at"], name="timeline_happening"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.text[:60]


class TicketLink(models.Model):
    """How a ticket relates to another ticket or to any other object."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name="工单", related_name="links")
    kind = models.CharField("关系", max_length=14, choices=LinkKind.choices)
    other = models.ForeignKey(
        Ticket, models.PROTECT, null=True, verbose_name="另一工单", related_name="backlinks"
    )
    subject_kind = models.CharField("对象类型", max_length=60, blank=True)
    subject_key = models.CharField("对象编号", max_length=60, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    linked_at = models.DateTimeField("关联时间")
    linked_by = models.CharField("关联人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "工单关联"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind", "other"],
                name="ticket_link_once",
                condition=models.Q(other__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["ticket", "kind", "subject_kind", "subject_key"],
                name="ticket_subject_link_once",
                condition=models.Q(other__isnull=True),
            ),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("other")), name="ticket_link_not_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.get_kind_display()} {self.other_id or self.subject_label}"


class TicketStep(models.Model):
    """A step of the kind's course of work that has been done."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name="工单", related_name="steps")
    code = models.CharField("步骤", max_length=20)
    text = models.TextField("内容")
    done_at = models.DateTimeField("完成时间")
    done_by = models.CharField("完成人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "工单步骤"
        ordering = ["done_at", "id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "code"], name="ticket_step_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.code}"


class TicketFinding(models.Model):
    """One episode of a finding that a ticket takes care of; an episode has one ticket."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name="工单", related_name="findings")
    finding_id = models.BigIntegerField("问题编号")
    episode = models.PositiveIntegerField("第几次发作")
    joined_at = models.DateTimeField("并入时间")

    class Meta:
        verbose_name = verbose_name_plural = "工单问题"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["finding_id", "episode"], name="ticket_finding_once")
        ]

    def __str__(self) -> str:
        return f"F-{self.finding_id}/{self.episode}"


class BulkResult(models.Model):
    """What a bulk action did to one ticket."""

    run_id = models.BigIntegerField("任务运行编号")
    ticket = models.ForeignKey(Ticket, models.PROTECT, verbose_name="工单", related_name="+")
    is_ok = models.BooleanField("成功")
    message = models.TextField("结果")

    class Meta:
        verbose_name = verbose_name_plural = "批量结果"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run_id", "ticket"], name="bulk_result_once")
        ]

    def __str__(self) -> str:
        return self.message
