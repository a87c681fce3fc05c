import pgtrigger
from django.db import models


class Contract(models.Model):
    """A service contract that the platform runs; its terms are in its versions."""

    code = models.CharField("编码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=200)
    client_name = models.CharField("甲方", max_length=200)
    client_organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="甲方机构",
        related_name="+",
    )
    start_date = models.DateField("开始日期")
    end_date = models.DateField("结束日期")
    amount = models.DecimalField("合同金额", max_digits=14, decimal_places=2)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "合同"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__gt=models.F("start_date")), name="contract_term"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="contract_amount"),
        ]

    def __str__(self) -> str:
        return self.title


class ContractVersion(models.Model):
    """The terms of a contract from a date on: an immutable pack with its hash (clause C1)."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, verbose_name="合同", related_name="versions"
    )
    number = models.PositiveIntegerField("版本号")
    effective_date = models.DateField("生效日期")
    reason = models.TextField("变更原因", blank=True)
    document = models.JSONField("合同包")
    source = models.TextField("原文")
    pack_hash = models.CharField("摘要", max_length=64)
    installed_at = models.DateTimeField("载入时间")
    installed_by = models.CharField("载入人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "合同版本"
        ordering = ["contract", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_version_number"),
            models.UniqueConstraint(fields=["contract", "pack_hash"], name="contract_version_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.number}"
