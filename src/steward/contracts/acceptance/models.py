import pgtrigger
from django.db import models
from django.db.models import Q

from steward.contracts.acceptance.choices import ActKind, Side, Stage
from steward.kernel.subjects import Subject

KIND = "acceptance.acceptance"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Acceptance(models.Model):
    """One acceptance of a contract, under the version in force when it was asked for.

    Everything below the version is what `flow.replay` said last, kept for lists and the scanner.
    """

    contract = models.CharField("合同", max_length=40)
    title = models.CharField("名称", max_length=200)
    version = models.PositiveIntegerField("合同版本")
    stage = models.CharField("状态", max_length=12, choices=Stage.choices)
    attempt = models.PositiveIntegerField("第几次提请", default=1)
    since = models.DateTimeField("进入状态时间")
    due_at = models.DateTimeField("甲方最近时限", null=True)
    is_open = models.BooleanField("未结束", default=True)
    deemed_at = models.DateTimeField("视为合格时间", null=True)
    created_at = models.DateTimeField("提出时间")
    told = models.JSONField("已提醒", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "验收"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(is_open=True), name="acceptance_one_open"
            ),
            models.CheckConstraint(
                condition=Q(stage="deemed", deemed_at__isnull=False)
                | (~Q(stage="deemed") & Q(deemed_at__isnull=True)),
                name="acceptance_deemed_at",
            ),
        ]
        indexes = [models.Index(fields=["is_open", "due_at"], name="acceptance_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        return Subject(KIND, str(self.pk), self.title)


class AcceptanceAct(models.Model):
    """What a side did; never changed. `dated` is the date on the paper, `recorded_at` what counts."""

    acceptance = models.ForeignKey(
        Acceptance, models.PROTECT, verbose_name="验收", related_name="acts"
    )
    kind = models.CharField("行为", max_length=12, choices=ActKind.choices)
    side = models.CharField("一方", max_length=10, choices=Side.choices)
    dated = models.DateField("落款日期", null=True)
    recorded_at = models.DateTimeField("登记时间")
    by_id = models.BigIntegerField("登记人编号", null=True)
    by = models.CharField("登记人", max_length=100)
    text = models.TextField("说明", blank=True)
    details = models.JSONField("内容", default=dict)
    evidence_id = models.BigIntegerField("证据编号")

    class Meta:
        verbose_name = verbose_name_plural = "验收行为"
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["acceptance"], condition=Q(kind="deem"), name="acceptance_deemed_once"
            )
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.get_side_display()}{self.get_kind_display()}"
