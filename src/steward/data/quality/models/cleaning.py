from django.contrib.postgres.fields import ArrayField
from django.db import models

from steward.data.quality.choices import CleaningState
from steward.kernel.subjects import Subject

PROJECT_KIND = "quality.project"


class CleaningProject(models.Model):
    """An ad-hoc cleaning task (K12.3): what is needed, by whom, over which tables."""

    name = models.CharField("名称", max_length=120)
    purpose = models.TextField("需求")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="需求部门", related_name="+"
    )
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "清洗项目"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(PROJECT_KIND, str(self.pk), self.name)


class CleaningTable(models.Model):
    """A table of a project: where from, where to, and the steps in order.

    `steps`: [{"kind", "column", …}] as `cleaning.steps` reads them.
    """

    project = models.ForeignKey(
        CleaningProject, models.PROTECT, verbose_name="清洗项目", related_name="tables"
    )
    source = models.CharField("来源表", max_length=130)
    target = models.CharField("目标表", max_length=130, unique=True)
    keys = ArrayField(models.CharField(max_length=200), verbose_name="主键")
    steps = models.JSONField("清洗步骤", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "清洗表"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class CleaningRun(models.Model):
    """One run: the versions on both sides, what each step changed, and the file that tells it."""

    table = models.ForeignKey(
        CleaningTable, models.PROTECT, verbose_name="清洗表", related_name="runs"
    )
    state = models.CharField("状态", max_length=10, choices=CleaningState.choices)
    steps = models.JSONField("清洗步骤", default=list)
    counts = models.JSONField("各步修改数", default=list)
    source_version = models.BigIntegerField("来源版本", null=True)
    version = models.BigIntegerField("目标版本", null=True)
    previous_version = models.BigIntegerField("原版本", null=True)
    rows_in = models.BigIntegerField("读入行数", default=0)
    rows_out = models.BigIntegerField("写出行数", default=0)
    file = models.CharField("修改明细", max_length=300, blank=True)
    error = models.TextField("错误", blank=True)
    job_run_id = models.BigIntegerField("任务运行编号", null=True)
    started_by = models.CharField("发起人", max_length=100)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "清洗运行"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.table} #{self.pk}"
