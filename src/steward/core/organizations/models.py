from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from steward.core.organizations.choices import Kind, Level, Status


@pghistory.track(
    model_name="OrganizationHistory",
    append_only=True,
    meta={"verbose_name": "机构变更历史", "verbose_name_plural": "机构变更历史"},
)
class Organization(models.Model):
    """A body, department or node of the tree.

    `path` holds the ids from the root, `/3/17/52/`, so that a subtree is one range of an index;
    it is derived from `parent` and changed only by the services, under the lock of the tree.
    Attributes follow the body standard of the contracts (B2.6, B3.2).
    """

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="上级", related_name="children"
    )
    path = models.CharField("路径", max_length=400, unique=True, editable=False)
    kind = models.CharField("类型", max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    level = models.CharField("行政层级", max_length=12, choices=Level.choices, default=Level.NONE)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    region_code = models.CharField("行政区划代码", max_length=12, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)
    supervisor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="主管部门", related_name="+"
    )
    sort_order = models.PositiveIntegerField("排序", default=1000)
    valid_from = models.DateField("设立日期", null=True, blank=True)
    valid_until = models.DateField("终止日期", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=Status.choices, default=Status.NORMAL, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="并入机构",
        related_name="merged_from",
        editable=False,
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "组织机构"
        ordering = ["sort_order", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="organization_credit_code",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organization_parent"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="organization_validity",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(status=Status.MERGED),
                name="organization_merged",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["parent", "sort_order", "name"], name="organization_children"),
            models.Index(fields=["status", "kind"], name="organization_status"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """From the root to the parent."""
        return [int(part) for part in self.path.strip("/").split("/")][:-1]

    @property
    def depth(self) -> int:
        return self.path.count("/") - 1
