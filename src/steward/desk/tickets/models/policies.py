import pgtrigger
from django.db import models

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class PolicyVersion(models.Model):
    """The SLA of one contract from a date on; a version once installed never changes."""

    contract = models.CharField("合同", max_length=40)
    version = models.CharField("版本", max_length=40)
    label = models.CharField("名称", max_length=120)
    effective_from = models.DateTimeField("生效时间")
    severities = models.JSONField("级别名称", default=dict)
    pause_reasons = models.JSONField("暂停原因", default=dict)
    reopen_limit = models.PositiveSmallIntegerField("重新打开次数上限")
    content_hash = models.CharField("内容摘要", max_length=64)
    installed_at = models.DateTimeField("安装时间")
    installed_by = models.CharField("安装人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "时限政策"
        ordering = ["contract", "-effective_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "version"], name="policy_version_once")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.label


class PolicyRuleRow(models.Model):
    """One clock that a policy version promises, and for which tickets."""

    policy = models.ForeignKey(
        PolicyVersion, models.PROTECT, verbose_name="时限政策", related_name="rules"
    )
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("编码", max_length=60)
    label = models.CharField("名称", max_length=120)
    clause = models.CharField("条款", max_length=200, blank=True)
    ticket_kinds = models.JSONField("工单类型", default=list)
    severities = models.JSONField("级别", default=list)
    spec = models.JSONField("时限")
    calendar = models.CharField("日历", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "时限条目"
        ordering = ["policy", "position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "code"], name="policy_rule_once"),
            models.UniqueConstraint(fields=["policy", "position"], name="policy_rule_position"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.label
