from django.db import models

from steward.data.quality.choices import ChangeSetState, OrderState, Target, Via
from steward.kernel.subjects import Subject

ORDER_KIND = "quality.order"
CHANGES_KIND = "quality.change_set"


class ProblemOrder(models.Model):
    """The problem data of one department in one table (K12.2); its ticket and clock are the desk's.

    Closed by a passing check and by nothing else.
    """

    table = models.ForeignKey(
        "quality.CheckedTable", models.PROTECT, verbose_name="质检表", related_name="orders"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="责任部门", related_name="+"
    )
    run = models.ForeignKey(
        "quality.QualityRun", models.PROTECT, verbose_name="质量检查", related_name="+"
    )
    state = models.CharField("状态", max_length=10, choices=OrderState.choices)
    finding_id = models.BigIntegerField("问题编号", null=True)
    failing_rows = models.BigIntegerField("不合格行数")
    rules = models.JSONField("各规则", default=dict)
    opened_at = models.DateTimeField("派发时间")
    seen_at = models.DateTimeField("最近检查")
    closed_at = models.DateTimeField("销号时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题数据工单"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "organization"], name="problem_order_once")
        ]

    def __str__(self) -> str:
        return f"{self.organization}·{self.table}问题数据"

    @property
    def number(self) -> str:
        return f"ZL-{self.pk:06d}"

    @property
    def subject(self) -> Subject:
        return Subject(ORDER_KIND, str(self.pk), str(self))


class OrderSpell(models.Model):
    """One time that an order was open: from the check that found the rows to the one that passed.

    An order that comes back begins another; what was settled stays as it was.
    """

    order = models.ForeignKey(
        ProblemOrder, models.PROTECT, verbose_name="问题数据工单", related_name="spells"
    )
    opened_at = models.DateTimeField("派发时间")
    failing_rows = models.BigIntegerField("不合格行数")
    closed_at = models.DateTimeField("销号时间", null=True)
    closed_run = models.ForeignKey(
        "quality.QualityRun",
        models.PROTECT,
        null=True,
        verbose_name="通过的检查",
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "整改周期"
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(closed_at__isnull=True),
                name="order_spell_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.opened_at:%Y-%m-%d}"


class ChangeSet(models.Model):
    """Corrections of one order that take effect together, and can be taken back together."""

    order = models.ForeignKey(
        ProblemOrder, models.PROTECT, verbose_name="问题数据工单", related_name="changes"
    )
    target = models.CharField("改在", max_length=8, choices=Target.choices)
    via = models.CharField("方式", max_length=8, choices=Via.choices)
    state = models.CharField("状态", max_length=10, choices=ChangeSetState.choices)
    reason = models.TextField("说明")
    author_id = models.BigIntegerField("提交人编号", null=True)
    author = models.CharField("提交人", max_length=100)
    created_at = models.DateTimeField("提交时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    applied_at = models.DateTimeField("生效时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    version = models.BigIntegerField("表版本", null=True)
    problems = models.JSONField("未采纳", default=list)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改提交"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.order} 第 {self.pk} 次整改"

    @property
    def subject(self) -> Subject:
        return Subject(CHANGES_KIND, str(self.pk), str(self))


class CellChange(models.Model):
    """One cell before and after; texts as the table writes them, None for an empty cell."""

    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, verbose_name="整改提交", related_name="cells"
    )
    key = models.JSONField("主键")
    column = models.CharField("列", max_length=200)
    before = models.TextField("原值", null=True)  # noqa: DJ001 - NULL is no empty text
    after = models.TextField("新值", null=True)  # noqa: DJ001 - NULL is no empty text

    class Meta:
        verbose_name = verbose_name_plural = "单元格修改"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["change_set", "key", "column"], name="cell_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.change_set} {self.column}"
