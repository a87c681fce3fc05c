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


class DraftState(models.TextChoices):
    DRAFT = "draft", "起草中"
    SUBMITTED = "submitted", "待确认"
    INSTALLED = "installed", "已生效"
    REFUSED = "refused", "已退回"


class PackDraft(models.Model):
    """Terms on their way: written and checked by one person, confirmed by another (four eyes)."""

    contract_code = models.CharField("合同编码", max_length=60, blank=True)
    title = models.CharField("名称", max_length=400, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    source = models.TextField("原文")
    reason = models.TextField("提交理由", blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=DraftState.choices, default=DraftState.DRAFT
    )
    author_id = models.BigIntegerField("起草人编号")
    author = models.CharField("起草人", max_length=100)
    created_at = models.DateTimeField("创建时间")
    changed_at = models.DateTimeField("修改时间")
    submitted_at = models.DateTimeField("提交时间", null=True)
    decided_by_id = models.BigIntegerField("确认人编号", null=True)
    decided_by = models.CharField("确认人", max_length=100, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)
    decision_note = models.TextField("确认意见", blank=True)
    version_number = models.PositiveIntegerField("版本号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "合同包草案"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "contract_code"], name="pack_draft_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by_id__isnull=True)
                | ~models.Q(decided_by_id=models.F("author_id")),
                name="pack_draft_four_eyes",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DraftState.INSTALLED)
                | models.Q(version_number__isnull=False),
                name="pack_draft_installed_version",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.file_name
