from django.db import models


class Severity(models.TextChoices):
    """How bad a finding is; the desk maps it to the severities of a contract."""

    CRITICAL = "critical", "紧急"
    MAJOR = "major", "重大"
    MINOR = "minor", "一般"
    INFO = "info", "提示"


class FindingState(models.TextChoices):
    OPEN = "open", "未解决"
    REGRESSED = "regressed", "复发"
    CLOSED = "closed", "已解决"
    ACCEPTED = "accepted", "已接受"


class Finding(models.Model):
    """Something a check saw wrong; one row per fingerprint, however often it is seen."""

    source = models.CharField("来源", max_length=60)
    fingerprint = models.CharField("指纹", max_length=120)
    title = models.CharField("标题", max_length=200)
    severity = models.CharField("级别", max_length=10, choices=Severity.choices)
    state = models.CharField(
        "状态", max_length=10, choices=FindingState.choices, default=FindingState.OPEN
    )
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_key = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    contract = models.CharField("合同", max_length=40, blank=True)
    category = models.CharField("类别", max_length=40, blank=True)
    organization_id = models.BigIntegerField("责任单位编号", null=True)
    detail = models.JSONField("详情", default=dict)
    remedy = models.TextField("处理建议", blank=True)
    occurrences = models.PositiveIntegerField("发现次数", default=1)
    episode = models.PositiveIntegerField("第几次发作", default=1)
    first_seen_at = models.DateTimeField("首次发现")
    last_seen_at = models.DateTimeField("最近发现")
    closed_at = models.DateTimeField("解决时间", null=True)
    closed_reason = models.TextField("解决说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["-last_seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint"], name="finding_once"),
        ]
        indexes = [
            models.Index(fields=["state", "severity"], name="finding_state"),
            models.Index(fields=["subject_kind", "subject_key"], name="finding_subject"),
            models.Index(fields=["contract", "-last_seen_at"], name="finding_contract"),
        ]

    def __str__(self) -> str:
        return self.title
