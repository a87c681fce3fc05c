from django.db import models
from django.db.models import Q

from steward.core.notify.choices import DeliveryStatus, Urgency
from steward.core.notify.registry import CHANNELS


class Message(models.Model):
    """A notice for one person, shown in the platform whatever else happens to it."""

    recipient = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="收件人", related_name="+"
    )
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("链接", max_length=500, blank=True)
    urgency = models.CharField("紧急程度", max_length=10, choices=Urgency.choices)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="message_recipient"),
            models.Index(
                fields=["recipient"], name="message_unread", condition=Q(read_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One message through one channel: every try counted, its end recorded."""

    message = models.ForeignKey(
        Message, models.CASCADE, verbose_name="消息", related_name="deliveries"
    )
    channel = models.CharField("渠道", max_length=20)
    status = models.CharField(
        "状态", max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED
    )
    attempts = models.PositiveIntegerField("次数", default=0)
    due_at = models.DateTimeField("计划发送")
    finished_at = models.DateTimeField("结束时间", null=True)
    receipt = models.CharField("回执", max_length=200, blank=True)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知发送"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_per_channel"),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="notify_status")]

    def __str__(self) -> str:
        return f"{self.channel} · {self.message}"

    @property
    def channel_label(self) -> str:
        """The words of the channel; its code when its file is gone."""
        return dict(CHANNELS.choices()).get(self.channel, self.channel)


class ChannelConfig(models.Model):
    """What an administrator filled in for a channel; secret values are encrypted."""

    code = models.CharField("渠道", max_length=20, unique=True)
    is_enabled = models.BooleanField("启用", default=False)
    values = models.JSONField("设置", default=dict)
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "通知渠道"

    def __str__(self) -> str:
        return self.code


class Preference(models.Model):
    """How one person wants to be told: channels by urgency, and the hours for what can wait."""

    user = models.OneToOneField(
        "accounts.User", models.PROTECT, verbose_name="用户", related_name="+"
    )
    channels = models.JSONField("渠道", default=dict)
    from_time = models.TimeField("开始时间", null=True)
    until_time = models.TimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知偏好"
        constraints = [
            models.CheckConstraint(
                condition=Q(from_time__isnull=True, until_time__isnull=True)
                | Q(from_time__lt=models.F("until_time")),
                name="notify_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"
