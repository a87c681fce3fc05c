from django.db import models
from django.db.models import Q

from steward.kernel.subjects import Subject

REPORT_KIND, TEMPLATE_KIND = "reports.report", "reports.template"


class ReportTemplate(models.Model):
    """One version of a document template: of a kind everywhere, or in one contract."""

    contract = models.CharField("合同", max_length=40, blank=True)
    kind = models.CharField("报告种类", max_length=40)
    number = models.PositiveIntegerField("版本")
    file_id = models.BigIntegerField("文件编号", null=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    note = models.CharField("说明", max_length=200, blank=True)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.CharField("上传人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "报告模板"
        ordering = ["kind", "contract", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "number"], name="report_template_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} 模板第 {self.number} 版"

    @property
    def subject(self) -> Subject:
        return Subject(TEMPLATE_KIND, str(self.pk), str(self))


class Report(models.Model):
    """One version of one report, kept as it was: its content, its document, its evidence."""

    contract = models.CharField("合同", max_length=40)
    kind = models.CharField("报告种类", max_length=40)
    key = models.CharField("对象", max_length=80)
    label = models.CharField("报告期", max_length=200)
    version = models.PositiveIntegerField("版本")
    title = models.CharField("标题", max_length=300)
    start_at = models.DateTimeField("时段开始")
    end_at = models.DateTimeField("时段结束")
    as_of = models.DateTimeField("数据截止")
    content = models.TextField("内容")
    content_hash = models.CharField("内容摘要", max_length=64)
    template = models.ForeignKey(
        ReportTemplate, models.PROTECT, verbose_name="模板", related_name="+", null=True
    )
    file_id = models.BigIntegerField("文件编号", null=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    evidence_id = models.BigIntegerField("证据编号", null=True)
    occurrence_id = models.BigIntegerField("义务期次", null=True)
    duty_words = models.CharField("义务说明", max_length=300, blank=True)
    reason = models.CharField("重新生成原因", max_length=300, blank=True)
    made_at = models.DateTimeField("生成时间")
    made_by = models.CharField("生成人", max_length=100)
    is_latest = models.BooleanField("当前版本", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告"
        ordering = ["-end_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "key", "version"], name="report_version"
            ),
            models.UniqueConstraint(
                fields=["contract", "kind", "key"],
                name="report_one_latest",
                condition=Q(is_latest=True),
            ),
        ]
        indexes = [models.Index(fields=["contract", "kind", "-end_at"], name="report_list")]

    def __str__(self) -> str:
        return f"{self.title}（{self.label}）"

    @property
    def subject(self) -> Subject:
        return Subject(REPORT_KIND, str(self.pk), str(self)[:200])


class ReportPlan(models.Model):
    """Whether a periodic report of a contract is made by itself when its stretch is over."""

    contract = models.CharField("合同", max_length=40)
    kind = models.CharField("报告种类", max_length=40)
    is_on = models.BooleanField("自动生成", default=True)
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.CharField("修改人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "报告计划"
        constraints = [
            models.UniqueConstraint(fields=["contract", "kind"], name="report_plan_once")
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.kind}"
