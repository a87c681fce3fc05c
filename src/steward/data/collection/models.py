from django.contrib.postgres.fields import ArrayField
from django.db import models

from steward.data.collection.choices import (
    ApplicationState,
    FileState,
    Mode,
    OfferState,
    Origin,
    RunState,
    Shape,
    TaskState,
    Trigger,
)
from steward.kernel.subjects import Subject

TASK_KIND = "collection.task"
RUN_KIND = "collection.run"
APPLICATION_KIND = "collection.application"
FILE_KIND = "collection.file"
GIBIBYTE = 1 << 30


class Application(models.Model):
    """A request for provincial or municipal data: what, what for, until when; approved first.

    `document`: the demand or responsibility list it rests on.
    """

    origin = models.CharField("来源", max_length=10, choices=Origin.choices)
    title = models.CharField("数据名称", max_length=200)
    items = models.TextField("所需数据项")
    purpose = models.TextField("用途")
    document = models.CharField("依据", max_length=300)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="使用部门", related_name="+"
    )
    contract = models.CharField("合同", max_length=40, blank=True)
    valid_until = models.DateField("使用期限", null=True)
    state = models.CharField("状态", max_length=10, choices=ApplicationState.choices)
    approval_id = models.BigIntegerField("审批编号", null=True)
    requested_by_id = models.BigIntegerField("申请人编号", null=True)
    requested_by = models.CharField("申请人", max_length=100)
    requested_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("审批时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "数据申请"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="application_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"SQ-{self.requested_at:%Y}-{self.pk:05d}"

    @property
    def subject(self) -> Subject:
        return Subject(APPLICATION_KIND, str(self.pk), str(self))


class CollectionTask(models.Model):
    """One table of a source brought into one table of the lake, or files of a place of files.

    `shape` sheet: CSV and Excel files whose path fits `source_table` become rows of `target`;
    `reading` says how they are read (sheet, header). `shape` files: the files themselves are kept
    under their content's hash, and `target` is the name of their collection.
    `columns` empty: every column the source had when the task was made (`known_columns` says
    which: name and the source's type). `sync_state` is where an incremental run goes on.
    """

    name = models.CharField("名称", max_length=120)
    shape = models.CharField("形式", max_length=10, choices=Shape.choices, default=Shape.TABLE)
    origin = models.CharField("来源", max_length=10, choices=Origin.choices)
    source = models.ForeignKey(
        "sources.Source", models.PROTECT, verbose_name="数据源", related_name="+"
    )
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, verbose_name="申请", related_name="tasks"
    )
    source_table = models.CharField("源表", max_length=200)
    target = models.CharField("目标表", max_length=130)
    columns = ArrayField(models.CharField(max_length=200), verbose_name="交换字段", default=list)
    known_columns = models.JSONField("建立时的列", default=dict)
    condition = models.TextField("过滤条件", blank=True)
    mode = models.CharField("方式", max_length=12, choices=Mode.choices)
    keys = ArrayField(models.CharField(max_length=200), verbose_name="关键字", default=list)
    cursor = models.CharField("游标列", max_length=200, blank=True)
    reading = models.JSONField("读取方式", default=dict)
    max_bytes = models.BigIntegerField("单个文件上限", default=2 * GIBIBYTE)
    keep_bad_rows = models.BooleanField("坏行另存，继续归集", default=False)
    schedule = models.CharField("计划", max_length=60, blank=True)
    next_run_at = models.DateTimeField("下次运行", null=True)
    max_lag_hours = models.PositiveIntegerField("最长滞后（小时）", default=48)
    state = models.CharField("状态", max_length=10, choices=TaskState.choices)
    blocked_reason = models.TextField("停住原因", blank=True)
    sync_state = models.JSONField("进度", default=dict)
    last_success_at = models.DateTimeField("最近成功", null=True)
    rows_total = models.BigIntegerField("现有行数", null=True)
    bytes_total = models.BigIntegerField("现有字节数", null=True)
    created_by = models.CharField("建立人", max_length=100)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = verbose_name_plural = "归集任务"
        ordering = ["target"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=~models.Q(state="recalled"),
                name="task_target_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_run_at"], condition=models.Q(state="active"), name="task_due"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(TASK_KIND, str(self.pk), self.name)


class CollectionRun(models.Model):
    """One run of a task with the counts of both sides.

    `files`: what became of each file, [{"path", "result", "words", "size", "rows", "rejected"}]; a
    run of unstructured files counts files where one of a table counts rows.
    """

    task = models.ForeignKey(
        CollectionTask, models.PROTECT, verbose_name="归集任务", related_name="runs"
    )
    trigger = models.CharField("起因", max_length=10, choices=Trigger.choices)
    state = models.CharField("状态", max_length=10, choices=RunState.choices)
    job_run_id = models.BigIntegerField("任务运行编号", null=True)
    requested_by = models.CharField("发起人", max_length=100)
    requested_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    attempts = models.PositiveIntegerField("执行次数", default=0)
    expected = models.BigIntegerField("来源自报行数", null=True)
    read = models.BigIntegerField("读取行数", default=0)
    rejected = models.BigIntegerField("坏行数", default=0)
    filtered = models.BigIntegerField("过滤掉", default=0)
    inserted = models.BigIntegerField("新增", default=0)
    updated = models.BigIntegerField("更新", default=0)
    unchanged = models.BigIntegerField("未变", default=0)
    deleted = models.BigIntegerField("删除", default=0)
    version = models.BigIntegerField("目标表版本", null=True)
    rows_after = models.BigIntegerField("归集后行数", null=True)
    checksums = models.JSONField("校验和", default=list)
    warnings = models.JSONField("提示", default=list)
    files = models.JSONField("逐个文件", default=list)
    bytes = models.BigIntegerField("传输字节数", default=0)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "归集记录"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(state__in=["queued", "running"]),
                name="run_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["state", "-id"], name="collection_run_state")]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class CollectedFile(models.Model):
    """A file that a task took: where from, what it was, what became of it.

    One whose content changed is a further version; one that vanished from its place is marked and
    stays. `batch`: which write of the target table holds its rows. `verified` names the checksum
    beside the file that agreed.
    """

    task = models.ForeignKey(
        CollectionTask, models.PROTECT, verbose_name="归集任务", related_name="files"
    )
    run = models.ForeignKey(
        CollectionRun, models.PROTECT, null=True, verbose_name="归集记录", related_name="+"
    )
    path = models.CharField("原路径", max_length=1000)
    name = models.CharField("文件名", max_length=255)
    version = models.PositiveIntegerField("版本")
    is_current = models.BooleanField("最新版本", default=True)
    state = models.CharField("状态", max_length=10, choices=FileState.choices)
    size = models.BigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    verified = models.CharField("校验", max_length=10, blank=True)
    modified_at = models.DateTimeField("修改时间")
    collected_at = models.DateTimeField("归集时间")
    gone_at = models.DateTimeField("来源不见时间", null=True)
    rows = models.BigIntegerField("写入行数", null=True)
    rejected = models.BigIntegerField("坏行数", null=True)
    batch = models.BigIntegerField("批次", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "归集文件"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "path", "version"], name="file_version_once"),
            models.UniqueConstraint(
                fields=["task", "path"],
                condition=models.Q(is_current=True),
                name="file_one_current",
            ),
            models.UniqueConstraint(
                fields=["task", "batch"],
                condition=models.Q(batch__isnull=False),
                name="file_batch_once",
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="file_content"),
            models.Index(fields=["task", "-id"], name="file_task"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(FILE_KIND, str(self.pk), self.name)


class ColumnOffer(models.Model):
    """A column that the source gained; collected only once somebody accepts it."""

    task = models.ForeignKey(
        CollectionTask, models.PROTECT, verbose_name="归集任务", related_name="offers"
    )
    column = models.CharField("列名", max_length=200)
    type = models.CharField("类型", max_length=200)
    state = models.CharField("状态", max_length=10, choices=OfferState.choices)
    seen_at = models.DateTimeField("发现时间")
    decided_by = models.CharField("决定人", max_length=100, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "新增列"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["task", "column"], name="column_offer_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.column}"


class Recall(models.Model):
    """Data taken back: the task ended, the table removed, with what was there before as proof."""

    task = models.OneToOneField(
        CollectionTask, models.PROTECT, verbose_name="归集任务", related_name="recall"
    )
    reason = models.TextField("理由")
    document = models.CharField("依据", max_length=300)
    rows = models.BigIntegerField("删除行数")
    version = models.BigIntegerField("删除前版本", null=True)
    files = models.JSONField("删除的文件")
    digest = models.CharField("清单摘要", max_length=64)
    evidence_id = models.BigIntegerField("证据编号")
    recalled_by = models.CharField("回收人", max_length=100)
    recalled_at = models.DateTimeField("回收时间")

    class Meta:
        verbose_name = verbose_name_plural = "数据回收"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"回收 {self.task}"
