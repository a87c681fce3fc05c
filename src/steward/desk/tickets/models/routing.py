from django.conf import settings
from django.db import models


class Team(models.Model):
    """People who take tickets together; the lead is told when a clock runs out."""

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="组长",
        related_name="+",
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="成员", related_name="+", blank=True
    )
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "处理组"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """Where findings of a sort go; the first rule in order whose condition holds decides."""

    order = models.PositiveIntegerField("次序", default=100)
    label = models.CharField("名称", max_length=120)
    condition = models.JSONField("条件", default=dict, blank=True)
    opens_ticket = models.BooleanField("建单", default=True)
    ticket_kind = models.CharField("工单类型", max_length=20)
    severity = models.CharField("级别", max_length=10, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, verbose_name="处理组", related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="处理人",
        related_name="+",
    )
    joins = models.BooleanField("同一对象并入未办结的工单", default=True)
    auto_resolve = models.BooleanField("复查通过自动解决", default=False)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "路由规则"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.label
