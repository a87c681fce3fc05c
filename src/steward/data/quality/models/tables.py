from django.contrib.postgres.fields import ArrayField
from django.db import models

from steward.data.quality.choices import DIMENSIONS, SEVERITIES, OutcomeState, RunState, Trigger
from steward.kernel.subjects import Subject

TABLE_KIND = "quality.table"
RUN_KIND = "quality.run"
OPEN_RUNS = [RunState.QUEUED, RunState.RUNNING]


class CheckedTable(models.Model):
    """A table of the lake under quality control.

    `department_column` holds the code or name of the body each row belongs to; rows whose value
    is no known body, and tables without such a column, belong to `organization`. `levels` is what
    somebody set by hand about the sensitivity of columns, {column: level 1–4}, `guesses` what the
    values look like, {column: [level, content]}: `levels.standing` weighs them. `types` says what
    text columns hold, {column: "date"}, as `column_types` reads them.
    """

    name = models.CharField("表名", max_length=130, unique=True)
    title = models.CharField("中文名", max_length=120)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="责任部门", related_name="+"
    )
    contract = models.CharField("合同", max_length=40, blank=True)
    keys = ArrayField(models.CharField(max_length=200), verbose_name="主键")
    department_column = models.CharField("部门列", max_length=200, blank=True)
    levels = models.JSONField("数据级别", default=dict)
    guesses = models.JSONField("推测级别", default=dict)
    types = models.JSONField("列类型", default=dict)
    guidance = models.TextField("整改说明", blank=True)
    schedule = models.CharField("计划", max_length=60, blank=True)
    next_run_at = models.DateTimeField("下次检查", null=True)
    on_collected = models.BooleanField("有新数据即检查", default=True)
    is_active = models.BooleanField("启用", default=True)
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "质检表"
        ordering = ["name"]
        indexes = [
            models.Index(
                fields=["next_run_at"], condition=models.Q(is_active=True), name="checked_due"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        return Subject(TABLE_KIND, str(self.pk), self.title)


class RuleUse(models.Model):
    """A rule of the library on a table: which column plays which part, how grave, how tolerant.

    `tables`: the rule's name of another table → table of the lake. `threshold`: the share of rows
    that may fail before the rule counts as failed.
    """

    table = models.ForeignKey(
        CheckedTable, models.PROTECT, verbose_name="质检表", related_name="uses"
    )
    rule = models.ForeignKey(
        "quality.LibraryRule", models.PROTECT, verbose_name="治理规则", related_name="uses"
    )
    mapping = models.JSONField("列对应", default=dict)
    tables = models.JSONField("引用表对应", default=dict)
    severity = models.CharField("级别", max_length=10, choices=SEVERITIES, default="normal")
    threshold = models.DecimalField("容差", max_digits=7, decimal_places=6, default=0)
    is_active = models.BooleanField("启用", default=True)
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "规则配置"
        ordering = ["table", "id"]
        constraints = [
            models.UniqueConstraint(fields=["table", "rule", "mapping"], name="rule_use_once"),
            models.CheckConstraint(
                condition=models.Q(threshold__gte=0, threshold__lte=1), name="rule_use_threshold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.rule}"

    @property
    def code(self) -> str:
        """The id of the rule in the table's rule set; the same for ever."""
        return f"u{self.pk}"


class QualityRun(models.Model):
    """One check of one version of a table; its rows are kept in a Parquet file.

    `departments`: value of the department column → id of the body; `result` is the engine's own
    result, from which the next run may go on if it reads columns as the same `types`.
    """

    table = models.ForeignKey(
        CheckedTable, models.PROTECT, verbose_name="质检表", related_name="runs"
    )
    trigger = models.CharField("起因", max_length=10, choices=Trigger.choices)
    state = models.CharField("状态", max_length=10, choices=RunState.choices)
    job_run_id = models.BigIntegerField("任务运行编号", null=True)
    requested_by = models.CharField("发起人", max_length=100)
    requested_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    attempts = models.PositiveIntegerField("执行次数", default=0)
    version = models.BigIntegerField("表版本", null=True)
    rows = models.BigIntegerField("检查行数", default=0)
    failing_rows = models.BigIntegerField("不合格行数", default=0)
    score = models.DecimalField("得分", max_digits=7, decimal_places=6, null=True)
    dimensions = models.JSONField("各维度", default=dict)
    departments = models.JSONField("部门对应", default=dict)
    incremental = models.PositiveIntegerField("增量检查的规则数", default=0)
    file = models.CharField("不合格行文件", max_length=300, blank=True)
    types = models.JSONField("列类型", default=dict)
    result = models.TextField("引擎结果", blank=True)
    notes = models.JSONField("提示", default=list)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "质量检查"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["table"],
                condition=models.Q(state__in=["queued", "running"]),
                name="quality_run_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["state", "-finished_at"], name="quality_run_state")]

    def __str__(self) -> str:
        return f"{self.table} 第 {self.pk} 次检查"

    @property
    def subject(self) -> Subject:
        return Subject(RUN_KIND, str(self.pk), str(self))


class RuleOutcome(models.Model):
    """What one rule found in one run; kept for ever, also when the rule is gone."""

    run = models.ForeignKey(
        QualityRun, models.PROTECT, verbose_name="质量检查", related_name="outcomes"
    )
    use = models.ForeignKey(RuleUse, models.PROTECT, verbose_name="规则配置", related_name="+")
    name = models.CharField("名称", max_length=200)
    version = models.PositiveIntegerField("规则版本")
    dimension = models.CharField("维度", max_length=14, choices=DIMENSIONS)
    severity = models.CharField("级别", max_length=10, choices=SEVERITIES)
    state = models.CharField("结果", max_length=10, choices=OutcomeState.choices)
    failing = models.BigIntegerField("不合格行数", null=True)
    detail = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "规则结果"
        ordering = ["run", "-failing", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "use"], name="rule_outcome_once")]

    def __str__(self) -> str:
        return f"{self.run} {self.name}"


class BodyOutcome(models.Model):
    """What one run found among the rows of one body."""

    run = models.ForeignKey(
        QualityRun, models.PROTECT, verbose_name="质量检查", related_name="bodies"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="责任部门", related_name="+"
    )
    rows = models.BigIntegerField("检查行数")
    failing_rows = models.BigIntegerField("不合格行数")
    score = models.DecimalField("得分", max_digits=7, decimal_places=6, null=True)
    dimensions = models.JSONField("各维度", default=dict)
    rules = models.JSONField("各规则", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "部门结果"
        ordering = ["run", "-failing_rows"]
        constraints = [
            models.UniqueConstraint(fields=["run", "organization"], name="body_outcome_once")
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.organization}"
