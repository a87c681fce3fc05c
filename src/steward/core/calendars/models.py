import pgtrigger
from django.db import models

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Calendar(models.Model):
    """A working calendar by name; what it says is in its versions."""

    code = models.SlugField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """What a calendar said from one instant on; never changed, so that old figures stay right."""

    calendar = models.ForeignKey(
        Calendar, models.PROTECT, verbose_name="工作日历", related_name="versions"
    )
    number = models.PositiveIntegerField("版本号")
    label = models.CharField("版本名称", max_length=120)
    data = models.JSONField("内容")
    day_names = models.JSONField("日期名称", default=dict)
    notice = models.CharField("通知文号", max_length=80, blank=True)
    published_date = models.DateField("发布日期", null=True)
    official_until = models.DateField("正式安排截至", null=True)
    is_official = models.BooleanField("正式", default=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_id = models.BigIntegerField("登记人编号", null=True)
    recorded_by_label = models.CharField("登记人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "日历版本"
        ordering = ["calendar", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.label
