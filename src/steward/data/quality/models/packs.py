from django.db import models

from steward.data.quality.choices import VersionState
from steward.kernel.subjects import Subject

PACK_KIND = "quality.pack"
PACK_VERSION_KIND = "quality.pack_version"


class RulePack(models.Model):
    """A rule file whose rules are kept, reviewed and used together (K12.1)."""

    code = models.SlugField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "规则包"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(PACK_KIND, str(self.pk), self.name)


class PackVersion(models.Model):
    """One edition of a pack: its file, and what it says beside its rules.

    `columns`: types of text columns; `tables`: names of the other tables that its rules look
    into; `changes`: pack rule id → "new", "changed", "same" or "gone" against what was there.
    """

    pack = models.ForeignKey(
        RulePack, models.PROTECT, verbose_name="规则包", related_name="versions"
    )
    number = models.PositiveIntegerField("版本")
    label = models.CharField("文件版本", max_length=60)
    text = models.TextField("文件")
    key = models.JSONField("主键", default=list)
    columns = models.JSONField("列类型", default=dict)
    tables = models.JSONField("引用的表", default=dict)
    changes = models.JSONField("各规则的变化", default=dict)
    state = models.CharField("状态", max_length=10, choices=VersionState.choices)
    note = models.TextField("修改说明", blank=True)
    author_id = models.BigIntegerField("作者编号", null=True)
    author = models.CharField("作者", max_length=100)
    created_at = models.DateTimeField("建立时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    decided_at = models.DateTimeField("审定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "规则包版本"
        ordering = ["pack", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="pack_version_once"),
            models.UniqueConstraint(
                fields=["pack"],
                condition=models.Q(state__in=["draft", "review"]),
                name="pack_one_open_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} 第 {self.number} 版"

    @property
    def subject(self) -> Subject:
        return Subject(PACK_VERSION_KIND, str(self.pk), str(self))


class PackUse(models.Model):
    """A pack on a table: which column and which table of the lake play which part.

    An empty name says that there is no such column or table; `skipped` are the rules that
    therefore are not checked: [rule, why].
    """

    table = models.ForeignKey(
        "quality.CheckedTable", models.PROTECT, verbose_name="质检表", related_name="packs"
    )
    pack = models.ForeignKey(RulePack, models.PROTECT, verbose_name="规则包", related_name="uses")
    mapping = models.JSONField("列对应", default=dict)
    tables = models.JSONField("引用表对应", default=dict)
    skipped = models.JSONField("未配置的规则", default=list)
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "规则包配置"
        ordering = ["table", "pack"]
        constraints = [models.UniqueConstraint(fields=["table", "pack"], name="pack_use_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.pack}"
