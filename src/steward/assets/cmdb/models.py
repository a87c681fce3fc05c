import pghistory
from django.db import models

from steward.assets.cmdb.choices import Importance, ItemStatus, RelationType
from steward.assets.cmdb.registry import kind_choices


@pghistory.track()
class Item(models.Model):
    """One configuration item; `contract` is the service contract that covers it."""

    code = models.CharField("编码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类型", max_length=20, choices=kind_choices)
    contract = models.CharField("合同", max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="使用单位",
        related_name="+",
    )
    system = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="所属系统",
        related_name="members",
    )
    status = models.CharField(
        "状态", max_length=10, choices=ItemStatus.choices, default=ItemStatus.RUNNING
    )
    importance = models.CharField(
        "重要程度", max_length=10, choices=Importance.choices, default=Importance.GENERAL
    )
    attributes = models.JSONField("属性", default=dict, blank=True)
    note = models.TextField("备注", blank=True)
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("更新时间")

    class Meta:
        verbose_name = verbose_name_plural = "配置项"
        ordering = ["code"]
        indexes = [
            models.Index(fields=["kind", "code"], name="item_kind"),
            models.Index(fields=["contract", "kind"], name="item_contract"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(system=models.F("id")), name="item_not_its_own_system"
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Relation(models.Model):
    """`source` depends on `target` in the way that `type` says."""

    source = models.ForeignKey(Item, models.CASCADE, verbose_name="配置项", related_name="outgoing")
    target = models.ForeignKey(
        Item, models.CASCADE, verbose_name="关联配置项", related_name="incoming"
    )
    type = models.CharField("关系", max_length=20, choices=RelationType.choices)

    class Meta:
        verbose_name = verbose_name_plural = "配置项关系"
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "type"], name="relation_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="relation_not_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_type_display()} {self.target}"
