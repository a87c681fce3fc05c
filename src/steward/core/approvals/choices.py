"""States of an approval and of its steps, and what happens when time is up."""

from django.db import models


class ApprovalState(models.TextChoices):
    PENDING = "pending", "审批中"
    PASSED = "passed", "已通过"
    REJECTED = "rejected", "已驳回"
    WITHDRAWN = "withdrawn", "已撤回"


class StepState(models.TextChoices):
    WAITING = "waiting", "未到"
    ACTIVE = "active", "审批中"
    PASSED = "passed", "通过"
    REJECTED = "rejected", "驳回"
    SKIPPED = "skipped", "跳过"
    CANCELLED = "cancelled", "终止"


class Decision(models.TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "同意"
    REJECTED = "rejected", "不同意"
    VOID = "void", "无需处理"


class Mode(models.TextChoices):
    ANY = "any", "任一人同意即可"
    ALL = "all", "所有人都要同意"


class TimeoutAction(models.TextChoices):
    REMIND = "remind", "提醒审批人"
    ESCALATE = "escalate", "增加上级审批人"
    REJECT = "reject", "自动驳回"
