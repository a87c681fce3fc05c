"""How urgent a notice is, and how its delivery stands."""

from django.db import models


class Urgency(models.TextChoices):
    INFO = "info", "一般"
    NORMAL = "normal", "重要"
    URGENT = "urgent", "紧急"


class DeliveryStatus(models.TextChoices):
    QUEUED = "queued", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "失败"


DEFAULT_CHANNELS: dict[str, tuple[str, ...]] = {
    Urgency.INFO: ("inapp",),
    Urgency.NORMAL: ("inapp", "mail"),
    Urgency.URGENT: ("inapp", "mail", "sms", "dingtalk", "wecom", "feishu", "other"),
}
