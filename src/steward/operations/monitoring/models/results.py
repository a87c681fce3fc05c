from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from steward.operations.monitoring.models.monitors import Monitor, StateChoice


class Sample(models.Model):
    """One raw result, kept some days and then rolled up.

    Rows arrive in the order of time, so a BRIN index finds a day, and the key holds the instant,
    so the table can be partitioned by day.
    """

    monitor = models.ForeignKey(
        Monitor, models.PROTECT, verbose_name="监测项", related_name="+", db_index=False
    )
    at = models.DateTimeField("时间")
    state = models.CharField("结果", max_length=8, choices=StateChoice.choices)
    latency_us = models.PositiveBigIntegerField("耗时（微秒）", null=True)
    message = models.CharField("说明", max_length=300, blank=True)
    detail = models.JSONField("详情", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "探测结果"
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["monitor", "at"], name="sample_once")]
        indexes = [BrinIndex(fields=["at"], name="sample_at_brin")]

    def __str__(self) -> str:
        return f"{self.monitor_id} {self.at:%Y-%m-%d %H:%M:%S} {self.state}"


class RollupSize(models.TextChoices):
    HOUR = "hour", "小时"
    DAY = "day", "日"


class Rollup(models.Model):
    """Raw results of one hour or one day (Asia/Shanghai) of a monitor in a few figures."""

    monitor = models.ForeignKey(
        Monitor, models.PROTECT, verbose_name="监测项", related_name="+", db_index=False
    )
    size = models.CharField("粒度", max_length=4, choices=RollupSize.choices)
    start_at = models.DateTimeField("开始")
    count = models.PositiveIntegerField("次数")
    up = models.PositiveIntegerField("正常次数")
    down = models.PositiveIntegerField("失败次数")
    latency_p50_us = models.PositiveBigIntegerField("耗时中位（微秒）", null=True)
    latency_p95_us = models.PositiveBigIntegerField("耗时 95 分位（微秒）", null=True)
    latency_max_us = models.PositiveBigIntegerField("耗时最大（微秒）", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "探测汇总"
        ordering = ["-start_at"]
        constraints = [
            models.UniqueConstraint(fields=["monitor", "size", "start_at"], name="rollup_once")
        ]

    def __str__(self) -> str:
        return f"{self.monitor_id} {self.get_size_display()} {self.start_at:%Y-%m-%d %H:%M}"


class RollupMark(models.Model):
    """Up to where raw results are rolled up: what lies before may be dropped."""

    size = models.CharField("粒度", max_length=4, choices=RollupSize.choices, unique=True)
    done_until = models.DateTimeField("已汇总至")

    class Meta:
        verbose_name = verbose_name_plural = "汇总进度"

    def __str__(self) -> str:
        return f"{self.get_size_display()} {self.done_until:%Y-%m-%d %H:%M}"


class Prober(models.Model):
    """One running prober and its own heartbeat; the gaps between them are unknown time."""

    name = models.CharField("监测端", max_length=120)
    started_at = models.DateTimeField("启动时间")
    seen_at = models.DateTimeField("最近心跳")
    stopped_at = models.DateTimeField("停止时间", null=True)
    probed = models.PositiveBigIntegerField("已探测次数", default=0)
    worst_drift_ms = models.PositiveIntegerField("最大滞后（毫秒）", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "监测端"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
