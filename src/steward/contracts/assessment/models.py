import pgtrigger
from django.db import models

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class EntryKind(models.TextChoices):
    """What a reviewer enters: the points of an expert rule, or the value that a source lacks."""

    POINTS = "points", "得分"
    VALUE = "value", "核定值"


class ExpertEntry(models.Model):
    """What a named reviewer decided about an indicator, and why; a later one replaces it."""

    contract = models.CharField("合同", max_length=40)
    period = models.PositiveIntegerField("合同年度")
    owner = models.CharField("指标", max_length=60)
    source = models.CharField("来源", max_length=60, blank=True)
    kind = models.CharField("种类", max_length=10, choices=EntryKind.choices)
    value = models.DecimalField("数值", max_digits=14, decimal_places=6)
    suggestion = models.DecimalField("建议值", max_digits=14, decimal_places=6, null=True)
    reason = models.TextField("理由")
    reviewer_id = models.BigIntegerField("评审人编号", null=True)
    reviewer = models.CharField("评审人", max_length=100)
    recorded_at = models.DateTimeField("记录时间")
    evidence_id = models.BigIntegerField("证据编号")

    class Meta:
        verbose_name = verbose_name_plural = "专家评分"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["contract", "period", "recorded_at"], name="expert_entry_period")
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gte=0), name="expert_entry_value"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="expert_entry_reason"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.owner} {self.value}"


class SnapshotKind(models.TextChoices):
    DAILY = "daily", "每日"
    SETTLED = "settled", "结算"
    CORRECTION = "correction", "更正"


class ScoreSnapshot(models.Model):
    """A result as it was at its cut-off, kept for ever with its canonical text and hash."""

    contract = models.CharField("合同", max_length=40)
    kind = models.CharField("种类", max_length=12, choices=SnapshotKind.choices)
    period = models.PositiveIntegerField("合同年度")
    day = models.DateField("日期")
    version = models.PositiveIntegerField("合同版本")
    as_of = models.DateTimeField("证据截止")
    taken_at = models.DateTimeField("生成时间")
    taken_by = models.CharField("生成人", max_length=100)
    points = models.DecimalField("得分", max_digits=8, decimal_places=4)
    possible = models.DecimalField("可能最高分", max_digits=8, decimal_places=4)
    payable = models.DecimalField("应付金额", max_digits=14, decimal_places=2)
    result = models.TextField("结果")
    result_hash = models.CharField("结果摘要", max_length=64)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, verbose_name="更正对象", related_name="corrections"
    )
    reason = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核快照"
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "period", "-id"], name="snapshot_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "period", "day"],
                condition=models.Q(kind="daily"),
                name="snapshot_daily_once",
            ),
            models.UniqueConstraint(
                fields=["contract", "period"],
                condition=models.Q(kind="settled"),
                name="snapshot_settled_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="correction", corrects__isnull=False)
                | (~models.Q(kind="correction") & models.Q(corrects__isnull=True)),
                name="snapshot_corrects",
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.contract} {self.day}"
