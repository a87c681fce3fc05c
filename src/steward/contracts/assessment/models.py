import pgtrigger
from django.db import models

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Side(models.TextChoices):
    """Who speaks: the client pays for the service, the supplier renders it."""

    CLIENT = "client", "甲方"
    SUPPLIER = "supplier", "乙方"


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
    suggested_by = models.TextField("建议依据", blank=True)
    reason = models.TextField("理由")
    side = models.CharField("提出方", max_length=10, choices=Side.choices, default=Side.CLIENT)
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


class Proposed(models.Model):
    """What one side put on record; it never changes, the other side answers beside it."""

    contract = models.CharField("合同", max_length=40)
    period = models.PositiveIntegerField("合同年度")
    side = models.CharField("提出方", max_length=10, choices=Side.choices)
    proposed_by_id = models.BigIntegerField("提出人编号", null=True)
    proposed_by = models.CharField("提出人", max_length=100)
    recorded_at = models.DateTimeField("记录时间")
    evidence_id = models.BigIntegerField("证据编号")

    class Meta:
        abstract = True
        ordering = ["-id"]


class BreachCase(Proposed):
    """A breach by one side, for which a penalty of the pack may be owed."""

    penalty = models.CharField("违约条款", max_length=60)
    payer = models.CharField("责任方", max_length=10, choices=Side.choices)
    what = models.TextField("经过")
    occurred_date = models.DateField("发生日期")
    noticed_date = models.DateField("要求改正日期", null=True)
    base = models.DecimalField("计算基数", max_digits=14, decimal_places=2, null=True)
    stage = models.CharField("付款期", max_length=60, blank=True)
    links = models.JSONField("关联记录", default=list)
    by_platform = models.BooleanField("平台提出", default=False)

    class Meta(Proposed.Meta):
        verbose_name = verbose_name_plural = "违约事项"
        indexes = [models.Index(fields=["contract", "recorded_at"], name="breach_contract")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(what=""), name="breach_what"),
            models.UniqueConstraint(
                fields=["contract", "penalty", "stage"],
                condition=models.Q(by_platform=True),
                name="breach_platform_once",
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.contract} {self.penalty} {self.occurred_date}"


class ExclusionGround(models.TextChoices):
    """Why an event may stay out of the figures (clocks rule 19)."""

    FORCE_MAJEURE = "force_majeure", "不可抗力"
    MAINTENANCE = "maintenance", "经批准的维护"
    REFUSED_ACCESS = "refused_access", "甲方未提供条件"
    NOT_SUPPLIER = "not_supplier", "非乙方原因"


class Exclusion(Proposed):
    """An event that shall not count, with a document; it counts until both sides agree."""

    owner = models.CharField("指标", max_length=60)
    event_key = models.CharField("事项标识", max_length=200)
    event_label = models.CharField("事项", max_length=300)
    ground = models.CharField("理由类别", max_length=20, choices=ExclusionGround.choices)
    reason = models.TextField("理由")

    class Meta(Proposed.Meta):
        verbose_name = verbose_name_plural = "剔除事项"
        indexes = [models.Index(fields=["contract", "recorded_at"], name="exclusion_contract")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="exclusion_reason")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.owner} {self.event_label}"


class PaymentRecord(Proposed):
    """A payment of the client for one stage; it counts as paid when the other side confirms it."""

    stage = models.CharField("付款期", max_length=60)
    paid_date = models.DateField("付款日期")
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)
    voucher = models.CharField("凭证号", max_length=60)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta(Proposed.Meta):
        verbose_name = verbose_name_plural = "付款记录"
        indexes = [models.Index(fields=["contract", "recorded_at"], name="payment_contract")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.contract} {self.stage} {self.amount}"


class StageNeed(models.TextChoices):
    """What a stage may wait for before it can be paid."""

    INVOICE = "invoice", "收到发票"
    CONFIRMATION = "confirmation", "甲方确认工作量"
    ACCEPTANCE = "acceptance", "验收通过"
    FUNDING = "funding", "财政资金到位"


class StageFact(Proposed):
    """A condition of a stage that is now fulfilled; the latest of a kind holds."""

    stage = models.CharField("付款期", max_length=60)
    need = models.CharField("条件", max_length=20, choices=StageNeed.choices)
    on_date = models.DateField("日期")
    reference = models.CharField("文号", max_length=100)
    note = models.CharField("说明", max_length=300, blank=True)
    points = models.DecimalField("当时得分", max_digits=8, decimal_places=4, null=True)

    class Meta(Proposed.Meta):
        verbose_name = verbose_name_plural = "付款条件"
        indexes = [models.Index(fields=["contract", "stage"], name="stage_fact_stage")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.contract} {self.stage} {self.need}"


class About(models.TextChoices):
    """What an answer is about."""

    ENTRY = "entry", "核定"
    BREACH = "breach", "违约事项"
    EXCLUSION = "exclusion", "剔除事项"
    PAYMENT = "payment", "付款记录"


class Verdict(models.TextChoices):
    """What is said about a proposal; `cured` and `excused` tell how a breach went on."""

    CONFIRM = "confirm", "确认"
    DISPUTE = "dispute", "提出异议"
    UPHOLD = "uphold", "裁定成立"
    DISMISS = "dismiss", "裁定不成立"
    WITHDRAW = "withdraw", "撤回"
    CURED = "cured", "登记改正"
    EXCUSED = "excused", "登记免责期间"


class Response(models.Model):
    """One answer to a proposal, by a person of one side; answers are only ever added."""

    contract = models.CharField("合同", max_length=40)
    about = models.CharField("对象种类", max_length=10, choices=About.choices)
    about_id = models.BigIntegerField("对象编号")
    verdict = models.CharField("意见", max_length=10, choices=Verdict.choices)
    side = models.CharField("答复方", max_length=10, choices=Side.choices)
    answered_by_id = models.BigIntegerField("答复人编号", null=True)
    answered_by = models.CharField("答复人", max_length=100)
    reason = models.TextField("说明", blank=True)
    from_date = models.DateField("起始日期", null=True)
    to_date = models.DateField("截止日期", null=True)
    ground = models.CharField("免责理由", max_length=60, blank=True)
    recorded_at = models.DateTimeField("记录时间")
    evidence_id = models.BigIntegerField("证据编号")

    class Meta:
        verbose_name = verbose_name_plural = "双方答复"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["about", "about_id"], name="response_about"),
            models.Index(fields=["contract", "recorded_at"], name="response_contract"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.about} {self.about_id} {self.verdict}"


class SettledSheet(models.Model):
    """The settlement sheet as it was when the period was settled or corrected, kept for ever."""

    snapshot = models.OneToOneField(
        ScoreSnapshot, models.PROTECT, verbose_name="考核快照", related_name="sheet"
    )
    document = models.TextField("结算单")
    document_hash = models.CharField("结算单摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "结算单"
        ordering = ["-snapshot_id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"结算单 {self.snapshot_id}"
