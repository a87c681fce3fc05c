from datetime import UTC, datetime, timedelta

from django.db import models

from steward.core.evidence.api import marks
from steward.operations.monitoring.registry import State, probe_choices
from steward.operations.monitoring.timeline import EndedBy, Rules, Track

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LINE_FACTS = "monitoring_lines"
_BEGUN = """SELECT i.contract, s.start_at FROM {rows} s
JOIN monitoring_monitor m ON m.id = s.monitor_id JOIN cmdb_item i ON i.id = m.item_id"""
_CHANGED = """SELECT i.contract, CASE WHEN o.state <> 'down' AND is_same
  THEN LEAST(o.end_at, n.end_at) ELSE LEAST(o.start_at, n.start_at) END
FROM old_rows o JOIN new_rows n ON n.id = o.id
CROSS JOIN LATERAL (SELECT (o.monitor_id, o.state, o.start_at, o.recorded_at)
  = (n.monitor_id, n.state, n.start_at, n.recorded_at)) kept(is_same)
JOIN monitoring_monitor m ON m.id IN (o.monitor_id, n.monitor_id)
JOIN cmdb_item i ON i.id = m.item_id
WHERE (NOT is_same OR o.state = 'down' OR o.end_at IS NOT NULL OR n.end_at IS NOT NULL)
  AND (o.monitor_id, o.state, o.start_at, o.end_at, o.cause, o.ended_by, o.recorded_at,
       o.ended_recorded_at, o.evidence_id) IS DISTINCT FROM
      (n.monitor_id, n.state, n.start_at, n.end_at, n.cause, n.ended_by, n.recorded_at,
       n.ended_recorded_at, n.evidence_id)"""


class StateChoice(models.TextChoices):
    UP = State.UP.value, "正常"
    DOWN = State.DOWN.value, "中断"
    UNKNOWN = State.UNKNOWN.value, "未知"


class SeverityChoice(models.TextChoices):
    """The finding's severity when the monitor goes down."""

    CRITICAL = "critical", "紧急"
    MAJOR = "major", "重大"
    MINOR = "minor", "一般"
    INFO = "info", "提示"


class Monitor(models.Model):
    """One probe of one configuration item, and where its line of states stands.

    `next_due_at` lies on a grid (`slot` + n × interval since 1970), so that no drift adds up.
    """

    name = models.CharField("名称", max_length=120)
    item = models.ForeignKey("cmdb.Item", models.PROTECT, verbose_name="配置项", related_name="+")
    probe = models.CharField("探测方式", max_length=20, choices=probe_choices)
    settings = models.JSONField("设置", default=dict)
    secrets = models.TextField("密码（已加密）", blank=True)
    interval = models.PositiveIntegerField("间隔（秒）", default=60)
    timeout = models.PositiveIntegerField("超时（秒）", default=10)
    failures_before_down = models.PositiveSmallIntegerField("连续失败几次算中断", default=2)
    successes_before_up = models.PositiveSmallIntegerField("连续成功几次算恢复", default=1)
    severity = models.CharField(
        "中断时级别", max_length=10, choices=SeverityChoice.choices, default=SeverityChoice.MAJOR
    )
    enabled = models.BooleanField("启用", default=True)
    core = models.BooleanField("计入合同可用性", default=False)
    slot = models.PositiveIntegerField("错峰偏移（毫秒）", default=0)
    next_due_at = models.DateTimeField("下次探测", null=True)
    created_at = models.DateTimeField("建立时间")
    rhythm_since = models.DateTimeField("节奏自", null=True)
    state = models.CharField(
        "状态", max_length=8, choices=StateChoice.choices, default=StateChoice.UNKNOWN
    )
    state_since = models.DateTimeField("状态起始")
    last_at = models.DateTimeField("最近探测", null=True)
    last_state = models.CharField("最近结果", max_length=8, choices=StateChoice.choices, blank=True)
    last_message = models.CharField("最近说明", max_length=300, blank=True)
    last_latency_us = models.PositiveBigIntegerField("最近耗时（微秒）", null=True)
    streak_state = models.CharField(
        "待定状态", max_length=8, choices=StateChoice.choices, blank=True
    )
    streak_since = models.DateTimeField("待定起始", null=True)
    streak_count = models.PositiveIntegerField("待定次数", default=0)
    streak_message = models.CharField("待定说明", max_length=300, blank=True)
    finding_id = models.BigIntegerField("问题编号", null=True)
    beat_hash = models.CharField("心跳地址摘要", max_length=64, null=True, unique=True)  # noqa: DJ001
    last_beat_at = models.DateTimeField("最近心跳", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "监测项"
        ordering = ["item__code", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="monitor_name_once"),
            models.CheckConstraint(
                condition=models.Q(interval__gte=5) & models.Q(interval__lte=86_400),
                name="monitor_interval",
            ),
            models.CheckConstraint(
                condition=models.Q(timeout__gte=1) & models.Q(timeout__lte=120),
                name="monitor_timeout",
            ),
            models.CheckConstraint(
                condition=models.Q(failures_before_down__gte=1)
                & models.Q(successes_before_up__gte=1),
                name="monitor_thresholds",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at"], name="monitor_due", condition=models.Q(enabled=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> Rules:
        return Rules(
            interval=timedelta(seconds=self.interval),
            timeout=timedelta(seconds=self.timeout),
            failures_before_down=self.failures_before_down,
            successes_before_up=self.successes_before_up,
        )

    @property
    def track(self) -> Track:
        return Track(
            state=State(self.state),
            since=self.state_since,
            last_at=self.last_at,
            rhythm_since=self.rhythm_since,
            streak_state=State(self.streak_state) if self.streak_state else None,
            streak_since=self.streak_since,
            streak_count=self.streak_count,
            streak_message=self.streak_message,
        )

    def take(self, track: Track) -> None:
        """Set the fields of the line from a track; the caller saves."""
        self.state, self.state_since, self.last_at = track.state, track.since, track.last_at
        self.streak_state = track.streak_state or ""
        self.streak_since, self.streak_count = track.streak_since, track.streak_count
        self.streak_message = track.streak_message[:300]

    @property
    def system_id(self) -> int:
        """The system that the monitored item belongs to, or the item itself."""
        return self.item.system_id or self.item_id

    def due_after(self, instant: datetime) -> datetime:
        """The first instant of this monitor's grid after the given one."""
        step, offset = self.interval * 1000, self.slot
        passed = (instant - EPOCH) // timedelta(milliseconds=1) - offset
        return EPOCH + timedelta(milliseconds=(passed // step + 1) * step + offset)


class Standing(models.Model):
    """From when a monitor counted into its contract's availability, so that the past stays."""

    monitor = models.ForeignKey(
        Monitor, models.PROTECT, verbose_name="监测项", related_name="standings"
    )
    core = models.BooleanField("计入合同可用性")
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = verbose_name_plural = "计入记录"
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.monitor_id} {'计入' if self.core else '不计入'}"


class Span(models.Model):
    """A stretch in which a monitor was in one state; the figure of record of availability.

    The spans of a monitor are exclusive and without gaps: the services write them under the lock
    of the monitor's row, and one partial index allows a single open one. `recorded_at` and
    `ended_recorded_at` let a settled figure be computed again as it was known.

    Every write marks the contract's remembered figures from the first changed instant on: an up
    span that ends changes nothing before its end, an outage is listed with its words from its start.
    """

    monitor = models.ForeignKey(
        Monitor, models.PROTECT, verbose_name="监测项", related_name="spans", db_index=False
    )
    state = models.CharField("状态", max_length=8, choices=StateChoice.choices)
    start_at = models.DateTimeField("开始")
    end_at = models.DateTimeField("结束", null=True)
    cause = models.CharField("原因", max_length=300, blank=True)
    ended_by = models.CharField(
        "结束方式",
        max_length=8,
        blank=True,
        choices=[
            (EndedBy.RESULT.value, "探测结果"),
            (EndedBy.SILENCE.value, "没有结果"),
            (EndedBy.PERSON.value, "人工"),
        ],
    )
    recorded_at = models.DateTimeField("开始记录时间")
    ended_recorded_at = models.DateTimeField("结束记录时间", null=True)
    finding_id = models.BigIntegerField("问题编号", null=True)
    evidence_id = models.BigIntegerField("证据编号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "状态时段"
        ordering = ["-start_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["monitor"], name="span_one_open", condition=models.Q(end_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["monitor", "start_at"], name="span_start_once"),
            models.CheckConstraint(
                condition=models.Q(end_at__isnull=True) | models.Q(end_at__gt=models.F("start_at")),
                name="span_forward",
            ),
            models.CheckConstraint(
                condition=models.Q(end_at__isnull=True, ended_recorded_at__isnull=True)
                | models.Q(end_at__isnull=False, ended_recorded_at__isnull=False),
                name="span_end_recorded",
            ),
        ]
        indexes = [models.Index(fields=["state", "-start_at"], name="span_state_start")]
        triggers = marks(
            LINE_FACTS,
            inserted=_BEGUN.format(rows="new_rows"),
            updated=_CHANGED,
            deleted=_BEGUN.format(rows="old_rows"),
            onwards=True,
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.start_at:%Y-%m-%d %H:%M}"
