from django.db import models

from steward.core.evidence.api import marks
from steward.operations.monitoring.models.monitors import LINE_FACTS, Monitor

_AGREED = """SELECT i.contract, w.start_at
FROM (SELECT id, start_at FROM old_rows UNION ALL SELECT id, start_at FROM new_rows) w
JOIN monitoring_windowtarget t ON t.window_id = w.id
LEFT JOIN monitoring_monitor m ON m.id = t.monitor_id
JOIN cmdb_item i ON i.id = m.item_id OR i.id = t.item_id OR i.system_id = t.item_id"""
_AIMED = """SELECT i.contract, w.start_at FROM {rows} t
JOIN monitoring_window w ON w.id = t.window_id
LEFT JOIN monitoring_monitor m ON m.id = t.monitor_id
JOIN cmdb_item i ON i.id = m.item_id OR i.id = t.item_id OR i.system_id = t.item_id"""


class WindowKind(models.TextChoices):
    MAINTENANCE = "maintenance", "计划维护"
    FORCE_MAJEURE = "force_majeure", "不可抗力"


class Window(models.Model):
    """A stretch in which down time may not count, with the document that says so.

    Maintenance counts as planned only when it was approved before it began (`is_planned`); force
    majeure only when the supplier and the client, two people, have both confirmed it.
    """

    kind = models.CharField("种类", max_length=14, choices=WindowKind.choices)
    start_at = models.DateTimeField("开始")
    end_at = models.DateTimeField("结束")
    reason = models.CharField("事由", max_length=300)
    document = models.CharField("依据", max_length=200)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_id = models.BigIntegerField("登记人编号", null=True)
    recorded_by_label = models.CharField("登记人", max_length=100)
    approved_by_id = models.BigIntegerField("批准人编号", null=True)
    approved_at = models.DateTimeField("批准时间", null=True)
    is_planned = models.BooleanField("事先批准", default=False)
    supplier_id = models.BigIntegerField("乙方确认人编号", null=True)
    supplier_at = models.DateTimeField("乙方确认时间", null=True)
    client_id = models.BigIntegerField("甲方确认人编号", null=True)
    client_at = models.DateTimeField("甲方确认时间", null=True)
    ended_early_at = models.DateTimeField("提前结束", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "维护与除外时段"
        ordering = ["-start_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_at__gt=models.F("start_at")), name="window_forward"
            ),
            models.CheckConstraint(
                condition=~models.Q(supplier_id=models.F("client_id"))
                | models.Q(supplier_id__isnull=True)
                | models.Q(client_id__isnull=True),
                name="window_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(is_planned=False)
                | models.Q(start_at__gte=models.F("approved_at")),
                name="window_planned_in_advance",
            ),
        ]
        indexes = [models.Index(fields=["end_at", "start_at"], name="window_time")]
        triggers = marks(LINE_FACTS, updated=_AGREED, onwards=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reason}"


class WindowTarget(models.Model):
    """What a window covers: one monitor, or every monitor of an item."""

    window = models.ForeignKey(Window, models.PROTECT, verbose_name="时段", related_name="targets")
    monitor = models.ForeignKey(
        Monitor, models.PROTECT, null=True, verbose_name="监测项", related_name="+"
    )
    item = models.ForeignKey(
        "cmdb.Item", models.PROTECT, null=True, verbose_name="配置项", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "时段对象"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(monitor__isnull=False, item__isnull=True)
                | models.Q(monitor__isnull=True, item__isnull=False),
                name="window_target_one",
            )
        ]
        triggers = marks(
            LINE_FACTS,
            inserted=_AIMED.format(rows="new_rows"),
            updated=_AIMED.format(rows="(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows)"),
            deleted=_AIMED.format(rows="old_rows"),
            onwards=True,
        )

    def __str__(self) -> str:
        return f"{self.window_id} → {self.monitor_id or self.item_id}"


class ContractTerm(models.Model):
    """When a service contract took force, told from above, so that its years can be shown."""

    contract = models.CharField("合同", max_length=40, unique=True)
    effective_date = models.DateField("生效日期")

    class Meta:
        verbose_name = verbose_name_plural = "合同期"

    def __str__(self) -> str:
        return f"{self.contract} {self.effective_date}"
