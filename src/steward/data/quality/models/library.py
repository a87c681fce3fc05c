from django.db import models

from steward.data.quality.choices import DIMENSIONS, VersionState
from steward.kernel.subjects import Subject

RULE_KIND = "quality.rule"
VERSION_KIND = "quality.rule_version"


class LibraryRule(models.Model):
    """A rule of the library (K12.1): its columns are placeholders that each table maps to its own."""

    code = models.SlugField("编码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    group = models.CharField("分组", max_length=60)
    dimension = models.CharField("维度", max_length=14, choices=DIMENSIONS)
    basis = models.CharField("依据", max_length=200, blank=True)
    pack = models.ForeignKey(
        "quality.RulePack", models.PROTECT, null=True, verbose_name="规则包", related_name="rules"
    )
    pack_rule = models.CharField("包内编号", max_length=200, blank=True)
    is_retired = models.BooleanField("已停用", default=False)
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "治理规则"
        ordering = ["group", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "pack_rule"],
                condition=models.Q(pack__isnull=False),
                name="library_rule_once_a_pack",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(RULE_KIND, str(self.pk), self.name)


class RuleVersion(models.Model):
    """One wording of a rule; `definition` is a rule of the engine without its id.

    One that came with a pack is decided with the pack.
    """

    rule = models.ForeignKey(
        LibraryRule, models.PROTECT, verbose_name="治理规则", related_name="versions"
    )
    number = models.PositiveIntegerField("版本")
    definition = models.JSONField("定义")
    pack_version = models.ForeignKey(
        "quality.PackVersion",
        models.PROTECT,
        null=True,
        verbose_name="规则包版本",
        related_name="rule_versions",
    )
    state = models.CharField("状态", max_length=10, choices=VersionState.choices)
    note = models.TextField("修改说明", blank=True)
    author_id = models.BigIntegerField("作者编号", null=True)
    author = models.CharField("作者", max_length=100)
    created_at = models.DateTimeField("建立时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    decided_at = models.DateTimeField("审定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "规则版本"
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["rule"],
                condition=models.Q(state__in=["draft", "review"]),
                name="rule_one_open_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} 第 {self.number} 版"

    @property
    def subject(self) -> Subject:
        return Subject(VERSION_KIND, str(self.pk), str(self))
