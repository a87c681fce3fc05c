from django.db import models

from steward.engine.rules.model import DIMENSION_LABELS, SEVERITY_LABELS

DIMENSIONS = [(member.value, label) for member, label in DIMENSION_LABELS.items()]
SEVERITIES = [(member.value, label) for member, label in SEVERITY_LABELS.items()]


class VersionState(models.TextChoices):
    """How far a version of a rule is; only an approved one is checked."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待审核"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "已退回"


class RunState(models.TextChoices):
    QUEUED = "queued", "排队"
    RUNNING = "running", "运行中"
    SUCCEEDED = "succeeded", "已完成"
    FAILED = "failed", "失败"


class Trigger(models.TextChoices):
    MANUAL = "manual", "人工"
    SCHEDULE = "schedule", "定时"
    COLLECTED = "collected", "新数据"
    RECHECK = "recheck", "复查"


class OutcomeState(models.TextChoices):
    PASSED = "passed", "合格"
    TOLERATED = "tolerated", "容差内"
    FAILED = "failed", "不合格"
    ERROR = "error", "未能检查"


class OrderState(models.TextChoices):
    OPEN = "open", "待整改"
    CLOSED = "closed", "已销号"


class ChangeSetState(models.TextChoices):
    DRAFT = "draft", "待提交"
    REVIEW = "review", "待审批"
    APPLIED = "applied", "已生效"
    REFUSED = "refused", "未批准"
    FAILED = "failed", "未能写回"
    UNDONE = "undone", "已撤销"


class Target(models.TextChoices):
    LAKE = "lake", "平台数据"
    SOURCE = "source", "写回来源库"


class Via(models.TextChoices):
    PAGE = "page", "页面修改"
    EXCEL = "excel", "Excel 回填"
    IRS = "irs", "IRS 答复"


class CleaningState(models.TextChoices):
    SUCCEEDED = "succeeded", "成功"
    RUNNING = "running", "运行中"
    FAILED = "failed", "失败"
    UNDONE = "undone", "已撤销"
