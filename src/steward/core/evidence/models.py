import pgtrigger
from django.db import models

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Grade(models.TextChoices):
    """How strong a piece of evidence is (reference: clocks-evidence-scoring §6)."""

    A = "A", "A · 平台实测"
    B = "B", "B · 外部系统留痕"
    C = "C", "C · 甲方确认"
    D = "D", "D · 乙方自报"


class EvidenceRecord(models.Model):
    """One fact kept for ever: never changed, never removed, sealed with its neighbours."""

    contract = models.CharField("合同", max_length=40)
    kind = models.CharField("种类", max_length=60)
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_key = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    occurred_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    source = models.CharField("来源", max_length=60)
    source_version = models.CharField("采集版本", max_length=20)
    grade = models.CharField("等级", max_length=1, choices=Grade.choices)
    payload = models.JSONField("内容")
    blob_sha256 = models.CharField("附件摘要", max_length=64, blank=True)
    content_hash = models.CharField("内容摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "证据"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "content_hash"], name="evidence_once"),
            models.CheckConstraint(
                condition=models.Q(grade__in=("A", "B", "C", "D")), name="evidence_grade"
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "kind", "occurred_at"], name="evidence_kind"),
            models.Index(fields=["subject_kind", "subject_key"], name="evidence_subject"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.kind} · {self.subject_label}"


class Seal(models.Model):
    """A Merkle root over new evidence of one contract, chained to the seal before it."""

    contract = models.CharField("合同", max_length=40)
    sequence = models.PositiveIntegerField("序号")
    sealed_at = models.DateTimeField("封存时间")
    count = models.PositiveIntegerField("证据数")
    root = models.CharField("默克尔根", max_length=64)
    previous = models.CharField("上一封", max_length=64)
    seal_hash = models.CharField("封号", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "证据封存"
        ordering = ["contract", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "sequence"], name="seal_sequence")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.contract} 第 {self.sequence} 封"


class SealedLeaf(models.Model):
    """Which place a piece of evidence has under its seal."""

    seal = models.ForeignKey(Seal, models.PROTECT, verbose_name="封存", related_name="leaves")
    position = models.PositiveIntegerField("位置")
    evidence = models.OneToOneField(
        EvidenceRecord, models.PROTECT, verbose_name="证据", related_name="leaf"
    )

    class Meta:
        verbose_name = verbose_name_plural = "封存叶"
        ordering = ["seal", "position"]
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="leaf_position")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"


class FactChange(models.Model):
    """A mark that facts of a contract around an instant were written, and by which transaction.

    `onwards`: everything from that instant on is touched, not only its day.

    Triggers of the fact tables write it, so bulk and raw SQL leave it as well. It only tells which
    partial figures no longer hold and is swept away; it proves nothing.
    """

    topic = models.CharField("主题", max_length=40)
    contract = models.CharField("合同", max_length=40)
    at = models.DateTimeField("所涉时间")
    txid = models.BigIntegerField("事务编号")
    onwards = models.BooleanField("及以后", db_default=False)

    class Meta:
        verbose_name = verbose_name_plural = "事实变动"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["topic", "contract", "txid"], name="fact_change_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.contract} {self.at:%Y-%m-%d}"


class PartialFigure(models.Model):
    """What one stretch of a contract's facts came to: a cache that may be emptied at any time.

    It was read as known at `as_of` and holds until `until` (null: for ever) unless a transaction
    that `snapshot` did not see, or `txid`, the reading one itself, marks the stretch as changed.
    `basis` names the standing data that it was read by; under other standing data it is not used.
    """

    topic = models.CharField("主题", max_length=40)
    contract = models.CharField("合同", max_length=40)
    start = models.DateTimeField("开始")
    end = models.DateTimeField("结束")
    as_of = models.DateTimeField("取数时点")
    until = models.DateTimeField("有效至", null=True)
    snapshot = models.TextField("事务快照")
    txid = models.BigIntegerField("事务编号", null=True)
    basis = models.CharField("基础数据摘要", max_length=64, blank=True)
    data = models.JSONField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "分段取数"
        ordering = ["topic", "contract", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "contract", "start", "end"], name="partial_figure_once"
            ),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="partial_figure_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.contract} {self.start:%Y-%m-%d}"
