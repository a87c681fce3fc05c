from django.db import models


class EventRecord(models.Model):
    """A published event: written in the transaction that caused it, kept as the log of facts."""

    id = models.UUIDField("编号", primary_key=True)
    name = models.CharField("事件", max_length=80)
    payload = models.JSONField("内容")
    published_at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        indexes = [models.Index(fields=["name", "published_at"], name="event_name_at")]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class EventDelivery(models.Model):
    """One event for one handler: handled exactly once, with every failed try counted."""

    event = models.ForeignKey(EventRecord, models.CASCADE, verbose_name="事件", related_name="+")
    handler = models.CharField("处理程序", max_length=100)
    attempts = models.PositiveIntegerField("次数", default=0)
    handled_at = models.DateTimeField("完成时间", null=True)
    error = models.TextField("错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件投递"
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="delivery_open", condition=models.Q(handled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}"


class RunStatus(models.TextChoices):
    QUEUED = "queued", "排队"
    RUNNING = "running", "运行中"
    SUCCEEDED = "succeeded", "成功"
    FAILED = "failed", "失败"


class JobRun(models.Model):
    """One execution of a job: who asked, how far it is, what it said."""

    code = models.CharField("任务", max_length=80)
    label = models.CharField("名称", max_length=120)
    arguments = models.JSONField("参数", default=dict)
    status = models.CharField(
        "状态", max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED
    )
    requested_by_id = models.BigIntegerField("发起人编号", null=True)
    requested_by_label = models.CharField("发起人", max_length=100)
    requested_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    done = models.PositiveBigIntegerField("已完成", default=0)
    total = models.PositiveBigIntegerField("总数", default=0)
    message = models.TextField("说明", blank=True)
    error = models.TextField("错误", blank=True)
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, verbose_name="重试自", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "任务运行"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "-id"], name="run_status"),
            models.Index(fields=["code", "-id"], name="run_code"),
        ]

    def __str__(self) -> str:
        return f"{self.label} #{self.pk}"


class JobLog(models.Model):
    """A line that a run wrote for the person who waits for it."""

    run = models.ForeignKey(JobRun, models.CASCADE, verbose_name="任务运行", related_name="lines")
    at = models.DateTimeField("时间")
    level = models.CharField("级别", max_length=10)
    text = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "运行日志"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
