import pgtrigger
from django.db import models

from steward.kernel.subjects import Subject

LINEAGE_KIND = "entities.lineage"
TABLE_KIND = "entities.table"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class LineageField(models.Model):
    """One field of a store and one place it comes from (K15.1).

    `authority`: 1 is asked first. `since_version`: the version of the table's lineage that
    brought the line into its present form.
    """

    target_table = models.CharField("目标表", max_length=100)
    target_field = models.CharField("目标字段", max_length=100)
    source_system = models.CharField("来源系统", max_length=100)
    source_table = models.CharField("来源表", max_length=100)
    source_field = models.CharField("来源字段", max_length=100)
    transformation = models.CharField("转换", max_length=300, blank=True)
    authority = models.PositiveSmallIntegerField("优先级")
    since_version = models.PositiveIntegerField("起始版本")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.CharField("修改人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "字段血缘"
        ordering = ["target_table", "target_field", "authority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_table", "target_field", "source_system", "source_table",
                        "source_field"],
                name="lineage_once",
            ),
            models.CheckConstraint(
                condition=models.Q(authority__gte=1), name="lineage_authority"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        source = f"{self.source_system} {self.source_table}.{self.source_field}"
        return f"{self.target_table}.{self.target_field} ← {source}"

    @property
    def subject(self) -> Subject:
        return Subject(LINEAGE_KIND, self.target_table, self.target_table)


class LineageChange(models.Model):
    """What one version of a table's lineage changed; never changed itself."""

    target_table = models.CharField("目标表", max_length=100)
    version = models.PositiveIntegerField("版本")
    line = models.CharField("血缘", max_length=500)
    before = models.JSONField("原来", null=True)
    after = models.JSONField("现在", null=True)
    reason = models.TextField("理由")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.CharField("修改人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "血缘变更"
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_table", "-id"], name="lineage_change_table")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.line}（版本 {self.version}）"
